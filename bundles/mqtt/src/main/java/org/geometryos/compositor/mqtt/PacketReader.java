package org.geometryos.compositor.mqtt;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads packets from a broker, of a size that is bounded: what is larger is read over. One thread. What is no MQTT
 * gives a {@link BrokerException}.
 */
final class PacketReader {
    private static final int SHUNT = 4096;

    private final DataInputStream in;
    private final int maxPacket;

    /** A packet from a broker. */
    sealed interface Packet {}

    /** @param payload empty for one that was too large */
    record Publish(
            Optional<String> topic, byte[] payload, int qos, boolean retained, boolean dup, int id, boolean large)
            implements Packet {}

    record Puback(int id, int reason) implements Packet {}

    record Suback(int id, List<Integer> reasons) implements Packet {}

    record Pingresp() implements Packet {}

    record Disconnect(int reason) implements Packet {}

    /** What a client has no use for. */
    record Other(int type) implements Packet {}

    /**
     * The answer to CONNECT.
     *
     * @param reason 0 for success; of the version that was asked for, or of 3.1.1
     * @param keepAlive seconds that the broker wants; 0 if it wants none
     */
    record Connack(int reason, int receive, int maxQos, boolean retain, int maxPacket, int keepAlive)
            implements Packet {}

    PacketReader(InputStream in, int maxPacket) {
        this.in = new DataInputStream(in);
        this.maxPacket = maxPacket;
    }

    int available() throws IOException {
        return in.available();
    }

    /** Waits for a packet. */
    Packet read(Version version) throws IOException {
        int first = in.readUnsignedByte();
        int length = length();
        int type = first >> 4;
        if (length > maxPacket) {
            if (type != PacketWriter.PUBLISH) {
                throw new BrokerException("the broker sent a packet of type " + type + " with " + length + " bytes");
            }
            return large(first, length);
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        ByteBuffer body = ByteBuffer.wrap(bytes);
        try {
            return switch (type) {
                case PacketWriter.PUBLISH -> publish(version, first, body);
                case PacketWriter.PUBACK ->
                    new Puback(id(body), body.hasRemaining() ? Byte.toUnsignedInt(body.get()) : 0);
                case PacketWriter.SUBACK -> suback(version, body);
                case PacketWriter.PINGRESP -> new Pingresp();
                case PacketWriter.CONNACK -> connack(version, body);
                case PacketWriter.DISCONNECT ->
                    new Disconnect(body.hasRemaining() ? Byte.toUnsignedInt(body.get()) : 0);
                default -> new Other(type);
            };
        } catch (RuntimeException e) {
            throw new BrokerException("the broker sent a broken packet of type " + type);
        }
    }

    private int length() throws IOException {
        int length = 0;
        for (int shift = 0; shift < 28; shift += 7) {
            int b = in.readUnsignedByte();
            length |= (b & 0x7f) << shift;
            if (b < 0x80) {
                return length;
            }
        }
        throw new BrokerException("the broker sent what is no packet of MQTT");
    }

    /** Reads over a message, but for what its receipt needs. */
    private Packet large(int first, int length) throws IOException {
        int left = length - 2;
        int topic = in.readUnsignedShort();
        left -= topic;
        skip(topic);
        int qos = first >> 1 & 3;
        int id = 0;
        if (qos > 0) {
            id = in.readUnsignedShort();
            left -= 2;
        }
        if (left < 0) {
            throw new BrokerException("the broker sent a broken message");
        }
        skip(left);
        return new Publish(Optional.empty(), new byte[0], qos, false, false, id, true);
    }

    private void skip(int bytes) throws IOException {
        byte[] shunt = new byte[SHUNT];
        for (int left = bytes; left > 0; ) {
            int part = Math.min(left, SHUNT);
            in.readFully(shunt, 0, part);
            left -= part;
        }
    }

    private static Packet publish(Version version, int first, ByteBuffer body) throws IOException {
        int qos = first >> 1 & 3;
        if (qos > 1) {
            throw new BrokerException("the broker sent a message with QoS " + qos + ", which nobody asked for");
        }
        Optional<String> topic = text(body);
        int id = qos > 0 ? id(body) : 0;
        if (version == Version.V5) {
            skipProperties(body);
        }
        byte[] payload = new byte[body.remaining()];
        body.get(payload);
        return new Publish(
                topic.filter(name -> !name.isEmpty()), payload, qos, (first & 1) != 0, (first & 8) != 0, id, false);
    }

    private static Packet suback(Version version, ByteBuffer body) throws IOException {
        int id = id(body);
        if (version == Version.V5) {
            skipProperties(body);
        }
        List<Integer> reasons = new ArrayList<>();
        while (body.hasRemaining()) {
            reasons.add(Byte.toUnsignedInt(body.get()));
        }
        return new Suback(id, reasons);
    }

    private static Packet connack(Version version, ByteBuffer body) throws IOException {
        body.get();
        int reason = Byte.toUnsignedInt(body.get());
        int receive = 65_535;
        int maxQos = 1;
        boolean retain = true;
        int most = Integer.MAX_VALUE;
        int keepAlive = 0;
        if (version == Version.V5 && body.hasRemaining()) {
            int length = varint(body);
            int end = body.position() + length;
            while (body.position() < end) {
                int property = varint(body);
                switch (property) {
                    case 0x13 -> keepAlive = Short.toUnsignedInt(body.getShort());
                    case 0x21 -> receive = Math.max(1, Short.toUnsignedInt(body.getShort()));
                    case 0x24 -> maxQos = Math.min(1, body.get());
                    case 0x25 -> retain = body.get() != 0;
                    case 0x27 -> {
                        int size = body.getInt();
                        most = size <= 0 ? Integer.MAX_VALUE : size;
                    }
                    default -> skipProperty(property, body);
                }
            }
        }
        return new Connack(reason, receive, maxQos, retain, most, keepAlive);
    }

    private static void skipProperties(ByteBuffer body) throws IOException {
        int length = varint(body);
        body.position(body.position() + length);
    }

    /** By its type (MQTT 5, 2.2.2.2). */
    private static void skipProperty(int property, ByteBuffer body) throws IOException {
        switch (property) {
            case 0x01, 0x17, 0x19, 0x28, 0x29, 0x2a -> body.get();
            case 0x22, 0x23 -> body.getShort();
            case 0x02, 0x11, 0x18 -> body.getInt();
            case 0x0b -> varint(body);
            case 0x03, 0x08, 0x09, 0x12, 0x15, 0x16, 0x1a, 0x1c, 0x1f -> skipText(body);
            case 0x26 -> {
                skipText(body);
                skipText(body);
            }
            default -> throw new BrokerException("the broker sent a property that MQTT 5 does not know: " + property);
        }
    }

    private static void skipText(ByteBuffer body) {
        int length = Short.toUnsignedInt(body.getShort());
        body.position(body.position() + length);
    }

    private static int varint(ByteBuffer body) throws IOException {
        int value = 0;
        for (int shift = 0; shift < 28; shift += 7) {
            int b = Byte.toUnsignedInt(body.get());
            value |= (b & 0x7f) << shift;
            if (b < 0x80) {
                return value;
            }
        }
        throw new BrokerException("the broker sent a number that is too long");
    }

    private static int id(ByteBuffer body) {
        return Short.toUnsignedInt(body.getShort());
    }

    /** Empty if it is no UTF-8. */
    private static Optional<String> text(ByteBuffer body) {
        int length = Short.toUnsignedInt(body.getShort());
        ByteBuffer part = body.slice(body.position(), length);
        body.position(body.position() + length);
        try {
            return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(part).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
