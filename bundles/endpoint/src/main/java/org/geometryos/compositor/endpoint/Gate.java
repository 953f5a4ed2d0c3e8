package org.geometryos.compositor.endpoint;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.geometryos.compositor.api.connection.LinkMemory;
import org.geometryos.compositor.api.connection.Refusal;
import org.geometryos.compositor.api.connection.Role;
import org.geometryos.compositor.transport.api.Decision;
import org.geometryos.compositor.transport.api.Handshake;

/**
 * Decides handshakes (protocol, "Connecting"). Without keys: loopback only, everybody with role admin.
 *
 * @param keys the keys in force
 * @param origins from which pages connections with a key are taken
 * @param subprotocols of our own protocol, those there are codecs for
 * @param dialects the subprotocols of other protocols; by each of them all names of its protocol, the preferred one
 *     first
 */
record Gate(KeyRing keys, Origins origins, Set<String> subprotocols, Map<String, List<String>> dialects) {
    static final String DEFAULT = "compositor.v1.json";
    private static final String KEY_PREFIX = "compositor.key.";
    /** A client that only administers the host offers it. */
    private static final String OPERATOR = "compositor.admin";

    private static final String BEARER = "bearer";
    /**
     * What proxies add to a request, in lower case and with {@code -} for {@code _}, as many servers take one for the
     * other: {@code Via}, {@code Forwarded}, {@code X-Forwarded-*}, {@code X-Real-IP}, {@code X-Client-IP},
     * {@code True-Client-IP}, {@code CF-Connecting-IP}, and their like.
     */
    private static final Pattern PROXY =
            Pattern.compile("via|cdn-loop|.*forwarded.*|.*real-ip|.*client-?ip|.*connecting-ip(v6)?");
    /** What may stand behind a host. */
    private static final Pattern PORT = Pattern.compile("(:\\d*)?");

    private static final Pattern OCTET = Pattern.compile("\\d{1,3}");

    private static final int MAX_SHOWN = 100;

    /** Whether one more connection would be taken; asked last, and only for who may come in. */
    interface Admission {
        /**
         * @param key the name of the key, empty without keys
         * @param operator whether it comes to run the host and nothing else
         */
        Optional<Refusal> admit(Optional<String> key, Role role, boolean operator);
    }

    Decision decide(Handshake handshake, Admission admission) {
        Optional<String> stranger = keys.open() ? stranger(handshake) : strangePage(handshake);
        if (stranger.isPresent()) {
            return new Decision.Refuse(403, Map.of(), stranger.get());
        }
        Optional<KeyDigest> key = Optional.empty();
        if (!keys.open()) {
            Set<ByteBuffer> given = keysOf(handshake);
            key = given.size() == 1 ? keys.match(given.iterator().next().array()) : Optional.empty();
            if (key.isEmpty()) {
                return new Decision.Refuse(
                        401,
                        Map.of("WWW-Authenticate", "Bearer"),
                        given.isEmpty()
                                ? "a key is needed"
                                : given.size() > 1 ? "several different keys were given" : "the key is not known");
            }
        }
        List<String> offered = offered(handshake);
        Optional<String> chosen = offered.stream()
                .filter(name -> subprotocols.contains(name) || dialects.containsKey(name))
                .findFirst()
                .map(first -> dialects.getOrDefault(first, List.of()).stream()
                        .filter(offered::contains)
                        .findFirst()
                        .orElse(first));
        if (chosen.isEmpty() && !offered.isEmpty()) {
            Set<String> known = new TreeSet<>(subprotocols);
            known.addAll(dialects.keySet());
            return new Decision.Refuse(
                    400,
                    Map.of(),
                    "none of the offered subprotocols is known; supported are " + String.join(", ", known));
        }
        Role role = key.map(KeyDigest::role).orElse(Role.ADMIN);
        Optional<Refusal> refusal = admission.admit(key.map(KeyDigest::name), role, false);
        boolean adminOnly = refusal.isPresent()
                && role == Role.ADMIN
                && subprotocolsOf(handshake).contains(OPERATOR);
        if (adminOnly) {
            refusal = admission.admit(key.map(KeyDigest::name), role, true);
        }
        if (refusal.isPresent()) {
            return new Decision.Refuse(
                    503,
                    Map.of("Retry-After", String.valueOf(seconds(refusal.get().retryAfter()))),
                    refusal.get().reason());
        }
        Map<String, Object> attributes = LinkMemory.ofHandshake(
                chosen.orElse(DEFAULT),
                key.map(KeyDigest::name).orElse(KeyRing.LOCAL),
                key.map(KeyDigest::fingerprint),
                role,
                adminOnly);
        return new Decision.Accept(
                chosen,
                chosen.filter(dialects::containsKey).isPresent() ? LinkMemory.inDialect(attributes) : attributes);
    }

    /** Whole seconds, so that it is not over before; at least 1. */
    private static long seconds(Duration time) {
        return Math.max(1, time.plusNanos(999_999_999).toSeconds());
    }

