package org.geometryos.compositor.api.wall;

/** How a camera's picture lies on a wall of another shape. */
public enum Fit {
    /** All of it is on the wall, and more beside it. */
    CONTAIN,
    /** It fills the wall, and what does not fit is left out. */
    COVER,
    /** As large as the camera's zoom says, whatever the size of the sender's view. */
    SAME_SCALE;

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
    public static Fit of(String field, String word) {
        return Words.of(field, word, values());
    }
}
