package org.geometryos.compositor.protocol.codec;

import org.geometryos.compositor.protocol.Codec;

/** The codecs of version 1. */
public final class Codecs {
    private static final Codec JSON = new JsonCodec();
    private static final Codec CBOR = new CborCodec();

    private Codecs() {}

    /** {@code compositor.v1.json} */
    public static Codec json() {
        return JSON;
    }

    /** {@code compositor.v1.cbor} */
    public static Codec cbor() {
        return CBOR;
    }
}
