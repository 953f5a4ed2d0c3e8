package org.geometryos.compositor.simulation;

/**
 * What a display has asked for.
 *
 * @param mask a bit for each camera; all bits: every camera
 * @param rate camera updates per second, 0: as they come
 */
record Wants(long mask, boolean scene, boolean presence, boolean every, double rate, boolean echo) {
    static final Wants NOTHING = new Wants(0, false, false, false, 0, true);
    static final long ALL = -1;

    boolean camera(int camera) {
        return (mask >>> camera & 1) != 0;
    }

    boolean none() {
        return mask == 0 && !scene && !presence;
    }
}
