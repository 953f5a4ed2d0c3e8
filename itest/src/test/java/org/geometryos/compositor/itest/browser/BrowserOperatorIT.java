package org.geometryos.compositor.itest.browser;

import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** The operator's page in Chromium, and what axe finds on all pages. */
@Tag("long")
class BrowserOperatorIT {

    @TestFactory
    List<DynamicTest> operatorsPageWorksInChromium() throws Exception {
        return Browser.run(Browser.OPERATOR);
    }
}
