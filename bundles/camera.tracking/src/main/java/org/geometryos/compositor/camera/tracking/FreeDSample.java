package org.geometryos.compositor.camera.tracking;

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
record FreeDSample(int id, FreeDPose pose, int zoom, int focus, int user) implements Decoded {
    static final int LENGTH = 29;
    private static final int D1 = 0xD1;
    private static final int CHECK = 0x40;
    private static final double PER_DEGREE = 32_768;
    private static final double PER_MILLIMETRE = 64;

    /** @param data its remaining bytes are the datagram; they are not consumed */
    static Decoded decode(ByteBuffer data) {
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

    private static int signed(ByteBuffer data, int at) {
        return data.get(at) << 16 | (data.get(at + 1) & 0xff) << 8 | data.get(at + 2) & 0xff;
    }
}
