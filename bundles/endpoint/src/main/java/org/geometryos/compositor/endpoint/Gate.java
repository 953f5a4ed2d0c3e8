package org.geometryos.compositor.endpoint;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import org.geometryos.compositor.api.connection.LinkAttributes;
import org.geometryos.compositor.api.connection.Role;
import org.geometryos.compositor.transport.api.Decision;
import org.geometryos.compositor.transport.api.Handshake;

/** Decides handshakes (protocol, section 1). Without keys: loopback only, everybody with role admin. */
final class Gate {
    static final String DEFAULT = "compositor.v1.json";
    private static final String KEY_PREFIX = "compositor.key.";
    private static final Map<String, String> RETRY = Map.of("Retry-After", "1");

    private Gate() {}

    /**
     * @param subprotocols those there are codecs for
     * @param ready whether sessions can be opened
     */
    static Decision decide(Handshake handshake, Set<String> subprotocols, boolean ready) {
        Optional<String> stranger = stranger(handshake);
        if (stranger.isPresent()) {
            return new Decision.Refuse(403, Map.of(), stranger.get());
        }
        if (!ready) {
            return new Decision.Refuse(503, RETRY, "not ready: a part of the server is being replaced");
        }
        List<String> offered = offered(handshake);
        Optional<String> chosen = offered.stream().filter(subprotocols::contains).findFirst();
        if (chosen.isEmpty() && !offered.isEmpty()) {
            return new Decision.Refuse(400, Map.of(), "none of the offered subprotocols is known; supported are "
                    + String.join(", ", new TreeSet<>(subprotocols)));
        }
        return new Decision.Accept(chosen, Map.of(LinkAttributes.CODEC, chosen.orElse(DEFAULT), LinkAttributes.KEY, "local",
                LinkAttributes.ROLE, Role.ADMIN.word()));
    }

    /** The offered subprotocols. A key among them is not one; offered alone, it names none that is known. */
    private static List<String> offered(Handshake handshake) {
        List<String> offered = new ArrayList<>();
        boolean key = false;
        for (String line : handshake.headers().getOrDefault("sec-websocket-protocol", List.of())) {
            for (String name : line.split(",")) {
                String trimmed = name.trim();
                if (trimmed.startsWith(KEY_PREFIX)) {
                    key = true;
                } else if (!trimmed.isEmpty()) {
                    offered.add(trimmed);
                }
            }
        }
        return offered.isEmpty() && key ? List.of("") : offered;
    }

    /** Why a request is not from this machine, if it is not. */
    private static Optional<String> stranger(Handshake handshake) {
        if (!handshake.loopback()) {
            return Optional.of("without a key configured only connections from this machine are taken");
        }
        for (String name : handshake.headers().keySet()) {
            if (name.equals("forwarded") || name.startsWith("x-forwarded-")) {
                return Optional.of("without a key configured no request through a proxy (" + name + ") is taken");
            }
        }
        List<String> hosts = handshake.headers().getOrDefault("host", List.of());
        if (hosts.size() != 1 || !loopbackName(host(hosts.get(0)))) {
            return Optional.of("without a key configured Host must be a loopback name (localhost, 127.0.0.0/8, ::1)");
        }
        for (String origin : handshake.headers().getOrDefault("origin", List.of())) {
            if (!loopbackOrigin(origin)) {
                return Optional.of("without a key configured Origin must be a loopback name (localhost, 127.0.0.0/8, ::1)");
            }
        }
        return Optional.empty();
    }

    static boolean loopbackOrigin(String origin) {
        try {
            URI uri = new URI(origin);
            return uri.getScheme() != null && uri.getHost() != null && loopbackName(uri.getHost());
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /** The host of a Host header: without the port. */
    private static String host(String header) {
        String host = header.trim();
        if (host.startsWith("[")) {
            int end = host.indexOf(']');
            return end > 0 && host.substring(end + 1).matches("(:\\d*)?") ? host.substring(0, end + 1) : "";
        }
        int colon = host.indexOf(':');
        return colon < 0 ? host : host.substring(colon + 1).matches("\\d*") ? host.substring(0, colon) : "";
    }

    private static boolean loopbackName(String name) {
        String host = name.toLowerCase(Locale.ROOT);
        if (host.equals("localhost") || host.equals("[::1]") || host.equals("[0:0:0:0:0:0:0:1]")) {
            return true;
        }
        String[] parts = host.split("\\.", -1);
        if (parts.length != 4 || !parts[0].equals("127")) {
            return false;
        }
        for (String part : parts) {
            if (!part.matches("\\d{1,3}") || Integer.parseInt(part) > 255) {
                return false;
            }
        }
        return true;
    }
}
