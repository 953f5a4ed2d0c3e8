package org.geometryos.compositor.tracking.out;

import java.io.IOException;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Supplier;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.View3d;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.value.TimeOfDay;
import org.geometryos.compositor.health.GuardedLoop;
import org.geometryos.compositor.health.Health;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One target: a socket, and a thread from {@link #start} to {@link #stop} that follows the camera and sends it. Any
 * thread.
 */
final class Sender {
    /** Nanoseconds between two looks at the sequence, at the least. */
    static final long LOOK_NANOS = 500_000;
    /** A camera that stands still is sent again after this time. */
    static final long REPEAT_NANOS = 500_000_000;
    /** Packets a second at the pace of samples, and as many in a burst as in a twentieth of it. */
    static final int MAX_RATE = 1_000;

    private static final int BURST = MAX_RATE / 20;
    /** How long a camera that is missing is still sent: its bundle or the journal may be on its way back. */
    private static final long GRACE_NANOS = 2_000_000_000;
    /** Nanoseconds until an unavailable socket is tried again. */
    private static final long RETRY_NANOS = 1_000_000_000;
    /** Frames that may be sent late; what is later is left out. */
    private static final int MAX_LATE = 3;
    /** How long sending may fail before an operator is told. */
    private static final long TOLD_NANOS = 5_000_000_000L;

    /** Without a failure for so long it is over: a receiver that is absent shows only behind a packet that was sent. */
    private static final long MENDED_NANOS = 2_000_000_000L;

    private static final long SECOND = 1_000_000_000;
    private static final long JOIN_MILLIS = 2_000;
    private static final Logger LOG = LoggerFactory.getLogger(Sender.class);

    private final String name;
    private final Supplier<Journal> journal;
    private final Packets packets;
    private final AtomicLongArray counts = new AtomicLongArray(Count.values().length);
    private final GuardedLoop loop;
    private volatile Optional<Settings> settings = Optional.empty();
    private volatile boolean idle;
    private volatile boolean stopped;
    /** Why nothing can be sent; empty if something can. */
    private volatile String problem = "";

    private volatile long problemSince;
    private volatile String state = "not configured yet";
    private volatile boolean flat;
    private volatile long lastSent;
    private volatile boolean everSent;

    // the sender's thread only
    private final ByteBuffer buffer = ByteBuffer.allocate(Packets.MAX);
    private final Feed feed = new Feed();
    private final History history = new History();
    private final List<Moment> fresh = new ArrayList<>();
    private Settings current;
    private UdpOutput output;
    private long openAt = System.nanoTime();
    private boolean missing;
    private long missingSince;
    private long looked;
    private double allowed = BURST;
    private long allowedAt;
    private long frame;
    private long firstFrame;
    private long failedAt;

    /**
     * @param name for the log and the thread
     * @param journal gives null while there is none
     */
    Sender(String name, Supplier<Journal> journal, Packets packets) {
        this.name = name;
        this.journal = journal;
        this.packets = packets;
        this.loop = GuardedLoop.withLastTurn("compositor-tracking-out-" + name, this::turn);
    }

    void start() {
        loop.start();
    }

    /** A new configuration, in effect with the next packet. */
    void configure(Settings wanted) {
        settings = Optional.of(wanted);
        loop.wake();
    }

    /** Something was appended to the journal. */
    void appended() {
        if (idle) {
            idle = false;
            loop.wake();
        }
    }

    /**
     * Ends the thread and closes the socket.
     *
     * @return the number of the next packet
     */
    int stop() {
        stopped = true;
        loop.stop(JOIN_MILLIS);
        return packets.sequence();
    }

    private long turn() {
        if (stopped) {
            close();
            return 0;
        }
        Optional<Settings> wanted = settings;
        if (wanted.isEmpty()) {
            return GuardedLoop.UNTIL_WOKEN;
        }
        long now = System.nanoTime();
        if (current != wanted.get()) {
            take(wanted.get(), now);
        }
        if (output == null && !open(now)) {
            return Math.max(1, openAt - now);
        }
        return current.rate().isPresent() ? frame(current.rate().get(), now) : follow(now);
    }

    private void take(Settings wanted, long now) {
        if (current == null || !current.rate().equals(wanted.rate())) {
            frame = 0;
            firstFrame = now;
        }
        if (current != null && !current.camera().equals(wanted.camera())) {
            history.clear();
            flat = false;
        }
        if (output != null && !output.target().equals(wanted.target())) {
            close();
        }
        if (output == null) {
            openAt = now;
        }
        current = wanted;
    }

    private boolean open(long now) {
        if (now - openAt < 0) {
            return false;
        }
        try {
            output = UdpOutput.open(current.target());
            LOG.info("{}: sending {} to {}", name, current.camera(), current.target());
            return true;
        } catch (IOException | RuntimeException e) {
            failed(e, now);
            openAt = now + RETRY_NANOS;
            return false;
        }
    }

    private void close() {
        UdpOutput open = output;
        output = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                LOG.debug("{}: closing the socket", name, e);
            }
        }
    }

    /** Sends what is new. @return how long to wait, nanoseconds */
    private long follow(long now) {
        if (now - looked < LOOK_NANOS) {
            return looked + LOOK_NANOS - now;
        }
        looked = now;
        idle = true;
        fresh.clear();
        read(now);
        allowed = Math.min(BURST, allowed + (double) (now - allowedAt) / SECOND * MAX_RATE);
        allowedAt = now;
        if (!fresh.isEmpty()) {
            int sent = Math.max(1, Math.min(fresh.size(), (int) allowed));
            allowed -= sent;
            count(Count.SUPERSEDED, fresh.size() - sent);
            for (Moment moment : fresh.subList(fresh.size() - sent, fresh.size())) {
                send(moment, now);
            }
            if (allowed < 0) {
                // what comes meanwhile is looked at when it may be sent again
                idle = false;
                return (long) (-allowed / MAX_RATE * SECOND);
            }
        } else if (sends(now) && now - lastSent >= REPEAT_NANOS) {
            history.newest().ifPresent(moment -> send(moment, now));
        }
        return REPEAT_NANOS;
    }

    /** Sends the camera as it is at the time of a frame. @return how long to wait, nanoseconds */
    private long frame(Rate rate, long now) {
        idle = false;
        long due = firstFrame + rate.nanos(frame);
        if (now - due < 0) {
            return due - now;
        }
        long period = rate.nanos(1);
        if (now - due > MAX_LATE * period) {
            long skipped = (now - due) / period;
            count(Count.LATE, skipped);
            frame += skipped;
        }
        frame++;
        fresh.clear();
        read(now);
        if (sends(now)) {
            history.at(TimeOfDay.micros() - current.lag()).ifPresent(moment -> send(moment, now));
        }
        return Math.max(1, firstFrame + rate.nanos(frame) - System.nanoTime());
    }

    private void read(long now) {
        feed.read(journal.get(), current.camera(), this::taken);
        boolean there = feed.present();
        if (there) {
            missing = false;
        } else if (!missing) {
            missing = true;
            missingSince = now;
        } else if (now - missingSince >= GRACE_NANOS) {
            history.clear();
        }
    }

    private void taken(CameraState one) {
        history.add(one);
        flat = !(one.view() instanceof View3d);
        if (!flat) {
            history.newest().ifPresent(fresh::add);
        }
    }

    /** Whether there is something to be sent. */
    private boolean sends(long now) {
        boolean known = history.newest().isPresent();
        state = flat
                ? "the camera is one of two dimensions"
                : !known ? "there is no such camera" : now - lastSent < SECOND && everSent ? "sending" : "waiting";
        return known;
    }

    private void send(Moment moment, long now) {
        if (output == null) {
            return;
        }
        try {
            buffer.clear();
            boolean cut = packets.write(moment, current, now, buffer);
            boolean sent = output.send(buffer.flip());
            count(sent ? Count.SENT : Count.FULL, 1);
            count(Count.CUT, cut ? 1 : 0);
            lastSent = now;
            everSent = true;
            state = "sending";
            if (sent && !problem.isEmpty() && now - failedAt >= MENDED_NANOS) {
                LOG.info("{}: sending {} to {} again", name, current.camera(), current.target());
                problem = "";
            }
        } catch (PortUnreachableException e) {
            // of an earlier packet; the receiver may come at any time
            lastSent = now;
            failed("nobody receives there", now);
            count(Count.FAILED, 1);
        } catch (IOException e) {
            failed(e, now);
            count(Count.FAILED, 1);
            close();
            openAt = now + RETRY_NANOS;
        }
    }

    private void failed(Exception e, long now) {
        failed(e.getMessage() == null ? e.toString() : e.getMessage(), now);
    }

    private void failed(String why, long now) {
        if (problem.isEmpty()) {
            problemSince = now;
        }
        if (!why.equals(problem)) {
            LOG.warn("{}: cannot send to {}: {}", name, current.target(), why);
        }
        problem = why;
        failedAt = now;
    }

    private void count(Count what, long more) {
        if (more != 0) {
            counts.getAndAdd(what.ordinal(), more);
        }
    }

    // ---- for an operator

    String name() {
        return name;
    }

    Optional<Settings> settings() {
        return settings;
    }

    long count(Count what) {
        return counts.get(what.ordinal());
    }

    /** What it does, in a few words. */
    String state() {
        return problem.isEmpty() ? state : problem;
    }

    /** What an operator should know; nothing if all is well. */
    List<Health.Problem> problems() {
        String why = problem;
        Optional<Settings> known = settings;
        if (known.isEmpty()) {
            return List.of();
        }
        if (!why.isEmpty() && System.nanoTime() - problemSince >= TOLD_NANOS) {
            return List.of(new Health.Problem(
                    Health.Level.WARNING,
                    name + ": cannot send to " + known.get().target() + ": " + why));
        }
        if (flat) {
            return List.of(new Health.Problem(
                    Health.Level.WARNING,
                    name + ": the camera " + known.get().camera()
                            + " is one of two dimensions, which tracking cannot say"));
        }
        return List.of();
    }
}
