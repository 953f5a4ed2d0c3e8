package org.geometryos.compositor.mqtt;

/** What is counted for a broker. */
enum Count {
    CONNECTIONS("connections"),
    FAILURES("failures"),
    RECEIVED("received"),
    PUSHED("pushed"),
    /** The camera is held by another. */
    HELD("held"),
    /** Refused for a limit of the bridge. */
    LIMITED("limited"),
    /** The bridge was away. */
    UNAVAILABLE("unavailable"),
    /** A newer message of the same topic had come when it was its turn. */
    SUPERSEDED("superseded"),
    DUPLICATE("duplicate"),
    /** Its time lies before that of the message before. */
    OLDER("older"),
    /** Retained, and the camera has a view that is as good. */
    RETAINED_KNOWN("retained-known"),
    UNMATCHED("unmatched"),
    FAULT_LENGTH("fault-length"),
    FAULT_NAME("fault-name"),
    FAULT_VALUE("fault-value"),
    /** One camera too many. */
    FAULT_CAMERAS("fault-cameras"),
    STATES("states"),
    STATES_SUPERSEDED("states-superseded"),
    EVENTS("events"),
    EVENTS_DROPPED("events-dropped"),
    /** Entries that were gone from the journal before they were read. */
    GAPS("gaps"),
    /** States that are larger than the broker takes. */
    TOO_LARGE("too-large");

    private final String key;

    Count(String key) {
        this.key = key;
    }

    String key() {
        return key;
    }
}
