package org.geometryos.compositor.tracking;

import java.nio.ByteBuffer;
import org.geometryos.compositor.api.coordinates.FreeDPose;

/**
 * A FreeD D1 packet: 29 bytes, big-endian.
 *
 * @param id of the device, 0 to 255
 * @param pose degrees and millimetres
 * @param zoom reading of an encoder, 0 to 2^24 - 1, arbitrary
 * @param focus as the zoom
 * @param user 16 bits that each maker uses as he likes
 */
public record FreeDSample(int id, FreeDPose pose, int zoom, int focus, int user) implements Decoded {
    public static final int LENGTH = 29;
    private static final int D1 = 0xD1;
    private static final int CHECK = 0x40;
    private static final double PER_DEGREE = 32_768;
    private static final double PER_MILLIMETRE = 64;
    private static final double TURN = 360;
    private static final long MAX_UNITS = (1 << 23) - 1;

    /** @param data its remaining bytes are the datagram; they are not consumed */
    public static Decoded decode(ByteBuffer data) {
        if (data.remaining() == 0 || (data.get(data.position()) & 0xff) != D1) {
            return Fault.TYPE;
        }
        if (data.remaining() != LENGTH) {
            return Fault.LENGTH;
        }
        int at = data.position();
        int sum = 0;
        for (int i = 0; i < LENGTH; i++) {
            sum += data.get(at + i);
        }
        if ((sum & 0xff) != CHECK) {
            return Fault.CHECKSUM;
        }
        FreeDPose pose = new FreeDPose(
                signed(data, at + 11) / PER_MILLIMETRE,
                signed(data, at + 14) / PER_MILLIMETRE,
                signed(data, at + 17) / PER_MILLIMETRE,
                signed(data, at + 2) / PER_DEGREE,
                signed(data, at + 5) / PER_DEGREE,
                signed(data, at + 8) / PER_DEGREE);
        return new FreeDSample(
                data.get(at + 1) & 0xff,
                pose,
                signed(data, at + 20) & 0xffffff,
                signed(data, at + 23) & 0xffffff,
                data.getShort(at + 26) & 0xffff);
    }

    /**
     * Puts the packet into a buffer.
     *
     * @return whether the position had to be cut to what the format can say: 131 m each way
     */
    public boolean encode(ByteBuffer into) {
        int at = into.position();
        boolean cut = false;
        into.put((byte) D1).put((byte) id);
        angle(into, pose.pan());
        angle(into, pose.tilt());
        angle(into, pose.roll());
        for (double millimetres : new double[] {pose.x(), pose.y(), pose.z()}) {
            long units = Math.round(millimetres * PER_MILLIMETRE);
            long held = Math.max(-MAX_UNITS, Math.min(MAX_UNITS, units));
            cut |= held != units;
            put(into, (int) held);
        }
        put(into, zoom);
        put(into, focus);
        into.putShort((short) user);
        int sum = CHECK;
        for (int i = 0; i < LENGTH - 1; i++) {
            sum -= into.get(at + i);
        }
        into.put((byte) sum);
        return cut;
    }

    private static void angle(ByteBuffer into, double degrees) {
        put(into, (int) Math.round(Math.IEEEremainder(degrees, TURN) * PER_DEGREE));
    }

    private static void put(ByteBuffer into, int value) {
        into.put((byte) (value >> 16)).putShort((short) value);
    }

    private static int signed(ByteBuffer data, int at) {
        return data.get(at) << 16 | (data.get(at + 1) & 0xff) << 8 | data.get(at + 2) & 0xff;
    }
}
