package org.geometryos.compositor.benchmark;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** What a camera tracking system sends: OpenTrackIO 1.0 in JSON, one sample in one datagram. */
final class TrackerPacket {
    /** Datagrams begin with it: {@code OTrk}. */
    static final int MAGIC = 0x4f54726b;

    static final int HEADER = 16;
    private static final int CHECKSUM = 14;
    private static final int LAST = 0x8000;

    private TrackerPacket() {}

    /**
     * About 480 bytes.
     *
     * @param source number of the tracker, 1 to 200
     * @param micros when the sample was taken, since the Unix epoch
     * @param number of the sample; of its last 16 bits
     */
    static ByteBuffer of(int source, long micros, long number) {
        int sequence = (int) (number & 0xffff);
        double turn = number % 360;
        byte[] payload = ("{\"protocol\":{\"name\":\"OpenTrackIO\",\"version\":[1,0,0]},\"sourceNumber\":" + source
                        + ",\"static\":{\"camera\":{\"activeSensorPhysicalDimensions\":{\"width\":36.0,"
                        + "\"height\":20.25}}}"
                        + ",\"timing\":{\"sequenceNumber\":" + sequence + ",\"sampleTimestamp\":{\"seconds\":"
                        + micros / 1_000_000 + ",\"nanoseconds\":"
                        + micros % 1_000_000 * 1000
                        + "}},\"transforms\":[{\"translation\":{\"x\":1.25,\"y\":-4.5,\"z\":1.75},"
                        + "\"rotation\":{\"pan\":"
                        + turn
                        + ",\"tilt\":-3.5,\"roll\":0.25}}],\"lens\":{\"pinholeFocalLength\":24.305,"
                        + "\"focusDistance\":4.2,\"entrancePupilOffset\":0.123}}")
                .getBytes(StandardCharsets.US_ASCII);
        ByteBuffer packet = ByteBuffer.allocate(HEADER + payload.length)
                .putInt(MAGIC)
                .putShort((short) 1)
                .putShort((short) sequence)
                .putInt(0)
                .putShort((short) (LAST | payload.length))
                .putShort((short) 0)
                .put(payload)
                .flip();
        return packet.putShort(CHECKSUM, checksum(packet));
    }

    /** Fletcher-16 over all but itself. */
    private static short checksum(ByteBuffer packet) {
        int sum1 = 0;
        int sum2 = 0;
        for (int i = 0; i < packet.limit(); i++) {
            if (i < CHECKSUM || i >= HEADER) {
                sum1 += packet.get(i) & 0xff;
                sum2 += sum1;
            }
        }
        return (short) ((sum2 & 0xff) << 8 | sum1 & 0xff);
    }
}
