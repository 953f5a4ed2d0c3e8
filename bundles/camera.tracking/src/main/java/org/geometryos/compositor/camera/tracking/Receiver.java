package org.geometryos.compositor.camera.tracking;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.api.camera.CameraSink;
import org.geometryos.compositor.api.camera.CameraSource;
import org.geometryos.compositor.api.camera.SourceHealth;
import org.geometryos.compositor.health.GuardedLoop;
import org.geometryos.compositor.tracking.Fault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The source of one configuration: a socket, and a thread from {@link #start} to {@link #stop} that reads it, decodes
 * and pushes. Any thread.
 *
 * @param <O> what only the format has in its settings
 */
final class Receiver<O> implements CameraSource {
    /** Between two looks at what waits, milliseconds. */
    private static final long TICK_MILLIS = 100;
    /** Nanoseconds until an unavailable socket is tried again. */
    private static final long RETRY_NANOS = 1_000_000_000;
    /** Between two lines in the log about faulty packets, nanoseconds. */
    private static final long FAULTS_NANOS = 10_000_000_000L;
    /** Datagrams between two looks at what waits. */
    private static final int BURST = 1_000;

    private static final int MAX_DATAGRAM = 65_536;
    private static final long JOIN_MILLIS = 2_000;
    private static final Logger LOG = LoggerFactory.getLogger(Receiver.class);

    private final String name;
    private final Devices<?> cameras;
    private final Tracker<O> tracker;
    private final Counters counters;
    private volatile Optional<Settings<O>> settings = Optional.empty();
    private volatile String refusal = "";
    /** Why there is no socket; empty if there is one. */
    private volatile String problem = "it is not open yet";

    private volatile UdpInput input;
    private volatile boolean stopped;
    private final GuardedLoop loop;

    // the receiver's thread only
    private final ByteBuffer buffer = ByteBuffer.allocate(MAX_DATAGRAM);
    private Settings<O> current;
    private long faults;
    private SocketAddress faulty;
    private long faultsTold;
    private long faultsToldAt;

    /** @param name for the log and the thread */
    Receiver(String name, Devices<?> cameras, Tracker<O> tracker, Counters counters) {
        this.name = name;
        this.cameras = cameras;
        this.tracker = tracker;
        this.counters = counters;
        this.loop = GuardedLoop.withLastTurn("compositor-tracking-" + name, this::turn);
    }

    void start() {
        faultsToldAt = System.nanoTime() - FAULTS_NANOS;
        loop.start();
    }

    /** A new configuration, in effect with the next datagram. The socket stays unless it has to be another. */
    void configure(Settings<O> wanted) {
        refusal = "";
        settings = Optional.of(wanted);
        wake();
    }

    /** Why a configuration is wrong, or empty if it is not; the one before stays in force. */
    void refused(String why) {
        refusal = why;
    }

    /**
     * Ends the thread and closes the socket.
     *
     * @param forGood also takes the cameras out of the sequence
     */
    void stop(boolean forGood) {
        stopped = true;
        wake();
        loop.stop(JOIN_MILLIS);
        if (forGood) {
            cameras.removeAll();
        }
    }

    private void wake() {
        UdpInput open = input;
        if (open != null) {
            open.wakeup();
        }
        loop.wake();
    }

    private long turn() {
        if (stopped) {
            close();
            return 0;
        }
        Optional<Settings<O>> wanted = settings;
        return wanted.isEmpty() ? RETRY_NANOS : serve(wanted.get());
    }

    /** @return how long to wait before the next look, nanoseconds */
    private long serve(Settings<O> wanted) {
        try {
            if (current != wanted) {
                if (current != null && !current.camera().equals(wanted.camera())) {
                    // a head that is silent would leave its camera under the old name
                    cameras.removeAll();
                } else if (current != null && !current.sameViews(wanted)) {
                    cameras.jump();
                }
                current = wanted;
            }
            if (input == null || !input.listen().equals(current.listen())) {
                open(current.listen());
            }
            loop.waits(TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS));
            input.await(TICK_MILLIS);
            loop.waited();
            read();
            long now = System.nanoTime();
            input.look(now);
            tracker.tick(now);
            cameras.tick(now, current.staleNanos());
            tellFaults(now);
            return 0;
        } catch (Membership.StaleException e) {
            close();
            LOG.info("{}: {}", name, e.getMessage());
            return 0;
        } catch (IOException e) {
            close();
            failed("cannot receive at " + current.listen() + ": "
                    + (e.getMessage() == null ? e.toString() : e.getMessage()));
            return RETRY_NANOS;
        }
    }

    private void open(Listen listen) throws IOException {
        close();
        input = UdpInput.open(name, listen);
        problem = "";
        LOG.info("{}: receiving at {}{}", name, listen, listen.open() ? ", from anybody who reaches it" : "");
    }

    private void close() {
        UdpInput open = input;
        input = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                LOG.debug("{}: closing the socket", name, e);
            }
        }
    }

    private void failed(String why) {
        if (!why.equals(problem)) {
            LOG.error("{}: {}", name, why);
        }
        problem = why;
    }

    private void read() throws IOException {
        for (int i = 0; i < BURST && !stopped && current == settings.orElseThrow(); i++) {
            SocketAddress from = input.receive(buffer.clear());
            if (from == null) {
                return;
            }
            counters.add(Count.PACKETS);
            tracker.datagram(buffer.flip(), from, System.nanoTime(), current);
            if (counters.faults() != faults) {
                faults = counters.faults();
                faulty = from;
            }
        }
    }

    private void tellFaults(long now) {
        if (faults != faultsTold && now - faultsToldAt >= FAULTS_NANOS) {
            LOG.warn(
                    "{}: faulty packets: {} new, the last from {}; in all {}",
                    name,
                    faults - faultsTold,
                    faulty,
                    counted());
            faultsTold = faults;
            faultsToldAt = now;
        }
    }

    private String counted() {
        StringBuilder text = new StringBuilder();
        for (Fault fault : Fault.values()) {
            long count = counters.get(Count.of(fault));
            if (count > 0) {
                text.append(text.isEmpty() ? "" : ", ")
                        .append(Count.of(fault).key())
                        .append(' ')
                        .append(count);
            }
        }
        return text.toString();
    }

    @Override
    public void connected(CameraSink sink) {
        cameras.connected(sink);
    }

    @Override
    public void disconnected(CameraSink sink) {
        cameras.disconnected(sink);
    }

    @Override
    public Map<String, Long> counters() {
        return counters.all();
    }

    @Override
    public SourceHealth health() {
        Optional<Settings<O>> known = settings;
        if (known.isEmpty()) {
            return SourceHealth.failed("nothing is received: " + (refusal.isEmpty() ? "not configured yet" : refusal));
        }
        String more = refusal.isEmpty() ? "" : "; a new configuration was refused: " + refusal;
        if (!problem.isEmpty()) {
            return SourceHealth.failed(problem + more);
        }
        long now = System.nanoTime();
        Listen listen = known.get().listen();
        UdpInput open = input;
        String joined = open == null ? "" : open.joined();
        int all = cameras.cameras();
        List<String> silent = cameras.silent(now, known.get().staleNanos());
        String faults = counters.faults() == 0 ? "" : "; faults: " + counted();
        if (all == 0) {
            return SourceHealth.stale("nothing has come for a camera at " + listen + joined + faults + more);
        }
        if (silent.size() >= all) {
            return SourceHealth.stale(
                    "no packets come at " + listen + joined + " for " + Devices.some(silent) + faults + more);
        }
        return new SourceHealth(
                SourceHealth.Status.OK,
                all
                        + (all == 1 ? " camera at " : " cameras at ")
                        + listen
                        + joined
                        + (silent.isEmpty() ? "" : "; no packets come for " + Devices.some(silent))
                        + faults
                        + more);
    }
}
