package org.geometryos.compositor.itest.browser;

import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Displays that are one wall in Chromium: their parts of the picture, and the moment that they show. */
@Tag("long")
class BrowserWallIT {

    @TestFactory
    List<DynamicTest> displaysAreOneWallInChromium() throws Exception {
        return Browser.run(Browser.WALLS);
    }
}
