package org.geometryos.compositor.api.wall;

/** How a wall shows a 3D camera. */
public enum View {
    /** The camera's own picture, cut into parts. */
    CAMERA,
    /** As a window: what an eye before the wall would see through it. */
    WINDOW;

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
    public static View of(String field, String word) {
        return Words.of(field, word, values());
    }
}
