package org.geometryos.compositor.itest.browser;

import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What displays show and do in Chromium. */
class BrowserIT {

    @TestFactory
    List<DynamicTest> displaysWorkInChromium() throws Exception {
        return Browser.run(Browser.SHORT);
    }
}
