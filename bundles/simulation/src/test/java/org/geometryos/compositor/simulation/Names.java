package org.geometryos.compositor.simulation;

/** The cameras of a simulation, by number. */
final class Names {
    private static final String[] CAMERAS = {"a", "b", "c", "d/e", "f", "g", "h", "i"};

    private Names() {}

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
