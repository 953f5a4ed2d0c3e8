package org.geometryos.compositor.connections;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.geometryos.compositor.api.connection.LinkMemory;
import org.geometryos.compositor.protocol.CloseCode;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.protocol.Speaker;
import org.geometryos.compositor.transport.api.Link;

/**
 * Whether somebody is at the other end of each link: {@code hello} and heartbeats in time, a peer that reads, last
 * words for one that is silent. All of it belongs to the clock's thread; it takes the table's lock where it looks
 * sessions up.
 */
final class Liveness {
    /** How long a peer that is silent has to take our goodbye. */
    private static final long LAST_WORDS = TimeUnit.SECONDS.toNanos(2);
    /**
     * The clock comes several times a second: after a pause of this length the host itself stood still, and nobody's
     * silence says anything.
     */
    private static final long STOOD_STILL = TimeUnit.SECONDS.toNanos(1);

    /** A link of a peer that is silent, and how long it has for goodbye. */
    private record Dying(Link link, long until) {}

    private final Door door;
    private final Sessions.Neighbours around;
    private final Lifecycle lifecycle;
    private final LongSupplier micros;
    private Iterator<Link> round = Collections.emptyIterator();
    private long lookedAt;
    private boolean looked;
    private long tickedAt;
    private long awakeFrom;
    private final ArrayDeque<Dying> dying = new ArrayDeque<>();

    Liveness(Door door, Sessions.Neighbours around, Lifecycle lifecycle, Sessions.Clocks clocks) {
        long now = clocks.nanos().getAsLong();
        this.door = door;
        this.around = around;
        this.lifecycle = lifecycle;
        this.micros = clocks.micros();
        this.tickedAt = now;
        this.awakeFrom = now - TimeUnit.DAYS.toNanos(1);
    }

    /** Time goes on. To be told at each turn of the clock, before anything is measured. */
    void awake(long now) {
        if (now - tickedAt > STOOD_STILL) {
            awakeFrom = now;
        }
        tickedAt = now;
    }

    /** When a silence began that this host was there to hear. */
    long watchedFrom(long silentSince) {
        return silentSince - awakeFrom > 0 ? silentSince : awakeFrom;
    }

    /**
     * Looks at as many links as are due, so that each has its turn every so often and none costs more than that; then
     * drops the silent.
     */
    void look(long now, Settings current) {
        long period = TimeUnit.MILLISECONDS.toNanos(current.lookEvery());
        int all = door.size();
        int due = !looked || now - lookedAt >= period ? all : (int) Math.ceil((double) all * (now - lookedAt) / period);
        looked = true;
        lookedAt = now;
        for (int i = 0; i < due; i++) {
            if (!round.hasNext()) {
                round = door.iterator();
                if (!round.hasNext()) {
                    break;
                }
            }
            look(round.next(), now, current);
        }
        while (!dying.isEmpty() && now - dying.peek().until >= 0) {
            dying.poll().link.abort();
        }
    }

    private void look(Link link, long now, Settings current) {
        if (!link.open()) {
            if (around.transport().link(link.id()).isEmpty()) {
                // it went before this table could hear of it
                lifecycle.lost(link, 1006, "");
            }
            return;
        }
        LinkMemory memory = LinkMemory.of(link.attributes());
        current.keep(memory);
        if (memory.sessionState().isEmpty()) {
            greet(link, memory, now, current);
            return;
        }
        lifecycle.adopt(link);
        long timeout = TimeUnit.MILLISECONDS.toNanos(current.heartbeatTimeout());
        long stuck = link.stuckSince();
        if (stuck != 0 && now - watchedFrom(stuck) > timeout) {
            lifecycle.close(
                    link,
                    CloseCode.UNAVAILABLE.code(),
                    "nothing was read for " + current.heartbeatTimeout() + " ms",
                    Optional.of(Duration.ZERO));
        } else if (now - watchedFrom(link.receivedAt()) > timeout) {
            lifecycle.close(
                    link,
                    CloseCode.TIMEOUT.code(),
                    "nothing came in for " + current.heartbeatTimeout() + " ms",
                    Optional.of(Duration.ZERO));
            dying.add(new Dying(
                    link, now + Math.min(LAST_WORDS, TimeUnit.MILLISECONDS.toNanos(current.heartbeatInterval()) / 2)));
        } else {
            beat(link, memory, now, current);
        }
    }

    private void greet(Link link, LinkMemory memory, long now, Settings current) {
        if (now - memory.openedAt(now) > TimeUnit.MILLISECONDS.toNanos(current.helloTimeout())) {
            lifecycle.close(
                    link,
                    CloseCode.TIMEOUT.code(),
                    "no hello within " + current.helloTimeout() + " ms",
                    Optional.of(Duration.ZERO));
        }
    }

    /** A heartbeat in place of the broadcaster's, when that is away. */
    private void beat(Link link, LinkMemory memory, long now, Settings current) {
        if (now - memory.heartbeatAt(now)
                        < TimeUnit.MILLISECONDS.toNanos(current.heartbeatInterval() + current.heartbeatInterval() / 4)
                || link.stuckSince() != 0) {
            return;
        }
        Speaker speaker = around.speaker(link);
        if (speaker == null) {
            return;
        }
        // a broadcaster that comes back at this moment moves the account on; it notes what it refused with the monitor
        synchronized (link) {
            long cursor = link.cursor();
            Account account = Account.of(link);
            Optional<byte[]> heartbeat = speaker.say(new ServerMessage.Heartbeat(
                    micros.getAsLong(), cursor, account.delivered(), account.superseded(), account.refused()));
            if (heartbeat.isPresent() && !link.replyAt(cursor, heartbeat.get(), speaker.text())) {
                return;
            }
        }
        memory.heartbeatSent(now);
        link.ping();
    }
}
