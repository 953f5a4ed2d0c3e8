package org.geometryos.compositor.simulation;

/** The cameras and the walls of a simulation, by number. */
final class Names {
    private static final String[] CAMERAS = {"a", "b", "c", "d/e", "f", "g", "h", "i"};

    private static final String[] WALLS = {"main", "side"};

    private Names() {}

    static String wall(int number) {
        return WALLS[number];
    }

    static int walls() {
        return WALLS.length;
    }

    static int wallNumber(String wall) {
        for (int i = 0; i < WALLS.length; i++) {
            if (WALLS[i].equals(wall)) {
                return i;
            }
        }
        throw new Violation("nobody knows wall " + wall);
    }

    static String camera(int number) {
        return CAMERAS[number];
    }

    static int number(String camera) {
        for (int i = 0; i < CAMERAS.length; i++) {
            if (CAMERAS[i].equals(camera)) {
                return i;
            }
        }
        throw new Violation("nobody knows camera " + camera);
    }
}
