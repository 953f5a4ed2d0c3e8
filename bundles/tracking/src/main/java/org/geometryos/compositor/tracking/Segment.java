package org.geometryos.compositor.tracking;

import java.nio.ByteBuffer;

/**
 * An OpenTrackIO packet: a header of 16 bytes, big-endian, and a sample or a part of one.
 *
 * @param sequence 0 to 65535; counts packets, beginning anew behind the last
 * @param offset of the payload in the sample, bytes
 * @param last whether the sample ends with it
 * @param checksum Fletcher-16 of header and payload, as sent
 * @param payload as it came; what is kept is copied by whoever keeps it
 */
public record Segment(Encoding encoding, int sequence, int offset, boolean last, int checksum, ByteBuffer payload)
        implements Decoded {
    /** Samples longer than this are not taken. */
    public static final int MAX_SAMPLE = 256 * 1024;

    public static final int HEADER = 16;
    private static final int MAGIC = 0x4f54726b;
    private static final int LAST = 0x8000;

    public enum Encoding {
        JSON,
        CBOR
    }

    /** @param data its remaining bytes are the datagram; they are not consumed */
    public static Decoded decode(ByteBuffer data) {
        int at = data.position();
        if (data.remaining() < HEADER) {
            return Fault.LENGTH;
        }
        if (data.getInt(at) != MAGIC) {
            return Fault.TYPE;
        }
        int lengthAndLast = data.getShort(at + 12) & 0xffff;
        int length = lengthAndLast & ~LAST;
        if (data.remaining() != HEADER + length) {
            return Fault.LENGTH;
        }
        int checksum = data.getShort(at + 14) & 0xffff;
        if (checksum != fletcher16(data, at, length)) {
            return Fault.CHECKSUM;
        }
        int encoding = data.get(at + 5);
        if (encoding != 1 && encoding != 2) {
            return Fault.ENCODING;
        }
        long offset = data.getInt(at + 8) & 0xffff_ffffL;
        if (length == 0 || offset + length > MAX_SAMPLE) {
            return Fault.SEGMENT;
        }
        return new Segment(
                encoding == 1 ? Encoding.JSON : Encoding.CBOR,
                data.getShort(at + 6) & 0xffff,
                (int) offset,
                (lengthAndLast & LAST) != 0,
                checksum,
                data.slice(at + HEADER, length));
    }

    /**
     * Completes the packet of a whole sample: the payload stands behind room for the header already.
     *
     * @param packet from 0 to its position: header and payload
     * @param sequence its lower 16 bits count
     */
    public static void header(ByteBuffer packet, Encoding encoding, int sequence) {
        int length = packet.position() - HEADER;
        if (length <= 0 || length >= LAST) {
            throw new IllegalArgumentException("a payload of " + length + " bytes");
        }
        packet.putInt(0, MAGIC)
                .put(4, (byte) 0)
                .put(5, (byte) (encoding == Encoding.JSON ? 1 : 2))
                .putShort(6, (short) sequence)
                .putInt(8, 0)
                .putShort(12, (short) (LAST | length));
        packet.putShort(14, (short) fletcher16(packet, 0, length));
    }

    /** Over the header without its checksum and the payload; both sums modulo 256. */
    public static int fletcher16(ByteBuffer data, int at, int length) {
        int sum1 = 0;
        int sum2 = 0;
        for (int i = 0; i < HEADER + length; i++) {
            if (i < HEADER - 2 || i >= HEADER) {
                sum1 += data.get(at + i) & 0xff;
                sum2 += sum1;
            }
        }
        return (sum2 & 0xff) << 8 | sum1 & 0xff;
    }

    public int length() {
        return payload.remaining();
    }

    /** Whether the sample consists of this packet alone. */
    public boolean whole() {
        return last && offset == 0;
    }

    /** Whether a packet is the one that comes right behind this one, in the same sample. */
    public boolean before(Segment next) {
        return !last
                && next.encoding == encoding
                && (next.sequence == following(sequence) || wraps() && next.sequence == 1)
                && next.offset == offset + length();
    }

    /** The number behind another. */
    public static int following(int sequence) {
        return sequence + 1 & 0xffff;
    }

    /** Whether numbers begin anew behind this one: some senders go on with 0, some with 1. */
    public boolean wraps() {
        return following(sequence) == 0;
    }

    public boolean same(Segment other) {
        return other.sequence == sequence
                && other.offset == offset
                && other.checksum == checksum
                && other.payload.equals(payload);
    }

    public Segment copy() {
        byte[] bytes = new byte[length()];
        payload.get(payload.position(), bytes);
        return new Segment(encoding, sequence, offset, last, checksum, ByteBuffer.wrap(bytes));
    }
}
