package org.geometryos.compositor.launcher.command;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.recording.RecordedEntry;
import org.geometryos.compositor.api.value.TimeOfDay;
import org.geometryos.compositor.client.ClientListener;
import org.geometryos.compositor.client.Closed;
import org.geometryos.compositor.client.CompositorClient;
import org.geometryos.compositor.protocol.DecodeException;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.protocol.codec.Codecs;

/** A connection over which recorded views are sent when they are due. One thread. */
final class Playing implements AutoCloseable {
    private static final long WELCOME_SECONDS = 11;
    private static final int MOST_WAITING = 10_000;
    /** A sample's distance from its arrival, microseconds, that is believed; beyond it clocks differed. */
    private static final long MOST_EARLY = 60_000_000;

    private static final long MOST_LATE = 1_000_000;

    private final Target target;
    private final double speed;
    private final CompositorClient client;
    private final AtomicLong refused = new AtomicLong();
    private volatile String refusal = "";
    /** When the first view was received, and when it was sent, by both clocks. */
    private long firstReceived;

    private long firstNanos;
    private long firstMicros;
    private long latest;
    private long sent;
    private long unsent;

    private Playing(Target target, String display, double speed) {
        this.target = target;
        this.speed = speed;
        this.client = Remote.builder(target)
                .display(display)
                .once()
                .subscription(Subscription.NONE)
                .maxOutstanding(MOST_WAITING)
                .listener(new ClientListener() {
                    @Override
                    public void message(ServerMessage message) {
                        if (message instanceof ServerMessage.Error error) {
                            refused.incrementAndGet();
                            if (refusal.isEmpty()) {
                                refusal = error.code().word() + ": " + Console.plain(error.message());
                                Console.error("refused, now and perhaps again: " + refusal);
                            }
                        }
                    }
                })
                .connect();
    }

    /** @throws FailedException with the reason if it is not welcome */
    static Playing to(Target target, String display, double speed) throws FailedException, InterruptedException {
        Playing playing = new Playing(target, display, speed);
        try {
            playing.client.ready().get(WELCOME_SECONDS, TimeUnit.SECONDS);
            return playing;
        } catch (ExecutionException | TimeoutException e) {
            FailedException failed = playing.lost();
            playing.close();
            throw failed;
        }
    }

    /** Sends each when it is due; returns when the last is sent. */
    void play(List<RecordedEntry> entries) throws FailedException {
        for (RecordedEntry entry : entries) {
            CameraState state = state(entry);
            if (firstNanos == 0) {
                firstReceived = entry.received();
                firstNanos = System.nanoTime();
                firstMicros = TimeOfDay.micros();
            }
            // a clock that was set back during the recording holds nobody up
            latest = Math.max(latest, entry.received() - firstReceived);
            long due = firstNanos + Math.round(latest * 1_000.0 / speed);
            for (long wait; (wait = due - System.nanoTime()) > 0; ) {
                LockSupport.parkNanos(wait);
            }
            if (client.state() != CompositorClient.State.OPEN) {
                throw lost();
            }
            long age = state.time() - state.received();
            long shift = age < -MOST_EARLY || age > MOST_LATE ? 0 : age;
            long time = Math.max(0, firstMicros + Math.round((latest + shift) / speed));
            if (client.push(new CameraUpdate(
                    state.camera(),
                    state.view(),
                    OptionalLong.of(time),
                    state.sample(),
                    state.cut(),
                    state.timecode()))) {
                sent++;
            } else {
                unsent++;
            }
        }
    }

    private static CameraState state(RecordedEntry entry) throws FailedException {
        try {
            if (Codecs.json().decodeServer(ByteBuffer.wrap(entry.json().getBytes(StandardCharsets.UTF_8)))
                    instanceof ServerMessage.Camera camera) {
                return camera.state();
            }
            throw new FailedException("entry " + entry.seq() + " of the recording is no view of a camera");
        } catch (DecodeException e) {
            throw new FailedException(
                    "entry " + entry.seq() + " of the recording cannot be read: " + e.getMessage(), e);
        }
    }

    private FailedException lost() {
        Optional<Closed> closed = Optional.ofNullable(client.closed().getNow(null));
        return new FailedException(
                closed.map(how -> Remote.why(target, how)).orElse(target.uri() + ": the connection is lost"));
    }

    /** What became of it, as a sentence. */
    String account() {
        return sent + " views sent" + (unsent == 0 ? "" : ", " + unsent + " left out as the connection was too slow")
                + (refused.get() == 0 ? "" : ", refusals told " + refused.get() + " times, the first: " + refusal);
    }

    @Override
    public void close() {
        client.close();
    }
}
