package org.geometryos.compositor.osc;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Puts messages into a bundle, as many as fit. One thread. */
final class OscWriter {
    private static final int HEADER = 16;
    private static final int ALIGNED = 4;

    private final ByteBuffer buffer;

    /** @param bytes of a packet, at most */
    OscWriter(int bytes) {
        buffer = ByteBuffer.allocate(bytes);
        begin();
    }

    /** Begins a bundle that is to be at once. */
    void begin() {
        buffer.clear();
        buffer.put("#bundle\0".getBytes(StandardCharsets.US_ASCII)).putLong(OscMessage.Tag.NOW.value());
    }

    boolean empty() {
        return buffer.position() == HEADER;
    }

    /** @return whether it fitted; if not, nothing was put */
    boolean add(String address, List<?> arguments) {
        int begin = buffer.position();
        if (buffer.remaining() < ALIGNED) {
            return false;
        }
        buffer.putInt(0);
        StringBuilder types = new StringBuilder(",");
        arguments.forEach(one -> types.append(type(one)));
        boolean fits = text(address) && text(types.toString());
        for (Object one : arguments) {
            fits = fits && argument(one);
        }
        if (!fits) {
            buffer.position(begin);
            return false;
        }
        buffer.putInt(begin, buffer.position() - begin - ALIGNED);
        return true;
    }

    private static char type(Object argument) {
        return argument instanceof Integer ? 'i' : argument instanceof Float ? 'f' : 's';
    }

    private boolean argument(Object argument) {
        if (argument instanceof String text) {
            return text(text);
        }
        if (buffer.remaining() < ALIGNED) {
            return false;
        }
        if (argument instanceof Integer number) {
            buffer.putInt(number);
        } else {
            buffer.putFloat((Float) argument);
        }
        return true;
    }

    private boolean text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int size = bytes.length + ALIGNED & -ALIGNED;
        if (buffer.remaining() < size) {
            return false;
        }
        buffer.put(bytes);
        for (int i = bytes.length; i < size; i++) {
            buffer.put((byte) 0);
        }
        return true;
    }

    /** The packet; it is read, and then a new one {@link #begin begun}. */
    ByteBuffer packet() {
        return buffer.flip();
    }
}
