package org.geometryos.compositor.osc;

/** What a receiver counts. */
enum Count {
    /** Datagrams that came. */
    PACKETS("packets"),
    /** Datagrams of senders that are not allowed. */
    DENIED("denied"),
    /** Datagrams that are not OSC, or more of it than is taken. */
    FAULTY("faulty"),
    MESSAGES("messages"),
    /** Messages that were followed, for at least one camera, model or wall. */
    DONE("messages.done"),
    /** Somebody else holds the camera, or a limit is reached. */
    REFUSED("messages.refused"),
    /** The part that they are for is away. */
    UNCONNECTED("messages.unconnected"),
    /** No such address, or a pattern that matches nothing. */
    UNKNOWN("messages.unknown"),
    /** Arguments of the wrong kind, number or size. */
    ARGUMENTS("messages.arguments"),
    /** Messages whose time lies too far ahead. */
    TOO_FAR("messages.toofar"),
    /** Messages for later when too many wait already. */
    TOO_MANY("messages.toomany"),
    /** Messages faster than is taken. */
    LIMITED("messages.limited"),
    FEEDBACK("feedback"),
    FEEDBACK_FAILED("feedback.failed");

    private final String key;

    Count(String key) {
        this.key = key;
    }

    String key() {
        return key;
    }
}
