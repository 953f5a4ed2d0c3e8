package org.geometryos.compositor.mqtt;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** The packets that a client sends (MQTT 3.1.1 and 5, chapter 3). Each call gives one packet. Any thread. */
final class PacketWriter {
    static final int CONNECT = 1;
    static final int CONNACK = 2;
    static final int PUBLISH = 3;
    static final int PUBACK = 4;
    static final int SUBSCRIBE = 8;
    static final int SUBACK = 9;
    static final int PINGREQ = 12;
    static final int PINGRESP = 13;
    static final int DISCONNECT = 14;

    private static final int RECEIVE_MAXIMUM = 0x21;
    private static final int MAXIMUM_PACKET_SIZE = 0x27;
    private static final int CLEAN = 0x02;
    private static final int WILL_QOS_1_RETAINED = 0x04 | 0x08 | 0x20;
    private static final int PASSWORD = 0x40;
    private static final int USER = 0x80;
    private static final int NO_LOCAL = 0x04;

    private PacketWriter() {}

    private static final class Body extends ByteArrayOutputStream {
        Body u8(int value) {
            write(value);
            return this;
        }

        Body u16(int value) {
            return u8(value >> 8).u8(value);
        }

        Body u32(int value) {
            return u16(value >>> 16).u16(value);
        }

        Body varint(int value) {
            int left = value;
            do {
                u8((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
                left >>>= 7;
            } while (left > 0);
            return this;
        }

        Body text(String text) {
            return binary(text.getBytes(StandardCharsets.UTF_8));
        }

        Body binary(byte[] bytes) {
            return u16(bytes.length).raw(bytes);
        }

        Body raw(byte[] bytes) {
            write(bytes, 0, bytes.length);
            return this;
        }

        byte[] packet(int type, int flags) {
            byte[] body = toByteArray();
            return new Body()
                    .u8(type << 4 | flags)
                    .varint(body.length)
                    .raw(body)
                    .toByteArray();
        }
    }

    /**
     * A session that ends with its connection.
     *
     * @param keepAlive seconds
     * @param will topic of the last will, {@code offline}, retained
     */
    static byte[] connect(
            Version version,
            String client,
            int keepAlive,
            int receive,
            int maxPacket,
            Optional<String> will,
            Optional<String> user,
            Optional<String> password) {
        Body body = new Body().text("MQTT").u8(version.level());
        body.u8(CLEAN
                | (will.isPresent() ? WILL_QOS_1_RETAINED : 0)
                | (password.isPresent() ? PASSWORD : 0)
                | (user.isPresent() ? USER : 0));
        body.u16(keepAlive);
        if (version == Version.V5) {
            body.u8(8).u8(RECEIVE_MAXIMUM).u16(receive).u8(MAXIMUM_PACKET_SIZE).u32(maxPacket);
        }
        body.text(client);
        if (will.isPresent()) {
            if (version == Version.V5) {
                body.u8(0);
            }
            body.text(will.get()).text("offline");
        }
        user.ifPresent(body::text);
        password.ifPresent(body::text);
        return body.packet(CONNECT, 0);
    }

    /** @param id 1 to 65535 with QoS 1; of no account with QoS 0 */
    static byte[] publish(Version version, String topic, byte[] payload, int qos, boolean retain, int id) {
        Body body = new Body().text(topic);
        if (qos > 0) {
            body.u16(id);
        }
        if (version == Version.V5) {
            body.u8(0);
        }
        return body.raw(payload).packet(PUBLISH, qos << 1 | (retain ? 1 : 0));
    }

    static byte[] subscribe(Version version, int id, List<Subscription> subscriptions) {
        Body body = new Body().u16(id);
        if (version == Version.V5) {
            body.u8(0);
        }
        for (Subscription each : subscriptions) {
            body.text(each.filter()).u8(each.qos() | (version == Version.V5 ? NO_LOCAL : 0));
        }
        return body.packet(SUBSCRIBE, 2);
    }

    static byte[] puback(int id) {
        return new Body().u16(id).packet(PUBACK, 0);
    }

    static byte[] pingreq() {
        return new Body().packet(PINGREQ, 0);
    }

    static byte[] disconnect() {
        return new Body().packet(DISCONNECT, 0);
    }
}
