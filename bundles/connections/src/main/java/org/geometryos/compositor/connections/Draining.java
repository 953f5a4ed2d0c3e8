package org.geometryos.compositor.connections;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import org.geometryos.compositor.api.connection.LinkMemory;
import org.geometryos.compositor.api.connection.Refusal;
import org.geometryos.compositor.api.connection.Role;
import org.geometryos.compositor.protocol.CloseCode;
import org.geometryos.compositor.transport.api.Link;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves all displays away, evenly within a time, and lets none in meanwhile. The table's lock guards it; who is let in
 * is told without.
 */
final class Draining {
    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

    /**
     * @param begun {@link System#nanoTime()}
     * @param over nanoseconds
     * @param total links that were to be moved
     * @param links those still to be moved
     * @param except the session that stays
     */
    private record Drain(
            long begun,
            long over,
            int total,
            ArrayDeque<Link> links,
            Duration reconnectAfter,
            Optional<String> except) {

        /** The session that asked for it may have resumed on another link since. */
        boolean spares(Link link) {
            return except.isPresent()
                    && except.get().equals(LinkMemory.of(link.attributes()).session());
        }
    }

    private final SessionTable table;
    private final Sessions.Neighbours around;
    private final Lifecycle lifecycle;
    // written with the table's lock
    private volatile Drain drain;

    Draining(SessionTable table, Sessions.Neighbours around, Lifecycle lifecycle) {
        this.table = table;
        this.around = around;
        this.lifecycle = lifecycle;
    }

    void begin(Duration over, Duration reconnectAfter, Optional<String> except, long now) {
        Link stays = except.flatMap(table::get).map(session -> session.link).orElse(null);
        ArrayDeque<Link> links = new ArrayDeque<>();
        for (Link link : around.transport().links()) {
            if (link != stays) {
                links.add(link);
            }
        }
        drain = new Drain(now, over.toNanos(), links.size(), links, reconnectAfter, except);
        LOG.info(
                "draining: {} connections are moved away within {} ms, and only admins are admitted; undrain "
                        + "(compositor drain --undo) ends it",
                links.size(),
                over.toMillis());
    }

    void end() {
        if (drain != null) {
            drain = null;
            LOG.info("no longer draining: connections are admitted again");
        }
    }

    boolean active() {
        return drain != null;
    }

    /** Why a handshake is not taken at the moment. Any thread. */
    Optional<Refusal> refusal(boolean withKey, Role role, boolean operator) {
        Drain draining = drain;
        return draining == null || operator || withKey && role == Role.ADMIN
                ? Optional.empty()
                : Optional.of(new Refusal(
                        "draining: no connections are taken, and displays are moved away", draining.reconnectAfter));
    }

    /** What the next table goes on with. */
    Optional<SessionFile.Draining> left(long now) {
        return Optional.ofNullable(drain)
                .map(d -> new SessionFile.Draining(
                        Duration.ofNanos(Math.max(0, d.over - (now - d.begun))), d.reconnectAfter, d.except));
    }

    /** Closes as many as are due by now. */
    void moveAway(long now) {
        Drain draining = drain;
        if (draining == null) {
            return;
        }
        long elapsed = now - draining.begun;
        int due = elapsed >= draining.over ? draining.total : (int) ((double) draining.total * elapsed / draining.over);
        while (draining.total - draining.links.size() < due) {
            Link link = draining.links.poll();
            if (link.open() && !draining.spares(link)) {
                lifecycle.close(link, CloseCode.UNAVAILABLE.code(), "draining", Optional.of(draining.reconnectAfter));
            }
        }
    }
}
