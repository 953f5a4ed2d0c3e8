package org.geometryos.compositor.mqtt;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.geometryos.compositor.mqtt.PacketReader.Packet;
import org.geometryos.compositor.mqtt.PacketReader.Publish;

/** Another client of the broker: what it subscribes to, it keeps. */
final class Peer implements AutoCloseable {
    private final Connection connection;
    private final List<Publish> got = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private int id;

    private Peer(Connection connection) {
        this.connection = connection;
        thread = new Thread(this::read, "peer");
        thread.setDaemon(true);
    }

    static Peer of(int port, Version version, Subscription... subscriptions) throws IOException {
        Connection connection = new Connection(
                new Settings.Access(
                        new BrokerAddress("127.0.0.1", port, false),
                        Optional.of(version),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.<Path>empty(),
                        true,
                        50,
                        Optional.empty(),
                        1 << 20,
                        List.of(subscriptions)),
                version,
                "peer-" + System.nanoTime());
        connection.open();
        Peer peer = new Peer(connection);
        peer.thread.start();
        return peer;
    }

    private void read() {
        try {
            while (true) {
                Packet packet = connection.read();
                if (packet instanceof Publish message) {
                    got.add(message);
                    if (message.qos() > 0) {
                        synchronized (this) {
                            connection.write(PacketWriter.puback(message.id()));
                            connection.flush();
                        }
                    }
                }
            }
        } catch (IOException e) {
            // it is closed
        }
    }

    synchronized void publish(String topic, String payload, int qos, boolean retain) throws IOException {
        id++;
        connection.write(PacketWriter.publish(
                connection.version(), topic, payload.getBytes(StandardCharsets.UTF_8), qos, retain, id));
        connection.flush();
    }

    List<Publish> got() {
        return got;
    }

    List<String> texts(String topic) {
        return got.stream()
                .filter(message -> message.topic().orElseThrow().equals(topic))
                .map(message -> new String(message.payload(), StandardCharsets.UTF_8))
                .toList();
    }

    @Override
    public void close() {
        connection.abort("closed");
    }
}
