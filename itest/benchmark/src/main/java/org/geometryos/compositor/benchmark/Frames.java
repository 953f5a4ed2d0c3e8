package org.geometryos.compositor.benchmark;

import java.nio.ByteBuffer;
import java.util.concurrent.ThreadLocalRandom;

/** RFC 6455 frames as a client reads and writes them: no fragments, no extensions. */
final class Frames {
    static final int TEXT = 0x1;
    static final int BINARY = 0x2;
    static final int CLOSE = 0x8;
    static final int PING = 0x9;
    static final int PONG = 0xA;
    /** Room that the header of a client's frame needs at most. */
    static final int HEADER = 14;

    private static final int CONTROL_BYTES = 125;

    /** A server's frame against the rules, or one that a benchmark does not expect. */
    static final class FrameException extends Exception {
        private static final long serialVersionUID = 1L;

        FrameException(String message) {
            super(message);
        }
    }

    @FunctionalInterface
    interface Receiver {
        /** @param payload valid during the call only */
        void frame(int opcode, ByteBuffer payload) throws FrameException;
    }

    private Frames() {}

    /**
     * Takes one frame of the server off the buffer and hands it on.
     *
     * @return false if the buffer holds no whole frame; nothing is taken then
     */
    static boolean next(ByteBuffer in, Receiver to) throws FrameException {
        if (in.remaining() < 2) {
            return false;
        }
        int at = in.position();
        int first = in.get(at) & 0xFF;
        int second = in.get(at + 1) & 0xFF;
        int opcode = first & 0x0F;
        if ((first & 0xF0) != 0x80) {
            throw new FrameException(
                    "first byte 0x%02x: only whole messages without extensions are expected".formatted(first));
        }
        if (opcode != TEXT && opcode != BINARY && opcode != CLOSE && opcode != PING && opcode != PONG) {
            throw new FrameException("opcode " + opcode + " is none of 1, 2, 8, 9, 10");
        }
        if ((second & 0x80) != 0) {
            throw new FrameException("a server does not mask its frames");
        }
        long length = second;
        int header = 2;
        if (second == 126) {
            header = 4;
        } else if (second == 127) {
            header = 10;
        }
        if (in.remaining() < header) {
            return false;
        }
        if (header == 4) {
            length = in.getShort(at + 2) & 0xFFFF;
        } else if (header == 10) {
            length = in.getLong(at + 2);
        }
        if (opcode >= CLOSE && length > CONTROL_BYTES) {
            throw new FrameException(
                    "control frame of " + length + " bytes; at most " + CONTROL_BYTES + " are allowed");
        }
        if (length < 0 || length > in.capacity() - header) {
            throw new FrameException("frame of " + length + " bytes; the buffer holds " + in.capacity());
        }
        if (in.remaining() < header + length) {
            return false;
        }
        ByteBuffer payload = in.slice(at + header, (int) length);
        in.position(at + header + (int) length);
        to.frame(opcode, payload);
        return true;
    }

    /** Writes a client's frame, masked; takes the payload. The buffer has room for it and {@link #HEADER} bytes. */
    static void put(ByteBuffer out, int opcode, ByteBuffer payload) {
        int length = payload.remaining();
        out.put((byte) (0x80 | opcode));
        if (length < 126) {
            out.put((byte) (0x80 | length));
        } else if (length < 0x10000) {
            out.put((byte) (0x80 | 126)).putShort((short) length);
        } else {
            out.put((byte) (0x80 | 127)).putLong(length);
        }
        int mask = ThreadLocalRandom.current().nextInt();
        out.putInt(mask);
        for (int shift = 24; payload.hasRemaining(); shift = shift == 0 ? 24 : shift - 8) {
            out.put((byte) (payload.get() ^ mask >>> shift));
        }
    }
}
