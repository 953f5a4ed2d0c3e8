package org.geometryos.compositor.api.scene;

/** An operation names a model that is not there. */
public final class NoSuchModelException extends Exception {
    private static final long serialVersionUID = 1L;
    private final String field;

    /** @param field where the operation names it ({@code ops[2].id}) */
    public NoSuchModelException(String field, String id) {
        super(field + ": there is no model \"" + id + "\"", null, false, false);
        this.field = field;
    }

    public String field() {
        return field;
    }
}
