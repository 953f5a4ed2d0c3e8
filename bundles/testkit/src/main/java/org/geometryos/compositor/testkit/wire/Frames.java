package org.geometryos.compositor.testkit.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Frames as RFC 6455, section 5.2 lays them out. */
public final class Frames {
    public static final int CONTINUATION = 0;
    public static final int TEXT = 1;
    public static final int BINARY = 2;
    public static final int CLOSE = 8;
    public static final int PING = 9;
    public static final int PONG = 10;
    public static final int FIN = 0x80;
    public static final int MASKED = 0x80;
    private static final byte[] MASK = {0x37, (byte) 0xfa, 0x21, 0x3d};
    private static final int LONGEST_HEADER = 14;

    private Frames() {}

    /** One whole frame as a client has to send it. */
    public static byte[] frame(int opcode, byte[] payload) {
        return frame(FIN | opcode, payload.length, MASK, payload);
    }

    public static byte[] frame(int opcode, String payload) {
        return frame(opcode, payload.getBytes(StandardCharsets.UTF_8));
    }

    /** @param fin whether the message ends with it */
    public static byte[] frame(int opcode, boolean fin, byte[] payload) {
        return raw((fin ? FIN : 0) | opcode, true, payload);
    }

    public static byte[] close(int code) {
        return frame(CLOSE, new byte[] {(byte) (code >> 8), (byte) code});
    }

    /** @param first the first byte: FIN, reserved bits and opcode */
    public static byte[] raw(int first, boolean masked, byte[] payload) {
        return frame(first, payload.length, masked ? MASK : null, payload);
    }

    /**
     * A frame of which every part can be wrong.
     *
     * @param first the first byte: FIN, reserved bits and opcode
     * @param length what its header says
     * @param mask four bytes, or null for none
     * @param payload what there is of it
     */
    public static byte[] frame(int first, long length, byte[] mask, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(payload.length + LONGEST_HEADER).put((byte) first);
        int masked = mask == null ? 0 : MASKED;
        if (length < 126) {
            frame.put((byte) (masked | length));
        } else if (length < 65_536) {
            frame.put((byte) (masked | 126)).putShort((short) length);
        } else {
            frame.put((byte) (masked | 127)).putLong(length);
        }
        if (mask != null) {
            frame.put(mask);
        }
        int at = frame.position();
        frame.put(payload);
        byte[] bytes = frame.array();
        for (int i = 0; mask != null && i < payload.length; i++) {
            bytes[at + i] ^= mask[i & 3];
        }
        return Arrays.copyOf(bytes, frame.position());
    }

    /** The code that a close frame's payload gives; 1005 if it gives none. */
    public static int closeCode(byte[] payload) {
        return payload.length < 2 ? 1005 : ByteBuffer.wrap(payload).getShort() & 0xffff;
    }
}
