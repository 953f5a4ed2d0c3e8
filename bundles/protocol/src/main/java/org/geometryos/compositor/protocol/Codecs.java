package org.geometryos.compositor.protocol;

/** The codecs of version 1. */
public final class Codecs {
    private Codecs() {}

    /** {@code compositor.v1.json} */
    public static Codec json() {
        throw new UnsupportedOperationException();
    }

    /** {@code compositor.v1.cbor} */
    public static Codec cbor() {
        throw new UnsupportedOperationException();
    }
}
