package org.geometryos.compositor.endpoint;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.geometryos.compositor.api.connection.ConnectionManager;
import org.geometryos.compositor.api.connection.LinkMemory;
import org.geometryos.compositor.api.connection.Refusal;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.health.LoopbackPass;
import org.geometryos.compositor.protocol.CloseCode;
import org.geometryos.compositor.transport.api.Decision;
import org.geometryos.compositor.transport.api.Handshake;
import org.geometryos.compositor.transport.api.Link;
import org.geometryos.compositor.transport.api.Transport;

/** Who is let in, and who may stay when the keys change. Any thread. */
final class Admission {
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final String NOT_READY = "not ready: a part of the server is being replaced";
    private static final String LOOPBACK = LoopbackPass.HEADER.toLowerCase(Locale.ROOT);

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
        if (handshake.upgrade() && isLoopback(handshake)) {
            return services.journal.get() == null || manager == null
                    ? new Decision.Refuse(503, Map.of("Retry-After", "1"), NOT_READY)
                    : new Decision.Accept(Optional.empty(), LinkMemory.ofLoopback(Gate.DEFAULT));
        }
        Decision decision = gate().decide(
                        handshake,
                        (key, role, operator) -> notReady(manager, operator)
                                .or(() -> manager.admit(
                                        handshake.remoteAddress(), key, role, operator, handshake.upgrade())));
        if (decision instanceof Decision.Refuse refusal && handshake.upgrade() && manager != null) {
            manager.refused(handshake.remoteAddress(), refusal.status(), refusal.reason());
        }
        return decision;
    }

    /** An operator comes in also where the host is cut off from others. */
    private Optional<Refusal> notReady(ConnectionManager manager, boolean operator) {
        Journal journal = services.journal.get();
        if (journal == null || manager == null) {
            return Optional.of(new Refusal(NOT_READY, RETRY));
        }
        return operator ? Optional.empty() : journal.away().map(reason -> new Refusal(reason, RETRY));
    }

    /** Whether it is the host itself, which sees whether it serves: by a pass that is good once. */
    private boolean isLoopback(Handshake handshake) {
        Optional<String> pass = handshake.header(LOOPBACK);
        Predicate<String> knows = pass.isEmpty() ? null : services.loopback.get();
        return knows != null && knows.test(pass.get());
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
        Map<String, List<String>> dialects = new HashMap<>();
        services.dialects.forEach(
                dialect -> dialect.subprotocols().forEach(name -> dialects.put(name, dialect.subprotocols())));
        return new Gate(keys.ring(), settings.get().origins(), services.codecs.keySet(), dialects);
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
        if (manager != null && !LinkMemory.of(link.attributes()).loopback()) {
            keys.judge(link)
                    .ifPresent(verdict -> manager.close(link.id(), verdict.code(), verdict.reason(), Optional.empty()));
        }
    }
}
