package org.geometryos.compositor.operate;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.geometryos.compositor.api.connection.ConnectionListener;
import org.geometryos.compositor.api.connection.Display;
import org.geometryos.compositor.api.connection.LinkMemory;
import org.geometryos.compositor.api.connection.Session;
import org.geometryos.compositor.api.value.TimeOfDay;
import org.geometryos.compositor.transport.api.Link;
import org.geometryos.compositor.transport.api.Transport;

/**
 * What is wrong with displays, as far as the host knows by itself, and since when: a session that waits for its
 * display, a display that takes or sends nothing, a camera that its source has let down, a declared display that is not
 * there. Told by the connection manager while nobody looks; asked when somebody does. Any thread.
 */
final class Troubles implements ConnectionListener {
    /** Sessions and displays that are remembered; beyond it the oldest are forgotten. */
    private static final int MOST = 4_000;
    /** A write waits for so long, in nanoseconds, before that is trouble. */
    private static final long STUCK = TimeUnit.SECONDS.toNanos(2);
    /** How much later than due the answer to a ping may come, in milliseconds. */
    private static final long LATE = 2_000;

    private static final long HEARTBEAT = 10_000;
    private static final int REASON = 100;

    private final Part<Transport> transport;
    private final LongSupplier nanos;
    private final LongSupplier micros;
    // both guarded by this
    private final Map<String, Long> lost = bounded();
    private final Map<String, Ending> ended = bounded();

    private record Ending(String reason, long at) {}

    /**
     * Something is wrong.
     *
     * @param kind one word: lost, drained, stuck, silent, still, away
     * @param text what is wrong, for a person
     * @param since microseconds since the Unix epoch; empty if that is not known
     */
    record Trouble(String kind, String text, OptionalLong since) {

        Map<String, Object> toMap() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("kind", kind);
            map.put("text", text);
            since.ifPresent(at -> map.put("since", at));
            return map;
        }
    }

    /** A camera whose source is not well: since when it stands still, and why. */
    record Standstill(String why, long since) {}

    Troubles(Part<Transport> transport, LongSupplier nanos, LongSupplier micros) {
        this.transport = transport;
        this.nanos = nanos;
        this.micros = micros;
    }

    private static <V> Map<String, V> bounded() {
        return new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
                return size() > MOST;
            }
        };
    }

    @Override
    public synchronized void opened(Session session) {
        lost.remove(session.id());
        ended.remove(session.display());
    }

    @Override
    public synchronized void changed(Session session) {
        if (session.connected()) {
            lost.remove(session.id());
        } else {
            lost.putIfAbsent(session.id(), micros.getAsLong());
        }
    }

    @Override
    public synchronized void closed(Session session, String reason) {
        lost.remove(session.id());
        ended.remove(session.display());
        ended.put(
                session.display(),
                new Ending(
                        reason.length() <= REASON ? reason : reason.substring(0, REASON) + "\u2026",
                        micros.getAsLong()));
    }

    /**
     * What is wrong with a display that has a session.
     *
     * @param still cameras that stand still, by name
     */
    Optional<Trouble> of(Session session, boolean draining, Map<String, Standstill> still) {
        if (!session.connected()) {
            long since;
            synchronized (this) {
                since = lost.computeIfAbsent(session.id(), id -> micros.getAsLong());
            }
            return Optional.of(
                    draining
                            ? new Trouble("drained", "sent away, as the host drains", OptionalLong.of(since))
                            : new Trouble("lost", "connection lost", OptionalLong.of(since)));
        }
        return session.link().stream()
                .boxed()
                .map(id -> transport.see(sockets -> sockets.link(id).orElse(null)))
                .filter(link -> link != null && link.open())
                .findFirst()
                .flatMap(this::of)
                .or(() -> still(session, still));
    }

    private Optional<Trouble> of(Link link) {
        long now = nanos.getAsLong();
        long stuck = link.stuckSince();
        if (stuck != 0 && now - stuck > STUCK) {
            return Optional.of(new Trouble("stuck", "takes nothing", ago(now - stuck)));
        }
        long silent = now - link.receivedAt();
        long due = LinkMemory.of(link.attributes()).heartbeatInterval(HEARTBEAT) + LATE;
        return silent > TimeUnit.MILLISECONDS.toNanos(due)
                ? Optional.of(new Trouble("silent", "answers nothing", ago(silent)))
                : Optional.empty();
    }

    private OptionalLong ago(long passed) {
        return OptionalLong.of(micros.getAsLong() - TimeUnit.NANOSECONDS.toMicros(passed));
    }

    /** A display that shows one camera, which stands still. */
    private static Optional<Trouble> still(Session session, Map<String, Standstill> still) {
        return session.subscription().cameras().size() == 1
                ? session.subscription().cameras().stream()
                        .filter(still::containsKey)
                        .findFirst()
                        .map(camera -> new Trouble(
                                "still",
                                "old picture: " + still.get(camera).why(),
                                OptionalLong.of(still.get(camera).since())))
                : Optional.empty();
    }

    /** What is wrong with a display that has no session: it is declared, so it should be there. */
    synchronized Optional<Trouble> of(Display display) {
        if (display.session().isPresent() || !display.declared()) {
            return Optional.empty();
        }
        Ending ending = ended.get(display.name());
        Optional<Instant> seen = display.seen();
        return Optional.of(
                ending != null
                        ? new Trouble("away", "not here: " + ending.reason(), OptionalLong.of(ending.at()))
                        : new Trouble(
                                "away",
                                seen.isPresent() ? "not here" : "was never here",
                                seen.isPresent()
                                        ? OptionalLong.of(TimeOfDay.micros(seen.get()))
                                        : OptionalLong.empty()));
    }
}
