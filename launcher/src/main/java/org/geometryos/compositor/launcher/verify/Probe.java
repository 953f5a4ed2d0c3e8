package org.geometryos.compositor.launcher.verify;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.geometryos.compositor.api.connection.Delivery;
import org.geometryos.compositor.api.connection.Opening;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.launcher.command.ApiKey;
import org.geometryos.compositor.launcher.command.Target;
import org.geometryos.compositor.launcher.verify.RawSocket.Answer;
import org.geometryos.compositor.protocol.ClientMessage;
import org.geometryos.compositor.protocol.Codec;
import org.geometryos.compositor.protocol.RequestId;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.protocol.codec.Codecs;

/** Opens the connections that the steps need, and bounds each wait and the whole. */
final class Probe {
    /** How long one answer may take. */
    static final long WAIT_MILLIS = 3_000;

    static final RequestId ASKED = new RequestId.Text("verify");
    private static final long ALL_MILLIS = 30_000;
    private static final long DEFAULT_INTERVAL = 10_000;

    final Target target;
    final Optional<String> key;
    final Codec codec;
    /** Of the displays. */
    final String name = "verify-" + Long.toString(ThreadLocalRandom.current().nextLong(1L << 30, 1L << 40), 36);

    private final Optional<String> camera;
    private final List<RawSocket> sockets = new ArrayList<>();
    private final long began = System.nanoTime();
    private long end = began + TimeUnit.MILLISECONDS.toNanos(DEFAULT_INTERVAL + ALL_MILLIS);
    private InetAddress address;

    /** @param camera the one to look at; empty: all */
    Probe(Target target, Optional<String> camera) {
        this.target = target;
        this.key = target.key().map(ApiKey::secret);
        this.camera = camera;
        this.codec = target.cbor() ? Codecs.cbor() : Codecs.json();
    }

    /** Where the server is, from now on. */
    void at(InetAddress found) {
        address = found;
    }

    /** The whole may take as long as the heartbeat needs, and 30 s. */
    void heartbeat(long intervalMillis) {
        end = began + TimeUnit.MILLISECONDS.toNanos(intervalMillis + ALL_MILLIS);
    }

    boolean late() {
        return System.nanoTime() - end > 0;
    }

    void close() {
        sockets.forEach(RawSocket::close);
    }

    /** A wait from now on, within the whole's limit; nanoseconds. */
    long until(long millis) {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        return until - end < 0 ? until : end;
    }

    long until() {
        return until(WAIT_MILLIS);
    }

    RawSocket connect() throws IOException {
        RawSocket socket = RawSocket.open(target, address, (int) WAIT_MILLIS);
        sockets.add(socket);
        return socket;
    }

    /** A session. @param suffix of the display's name, as two sessions need two */
    ProbeSession open(Codec form, String suffix, boolean keepOpen, Optional<Opening.Resume> resume)
            throws IOException, StepFault, InterruptedException {
        RawSocket socket = connect();
        upgraded(socket.upgrade(List.of(form.subprotocol()), key));
        ProbeSession session = new ProbeSession(socket, form);
        session.hello(name + suffix, keepOpen, resume, until());
        return session;
    }

    static void upgraded(Answer answer) throws StepFault {
        if (answer.status() != 101) {
            throw new StepFault("HTTP " + answer.status() + ", must be 101" + answer.said());
        }
    }

    ClientMessage subscribe() {
        return new ClientMessage.Subscribe(
                Optional.of(ASKED),
                camera.map(Subscription::toCameras)
                        .orElseGet(Subscription::toAllCameras)
                        .with(Delivery.EVERY));
    }

    /** Subscribes to each update and waits for the snapshot. */
    void follow(ProbeSession session) throws IOException, StepFault, InterruptedException {
        session.send(subscribe());
        session.await("snapshot after subscribe", ServerMessage.Snapshot.class, until());
    }

    /** Takes in what comes to two sessions, in turns. */
    static void collect(ProbeSession one, ProbeSession other, long until, BooleanSupplier enough)
            throws IOException, StepFault, InterruptedException {
        while (!enough.getAsBoolean() && System.nanoTime() - until < 0) {
            for (ProbeSession session : List.of(one, other)) {
                session.collect(System.nanoTime() + 10_000_000, all -> false);
            }
        }
    }
}
