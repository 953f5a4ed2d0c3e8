package org.geometryos.compositor.mqtt;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.geometryos.compositor.mqtt.PacketReader.Connack;
import org.geometryos.compositor.mqtt.PacketReader.Packet;

/**
 * One connection to a broker: a session that ends with it. One thread opens it and then reads, another one writes, and
 * any may abort it; a third one calls {@link #watch}, because neither of the two comes back from a peer that is silent.
 */
final class Connection {
    static final int SUBSCRIBE_ID = 65_535;
    private static final int BUFFER = 65_536;
    private static final int CONNECT_MILLIS = 5_000;
    /** For all of the handshake, and for each write. */
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final int RECEIVE = 100;
    /** Receipts that wait for the thread that writes. */
    private static final int RECEIPTS = 4_096;

    private final Settings.Access access;
    private final Version version;
    private final String client;
    private final Socket raw = new Socket();
    private final ArrayBlockingQueue<Integer> received = new ArrayBlockingQueue<>(RECEIPTS);
    private final ArrayBlockingQueue<Integer> confirmed = new ArrayBlockingQueue<>(RECEIPTS);
    private volatile PacketReader in;
    private volatile OutputStream out;
    private volatile Connack connack;
    private volatile boolean ready;
    private volatile boolean subscribed;
    private volatile String aborted = "";
    private volatile long opened = System.nanoTime();
    private volatile long lastRead = opened;
    private volatile long lastWrite = opened;
    /** When the write under way began; 0: none is. */
    private volatile long writing;

    private long lastPing = opened;

    Connection(Settings.Access access, Version version, String client) {
        this.access = access;
        this.version = version;
        this.client = client;
    }

    Settings.Access access() {
        return access;
    }

    Version version() {
        return version;
    }

    Connack connack() {
        return connack;
    }

    /** Whether the broker has let us in. */
    boolean ready() {
        return ready && aborted.isEmpty();
    }

    /** Whether the broker has let us in, even if it is over since. */
    boolean established() {
        return ready;
    }

    /** Whether the broker has answered to the subscriptions. */
    boolean subscribed() {
        return subscribed;
    }

    /** It has. */
    void answered() {
        subscribed = true;
    }

    /** Nanoseconds since the broker let us in. */
    long age() {
        return System.nanoTime() - opened;
    }

    /** Connects, and asks for the subscriptions. */
    void open() throws IOException {
        BrokerAddress to = access.address();
        InetSocketAddress address = new InetSocketAddress(to.host(), to.port());
        if (address.isUnresolved()) {
            throw new BrokerException("the host " + to.host() + " is not known");
        }
        raw.setTcpNoDelay(true);
        raw.connect(address, CONNECT_MILLIS);
        Socket socket = to.tls() ? secured(to) : raw;
        in = new PacketReader(new BufferedInputStream(socket.getInputStream(), BUFFER), access.maxPacket());
        out = new BufferedOutputStream(socket.getOutputStream(), BUFFER);
        write(PacketWriter.connect(
                version,
                client,
                access.keepAlive(),
                RECEIVE,
                access.maxPacket(),
                access.will(),
                access.user(),
                access.password()));
        flush();
        connack = answer();
        if (!access.subscriptions().isEmpty()) {
            write(PacketWriter.subscribe(version, SUBSCRIBE_ID, access.subscriptions()));
            flush();
        }
        subscribed = access.subscriptions().isEmpty();
        opened = System.nanoTime();
        lastRead = opened;
        ready = true;
    }

    private Connack answer() throws IOException {
        Packet first;
        try {
            first = in.read(version);
        } catch (EOFException e) {
            throw new BrokerException("the broker closed the connection at once", true);
        }
        if (!(first instanceof Connack answer)) {
            throw new BrokerException("the broker sent what is no answer to a CONNECT");
        }
        if (answer.reason() != 0) {
            throw new BrokerException(
                    Reasons.refusal(answer.reason()),
                    answer.reason() == 1 || answer.reason() == Reasons.UNSUPPORTED_VERSION);
        }
        return answer;
    }

