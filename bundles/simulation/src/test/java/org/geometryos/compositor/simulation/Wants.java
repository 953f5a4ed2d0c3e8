package org.geometryos.compositor.simulation;

import java.util.EnumSet;
import java.util.Set;

/**
 * What a display has asked for.
 *
 * @param mask a bit for each camera; all bits: every camera
 * @param rate camera updates per second, 0: as they come
 */
record Wants(long mask, Set<Part> parts, double rate) {
    /** What it asks for beside cameras. */
    enum Part {
        SCENE,
        PRESENCE,
        EVERY,
        ECHO
    }

    static final Wants NOTHING = new Wants(0, EnumSet.of(Part.ECHO), 0);
    static final long ALL = -1;

    boolean camera(int camera) {
        return (mask >>> camera & 1) != 0;
    }

    boolean scene() {
        return parts.contains(Part.SCENE);
    }

    boolean presence() {
        return parts.contains(Part.PRESENCE);
    }

    boolean every() {
        return parts.contains(Part.EVERY);
    }

    boolean echo() {
        return parts.contains(Part.ECHO);
    }

    boolean none() {
        return mask == 0 && !scene() && !presence();
    }
}
