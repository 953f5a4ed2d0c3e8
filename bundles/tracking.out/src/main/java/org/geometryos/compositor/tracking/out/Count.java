package org.geometryos.compositor.tracking.out;

/** What a sender counts. */
enum Count {
    SENT("sent"),
    /** Samples in whose place a newer one was sent. */
    SUPERSEDED("superseded"),
    /** Packets for which the system had no room. */
    FULL("full"),
    /** Packets that could not be sent. */
    FAILED("failed"),
    /** Frames of a rate whose time had passed. */
    LATE("late"),
    /** Packets with a value that was cut to what the format can say. */
    CUT("cut");

    private final String key;

    Count(String key) {
        this.key = key;
    }

    String key() {
        return key;
    }
}
