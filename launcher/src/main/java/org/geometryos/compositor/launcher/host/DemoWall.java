package org.geometryos.compositor.launcher.host;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The wall of {@code --demo wall}: six displays, three beside each other and two above, as one wall. */
final class DemoWall {
    /** Its configuration; a file or a configuration of that name takes its place, as with the other defaults. */
    static final String PID = "org.geometryos.compositor.wall~demo";
    /** The page with all of its screens, below the address of the host. */
    static final String PAGE = "walls/demo";

    private static final int COLUMNS = 3;
    private static final int ROWS = 2;
    private static final int SCREEN_WIDTH = 1280;
    private static final int SCREEN_HEIGHT = 720;
    private static final int BEZEL = 40;

    private DemoWall() {}

    /** What declares it. */
    static Map<String, Object> configuration() {
        List<String> members = new ArrayList<>();
        for (int row = 0; row < ROWS; row++) {
            for (int column = 0; column < COLUMNS; column++) {
                members.add(String.format(
                        Locale.ROOT,
                        "demo-%d x=%d y=%d width=%d height=%d",
                        members.size() + 1,
                        column * (SCREEN_WIDTH + BEZEL),
                        row * (SCREEN_HEIGHT + BEZEL),
                        SCREEN_WIDTH,
                        SCREEN_HEIGHT));
            }
        }
        return Map.of(
                "title",
                "Demo: six displays as one wall",
                "camera",
                "tour",
                "width",
                (double) (COLUMNS * SCREEN_WIDTH + (COLUMNS - 1) * BEZEL),
                "height",
                (double) (ROWS * SCREEN_HEIGHT + (ROWS - 1) * BEZEL),
                "unit",
                "px",
                "members",
                members.toArray(String[]::new));
    }
}
