package org.geometryos.compositor.simulation;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.geometryos.compositor.protocol.DecodeException;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.protocol.codec.Codecs;

/** A message on its way to displays, read once for all of them. */
final class Parcel {
    /** A ping, which says nothing. */
    static final Parcel PING = new Parcel(new byte[8], true);

    final byte[] payload;
    final boolean text;
    final int hash;
    private ServerMessage message;
    /** What of the truth it was compared with, so that it is compared once. */
    Object compared;
    /** The number of a camera's view, 0 if it is no such message. */
    long viewSeq;

    Parcel(byte[] payload, boolean text) {
        this.payload = payload;
        this.text = text;
        this.hash = Arrays.hashCode(payload);
    }

    ServerMessage message() {
        if (message == null) {
            try {
                message = (text ? Codecs.json() : Codecs.cbor()).decodeServer(ByteBuffer.wrap(payload));
            } catch (DecodeException e) {
                throw new Violation("a message that cannot be read: " + this + ": " + e.getMessage());
            }
        }
        return message;
    }

    @Override
    public String toString() {
        return text ? new String(payload, StandardCharsets.UTF_8) : message().toString();
    }
}
