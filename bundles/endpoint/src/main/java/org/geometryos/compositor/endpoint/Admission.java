package org.geometryos.compositor.endpoint;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.geometryos.compositor.api.connection.ConnectionManager;
import org.geometryos.compositor.api.connection.Refusal;
import org.geometryos.compositor.protocol.CloseCode;
import org.geometryos.compositor.transport.api.Decision;
import org.geometryos.compositor.transport.api.Handshake;
import org.geometryos.compositor.transport.api.Link;
import org.geometryos.compositor.transport.api.Transport;

/** Who is let in, and who may stay when the keys change. Any thread. */
final class Admission {
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Services services;
    private final Supplier<Settings> settings;
    private final Keys keys;

    Admission(Services services, Supplier<Settings> settings, Keys keys) {
        this.services = services;
        this.settings = settings;
        this.keys = keys;
    }

    Decision decide(Handshake handshake) {
        ConnectionManager manager = services.connections.get();
        Decision decision = gate().decide(
                        handshake,
                        (key, role, operator) -> services.journal.get() == null || manager == null
                                ? Optional.of(new Refusal("not ready: a part of the server is being replaced", RETRY))
                                : manager.admit(handshake.remoteAddress(), key, role, operator, handshake.upgrade()));
        if (decision instanceof Decision.Refuse refusal && handshake.upgrade() && manager != null) {
            manager.refused(handshake.remoteAddress(), refusal.status(), refusal.reason());
        }
        return decision;
    }

    /** The same for one who reads and does not connect. */
    Decision read(Handshake request) {
        return gate().decide(request, (key, role, operator) -> Optional.empty());
    }

    Map<String, String> pageHeaders(Handshake handshake) {
        return handshake
                .header("origin")
                .filter(origin -> gate().readable(handshake, origin))
                .map(origin -> Map.of("Access-Control-Allow-Origin", origin, "Vary", "Origin"))
                .orElse(Map.of());
    }

    private Gate gate() {
        return new Gate(keys.ring(), settings.get().origins(), services.codecs.keySet());
    }

    /** @param required whether nobody is let in when no key is configured */
    void require(boolean required) {
        keys.require(required);
        checkAll();
    }

    void keysChanged() {
        keys.reload();
        checkAll();
    }

    private void checkAll() {
        Transport sockets = services.transport.get();
        if (sockets != null) {
            sockets.links().forEach(this::check);
        }
        ConnectionManager manager = services.connections.get();
        if (manager != null) {
            manager.sessions().stream()
                    .filter(session -> !session.connected() && !keys.known(session.key()))
                    .forEach(session -> manager.close(
                            session.id(), CloseCode.REVOKED.code(), "the key was revoked", Optional.empty()));
        }
    }

    /**
     * Closes a link that may not stay. Without a connection manager nothing: then this instance is about to go, and the
     * next one looks again.
     */
    void check(Link link) {
        ConnectionManager manager = services.connections.get();
        if (manager != null) {
            keys.judge(link)
                    .ifPresent(verdict -> manager.close(link.id(), verdict.code(), verdict.reason(), Optional.empty()));
        }
    }
}
