package org.geometryos.compositor.transport;

import java.nio.ByteBuffer;

/** RFC 6455 framing of what a server sends, unmasked and never fragmented, and of the answer to its pings. */
final class Framing {
    static final int TEXT = 0x81;
    static final int BINARY = 0x82;
    static final int CLOSE = 0x88;
    static final int PING = 0x89;
    static final int PONG = 0x8a;
    static final int MAX_HEADER = 10;
    /** Payload in bytes of what is read by the thread of many sockets, at most. */
    static final int SHORT = 1_000;
    /** Bytes of a receipt: a masked pong with the eight bytes of our ping. */
    static final int RECEIPT = 14;

    private Framing() {}

    static int headerSize(int payload) {
        return payload < 126 ? 2 : payload < 65_536 ? 4 : 10;
    }

    static void header(ByteBuffer to, int first, int payload) {
        to.put((byte) first);
        if (payload < 126) {
            to.put((byte) payload);
        } else if (payload < 65_536) {
            to.put((byte) 126).putShort((short) payload);
        } else {
            to.put((byte) 127).putLong(payload);
        }
    }

    static byte[] frame(int first, byte[] payload) {
        ByteBuffer to = ByteBuffer.allocate(headerSize(payload.length) + payload.length);
        header(to, first, payload.length);
        return to.put(payload).array();
    }

    /** Whether what comes next has the form of a whole receipt. */
    static boolean receipt(ByteBuffer bytes) {
        int at = bytes.position();
        return bytes.remaining() >= RECEIPT
                && bytes.get(at) == (byte) PONG
                && bytes.get(at + 1) == (byte) (0x80 | Long.BYTES);
    }

    /** The eight bytes of the receipt that comes next. */
    static long receiptToken(ByteBuffer bytes) {
        int at = bytes.position();
        long mask = bytes.getInt(at + 2) & 0xffff_ffffL;
        return bytes.getLong(at + 6) ^ (mask << 32 | mask);
    }

    /**
     * The payload of the frame that comes next, unmasked, if it is a whole message of at most {@link #SHORT} bytes; the
     * buffer's position moves behind it. What breaks the protocol is none.
     *
     * @param into takes the payload, from 0 to its limit
     * @return whether there is one; if not, nothing has changed
     */
    static boolean shortMessage(ByteBuffer bytes, ByteBuffer into) {
        int at = bytes.position();
        int there = bytes.remaining();
        if (there < 6 || !message(bytes.get(at) & 0xff)) {
            return false;
        }
        int second = bytes.get(at + 1) & 0xff;
        int length = second & 0x7f;
        int header = 6;
        if (length == 126) {
            length = bytes.getShort(at + 2) & 0xffff;
            header = 8;
        }
        // 127 stands for a length beyond
        boolean minimal = header == 6 ? length < 126 : length >= 126;
        if ((second & 0x80) == 0 || !minimal || length > SHORT || there < header + length) {
            return false;
        }
        int mask = bytes.getInt(at + header - 4);
        int from = at + header;
        into.clear().limit(length);
        int i = 0;
        for (; i + 4 <= length; i += 4) {
            into.putInt(i, bytes.getInt(from + i) ^ mask);
        }
        for (; i < length; i++) {
            into.put(i, (byte) (bytes.get(from + i) ^ mask >> 24 - 8 * (i & 3)));
        }
        bytes.position(from + length);
        return true;
    }

    private static boolean message(int first) {
        return first == TEXT || first == BINARY;
    }

    /** Whether whole frames laid out in these buffers hold a close frame. Positions are left alone. */
    static boolean holdsClose(ByteBuffer... buffers) {
        int total = 0;
        for (ByteBuffer b : buffers) {
            total += b.remaining();
        }
        ByteBuffer all = ByteBuffer.allocate(total);
        for (ByteBuffer b : buffers) {
            all.put(b.duplicate());
        }
        all.flip();
        while (all.remaining() >= 2) {
            int first = all.get() & 0xff;
            if ((first & 0x0f) == 0x08) {
                return true;
            }
            int length = all.get() & 0x7f;
            long payload = length < 126 ? length : length == 126 ? all.getShort() & 0xffff : all.getLong();
            if (payload > all.remaining()) {
                return false;
            }
            all.position(all.position() + (int) payload);
        }
        return false;
    }
}