    /**
     * The keys that a request gives, in all the ways there are; the same one twice is one. What cannot be decoded is a
     * key that nobody has. Header values come with a byte in each character.
     */
    private static Set<ByteBuffer> keysOf(Handshake handshake) {
        Set<ByteBuffer> given = new HashSet<>();
        for (String value : handshake.headers().getOrDefault("authorization", List.of())) {
            String[] parts = value.strip().split("\\s+", 2);
            if (parts[0].toLowerCase(Locale.ROOT).equals(BEARER)) {
                given.add(bytes(parts.length == 2 ? parts[1] : ""));
            }
        }
        for (String value : handshake.headers().getOrDefault("x-api-key", List.of())) {
            given.add(bytes(value.strip()));
        }
        for (String name : subprotocolsOf(handshake)) {
            if (name.startsWith(KEY_PREFIX)) {
                given.add(decoded(name.substring(KEY_PREFIX.length())));
            }
        }
        return given;
    }

    private static ByteBuffer bytes(String header) {
        return ByteBuffer.wrap(header.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static ByteBuffer decoded(String base64Url) {
        try {
            return ByteBuffer.wrap(
                    base64Url.endsWith("=")
                            ? new byte[0]
                            : Base64.getUrlDecoder().decode(base64Url));
        } catch (IllegalArgumentException e) {
            return ByteBuffer.wrap(new byte[0]);
        }
    }

    /** Why a web page may not connect with a key, if it is one that may not. */
    private Optional<String> strangePage(Handshake handshake) {
        List<String> hosts = handshake.headers().getOrDefault("host", List.of());
        return handshake.headers().getOrDefault("origin", List.of()).stream()
                .filter(origin -> !origins.allow(origin, hosts))
                .findFirst()
                .map(origin -> "Origin " + shown(origin) + " is refused: it must have the host name of Host ("
                        + shown(String.join(", ", hosts)) + ") or be one of allowedOrigins in the configuration "
                        + EndpointConfig.PID);
    }

    /** Whether a page of this origin may read the answer to a status question. */
    boolean readable(Handshake handshake, String origin) {
        return keys.open()
                ? loopbackOrigin(origin)
                : origins.allow(origin, handshake.headers().getOrDefault("host", List.of()));
    }

    private static List<String> subprotocolsOf(Handshake handshake) {
        return handshake.headers().getOrDefault("sec-websocket-protocol", List.of()).stream()
                .flatMap(line -> Stream.of(line.split(",")))
                .map(String::trim)
                .filter(name -> !name.isEmpty())
                .toList();
    }

    /**
     * The offered subprotocols. A key among them and what operators offer are none; offered alone, they name none that
     * is known.
     */
    private static List<String> offered(Handshake handshake) {
        List<String> offered = new ArrayList<>();
        boolean others = false;
        for (String name : subprotocolsOf(handshake)) {
            if (name.startsWith(KEY_PREFIX) || name.equals(OPERATOR)) {
                others = true;
            } else {
                offered.add(name);
            }
        }
        return offered.isEmpty() && others ? List.of("") : offered;
    }

    /** Why a request is not from this machine, if it is not. */
    private static Optional<String> stranger(Handshake handshake) {
        if (!handshake.loopback()) {
            return Optional.of("without a key configured only connections from this machine are taken");
        }
        for (String name : handshake.headers().keySet()) {
            if (PROXY.matcher(name.replace('_', '-')).matches()) {
                return Optional.of("without a key configured no request through a proxy (" + name + ") is taken");
            }
        }
        List<String> hosts = handshake.headers().getOrDefault("host", List.of());
        if (hosts.size() != 1 || !loopbackName(host(hosts.get(0)))) {
            return Optional.of("without a key configured Host must be a loopback name (localhost, 127.0.0.0/8, ::1)");
        }
        for (String origin : handshake.headers().getOrDefault("origin", List.of())) {
            if (!loopbackOrigin(origin)) {
                return Optional.of(
                        "without a key configured Origin must be a loopback name (localhost, 127.0.0.0/8, ::1), not "
                                + shown(origin));
            }
        }
        return Optional.empty();
    }

    /** Text from outside, as it may stand in a message. */
    private static String shown(String text) {
        String plain = text.replaceAll("[^ -~]", "?");
        return plain.length() <= MAX_SHOWN ? plain : plain.substring(0, MAX_SHOWN) + "...";
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
    static String host(String header) {
        String host = header.trim();
        if (host.startsWith("[")) {
            int end = host.indexOf(']');
            return end > 0 && PORT.matcher(host.substring(end + 1)).matches() ? host.substring(0, end + 1) : "";
        }
        int colon = host.indexOf(':');
        return colon < 0 ? host : PORT.matcher(host.substring(colon)).matches() ? host.substring(0, colon) : "";
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
            if (!OCTET.matcher(part).matches() || Integer.parseInt(part) > 255) {
                return false;
            }
        }
        return true;
    }
}
