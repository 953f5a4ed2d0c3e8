package org.geometryos.compositor.api.wall;

/** What a wall shows in place of its camera. */
public enum Picture {
    /** A picture for photographs: counter, scale, edges that join up. */
    CALIBRATION,
    /** The name of each member, large. */
    IDENTIFY;

    /** As the protocol writes it. */
    public String word() {
        return Words.word(this);
    }

    /**
     * The value that the protocol writes so.
     *
     * @param field for the message
     * @throws org.geometryos.compositor.api.value.InvalidValueException if there is none
     */
    public static Picture of(String field, String word) {
        return Words.of(field, word, values());
    }
}
