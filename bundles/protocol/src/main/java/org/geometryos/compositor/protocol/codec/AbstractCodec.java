package org.geometryos.compositor.protocol.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.protocol.ClientMessage;
import org.geometryos.compositor.protocol.Codec;
import org.geometryos.compositor.protocol.DecodeException;
import org.geometryos.compositor.protocol.ErrorCode;
import org.geometryos.compositor.protocol.RequestId;
import org.geometryos.compositor.protocol.ServerMessage;

/** What both forms share: all but the generator and the way into {@link Fields}. */
abstract class AbstractCodec implements Codec {
    abstract JsonGenerator generator(OutputStream out) throws IOException;

    abstract Fields fields(byte[] bytes, int from, int length) throws DecodeException;

    @Override
    public final byte[] encode(ServerMessage message) {
        Bytes bytes = new Bytes();
        try (JsonGenerator out = generator(bytes)) {
            message.accept(new ServerMessageWriter(out));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.get();
    }

    @Override
    public final byte[] encode(ClientMessage message) {
        Bytes bytes = new Bytes();
        try (JsonGenerator out = generator(bytes)) {
            message.accept(new ClientMessageWriter(out));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.get();
    }

    @Override
    public final ClientMessage decodeClient(ByteBuffer message) throws DecodeException {
        return decode(message, Reader.CLIENT_TYPES, Reader::client);
    }

    @Override
    public final ServerMessage decodeServer(ByteBuffer message) throws DecodeException {
        return decode(message, Reader.SERVER_TYPES, Reader::server);
    }

    private <T> T decode(ByteBuffer message, List<String> types, Kind<T> kind) throws DecodeException {
        Fields fields = fields(message);
        Optional<RequestId> id = Optional.empty();
        InvalidValueException badId = null;
        try {
            id = Reader.id(fields);
        } catch (InvalidValueException e) {
            badId = e;
        }
        Object type = fields.get("type");
        if (type == null) {
            throw new DecodeException(ErrorCode.MALFORMED, id.orElse(null), "type", "type is required");
        }
        try {
            if (badId != null) {
                throw badId;
            }
            String word = fields.text("type");
            if (!types.contains(word)) {
                String rule = "type must be one of " + String.join(", ", types);
                throw new DecodeException(
                        ErrorCode.UNKNOWN_TYPE,
                        id.orElse(null),
                        "type",
                        rule + ", not \"" + Malformed.shown(word, 80) + "\"");
            }
            return kind.read(word, id, fields);
        } catch (InvalidValueException e) {
            throw new DecodeException(
                    ErrorCode.INVALID,
                    id.orElse(null),
                    e.field(),
                    Malformed.shown(e.getMessage(), Malformed.MAX_MESSAGE));
        }
    }

    private Fields fields(ByteBuffer message) throws DecodeException {
        int length = message.remaining();
        if (message.hasArray()) {
            return fields(message.array(), message.arrayOffset() + message.position(), length);
        }
        byte[] bytes = new byte[length];
        message.get(message.position(), bytes);
        return fields(bytes, 0, length);
    }

    private interface Kind<T> {
        T read(String type, Optional<RequestId> id, Fields fields);
    }

    /**
     * Takes what a generator hands over from its buffer: mostly all at once, so that it is copied once, into its final
     * size.
     */
    private static final class Bytes extends OutputStream {
        private byte[] bytes = new byte[0];
        private int size;

        @Override
        public void write(byte[] from, int offset, int length) {
            if (size == 0) {
                bytes = Arrays.copyOfRange(from, offset, offset + length);
            } else {
                if (length > bytes.length - size) {
                    bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + length));
                }
                System.arraycopy(from, offset, bytes, size, length);
            }
            size += length;
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        byte[] get() {
            return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
        }
    }
}
