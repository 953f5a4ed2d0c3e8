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
        ECHO,
        /** Every wall, also those to come. */
        ALL_WALLS,
        /** The walls of {@link Names}. */
        FIRST_WALL,
        SECOND_WALL
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

    boolean wall(int wall) {
        return parts.contains(Part.ALL_WALLS) || parts.contains(wall == 0 ? Part.FIRST_WALL : Part.SECOND_WALL);
    }

    boolean walls() {
        return wall(0) || wall(1);
    }

    boolean every() {
        return parts.contains(Part.EVERY);
    }

    boolean echo() {
        return parts.contains(Part.ECHO);
    }

    boolean none() {
        return mask == 0 && !scene() && !presence() && !walls();
    }
}
