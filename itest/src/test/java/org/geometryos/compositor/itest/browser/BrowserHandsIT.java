package org.geometryos.compositor.itest.browser;

import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** What takes long in Chromium: hands at the scene, at keys and at the window, and what a frame costs. */
@Tag("long")
class BrowserHandsIT {

    @TestFactory
    List<DynamicTest> handsMoveTheSceneInChromium() throws Exception {
        return Browser.run(Browser.LONG);
    }
}
