package org.geometryos.compositor.api.tiles;

/** An operation names a tileset that is not there. */
public final class NoSuchTilesetException extends Exception {
    private static final long serialVersionUID = 1L;
    private final String field;

    /** @param field where the operation names it ({@code ops[2].tileset}) */
    public NoSuchTilesetException(String field, String id) {
        super(field + ": there is no tileset \"" + id + "\"", null, false, false);
        this.field = field;
    }

    public String field() {
        return field;
    }
}
