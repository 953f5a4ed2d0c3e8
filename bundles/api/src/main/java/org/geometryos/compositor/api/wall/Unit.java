package org.geometryos.compositor.api.wall;

/** What lengths of a wall are measured in. */
public enum Unit {
    /** Millimetres. */
    MM,
    /** Physical pixels. */
    PX;

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
    public static Unit of(String field, String word) {
        return Words.of(field, word, values());
    }
}
