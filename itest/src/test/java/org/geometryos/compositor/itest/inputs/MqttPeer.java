package org.geometryos.compositor.itest.inputs;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A client of MQTT 3.1.1, written from the standard alone: it publishes, and keeps what it subscribes to. */
final class MqttPeer implements Closeable {
    record Message(String topic, String payload) {}

    private final Socket socket = new Socket();
    private final DataOutputStream out;
    private final DataInputStream in;
    private final List<Message> got = new CopyOnWriteArrayList<>();
    private int id;

    MqttPeer(int port, String... filters) throws IOException {
        socket.connect(new InetSocketAddress("127.0.0.1", port), 5_000);
        socket.setTcpNoDelay(true);
        out = new DataOutputStream(socket.getOutputStream());
        in = new DataInputStream(socket.getInputStream());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream connect = new DataOutputStream(bytes);
        connect.writeUTF("MQTT");
        connect.writeByte(4);
        connect.writeByte(2);
        connect.writeShort(0);
        connect.writeUTF("peer" + System.nanoTime());
        send(0x10, bytes.toByteArray());
        if (in.readUnsignedByte() != 0x20 || in.readUnsignedByte() != 2 || in.readUnsignedShort() != 0) {
            throw new IOException("no CONNACK");
        }
        for (String filter : filters) {
            bytes.reset();
            connect.writeShort(1);
            connect.writeUTF(filter);
            connect.writeByte(1);
            send(0x82, bytes.toByteArray());
        }
        Thread reader = new Thread(this::read, "itest-mqtt-peer");
        reader.setDaemon(true);
        reader.start();
    }

    private synchronized void send(int first, byte[] body) throws IOException {
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.write(first);
        int left = body.length;
        do {
            packet.write(left % 128 + (left >= 128 ? 128 : 0));
            left /= 128;
        } while (left > 0);
        packet.write(body);
        out.write(packet.toByteArray());
        out.flush();
    }

    void publish(String topic, String payload, int qos, boolean retain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream body = new DataOutputStream(bytes);
        body.writeUTF(topic);
        if (qos > 0) {
            id = id % 60_000 + 1;
            body.writeShort(id);
        }
        body.write(payload.getBytes(StandardCharsets.UTF_8));
        send(0x30 | qos << 1 | (retain ? 1 : 0), bytes.toByteArray());
    }

    private void read() {
        try {
            while (true) {
                int first = in.readUnsignedByte();
                int length = 0;
                for (int shift = 0, b = 128; b >= 128; shift += 7) {
                    b = in.readUnsignedByte();
                    length |= (b & 127) << shift;
                }
                byte[] body = new byte[length];
                in.readFully(body);
                if (first >> 4 == 3) {
                    message(first, body);
                }
            }
        } catch (IOException e) {
            // it is closed
        }
    }

    private void message(int first, byte[] body) throws IOException {
        int topic = (body[0] & 255) << 8 | body[1] & 255;
        int at = 2 + topic;
        if ((first & 6) != 0) {
            send(0x40, new byte[] {body[at], body[at + 1]});
            at += 2;
        }
        got.add(new Message(
                new String(body, 2, topic, StandardCharsets.UTF_8),
                new String(body, at, body.length - at, StandardCharsets.UTF_8)));
    }

    List<Message> got() {
        return got;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