    private Socket secured(BrokerAddress to) throws IOException {
        SSLSocket socket = (SSLSocket) Trust.sockets(access.trust()).createSocket(raw, to.host(), to.port(), true);
        if (access.verifyName()) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
        }
        socket.startHandshake();
        return socket;
    }

    // the thread that reads

    Packet read() throws IOException {
        Packet packet = in.read(version);
        lastRead = System.nanoTime();
        return packet;
    }

    /** Bytes that have come and are not read. */
    int available() throws IOException {
        return in.available();
    }

    /** How long a read may take, nanoseconds. */
    long patience() {
        return TimeUnit.SECONDS.toNanos(keepAlive());
    }

    /** A message with QoS 1 is worked off. */
    void received(int id) throws IOException {
        if (!received.offer(id)) {
            throw new BrokerException("the broker sends more messages at a time than it may");
        }
    }

    /** The broker has one of our messages. */
    void confirmed(int id) throws IOException {
        if (!confirmed.offer(id)) {
            throw new BrokerException("the broker confirms more messages than it got");
        }
    }

    // the thread that writes

    /** The next message that the broker has confirmed, or null. */
    Integer nextConfirmed() {
        return confirmed.poll();
    }

    /** Writes receipts, and a ping if one is due. */
    void maintain() throws IOException {
        for (Integer id = received.poll(); id != null; id = received.poll()) {
            write(PacketWriter.puback(id));
        }
        long now = System.nanoTime();
        long third = patience() / 3;
        if (now - lastPing >= third && (now - lastWrite >= third || now - lastRead >= third)) {
            lastPing = now;
            write(PacketWriter.pingreq());
        }
    }

    /** Until {@link #maintain} is due, nanoseconds. */
    long maintenance() {
        return patience() / 6;
    }

    void write(byte[] packet) throws IOException {
        long now = System.nanoTime();
        writing = now == 0 ? 1 : now;
        try {
            out.write(packet);
            lastWrite = now;
        } finally {
            writing = 0;
        }
    }

    void flush() throws IOException {
        long now = System.nanoTime();
        writing = now == 0 ? 1 : now;
        try {
            out.flush();
        } finally {
            writing = 0;
        }
    }

    /** Says that this client goes, and goes. */
    void goodbye() {
        try {
            if (access.will().isPresent()) {
                write(PacketWriter.publish(
                        version,
                        access.will().get(),
                        "offline".getBytes(StandardCharsets.UTF_8),
                        0,
                        connack.retain(),
                        0));
            }
            write(PacketWriter.disconnect());
            flush();
        } catch (IOException e) {
            // the broker sends the will
        }
        abort("this client ended it");
    }

    // any thread

    private int keepAlive() {
        Connack answer = connack;
        return answer == null || answer.keepAlive() == 0
                ? access.keepAlive()
                : Math.min(access.keepAlive(), answer.keepAlive());
    }

    /** Aborts what has taken too long. */
    void watch(long now) {
        long began = writing;
        if (!ready) {
            if (now - opened > LIMIT_NANOS) {
                abort("the broker does not answer");
            }
        } else if (now - lastRead > patience()) {
            abort("the broker has said nothing for " + keepAlive() + " s");
        } else if (began != 0 && now - began > LIMIT_NANOS) {
            abort("the broker takes nothing");
        }
    }

    /** Ends it now: reads and writes fail. */
    void abort(String why) {
        if (aborted.isEmpty()) {
            aborted = why;
        }
        try {
            // the TLS on it might wait for a write that does not end
            raw.close();
        } catch (IOException e) {
            // it is closed as far as it can be
        }
    }

    /** Why it was aborted; empty if it was not. */
    String aborted() {
        return aborted;
    }
}
