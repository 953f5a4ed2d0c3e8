package org.geometryos.compositor.http.access;

import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.geometryos.compositor.transport.api.Decision;
import org.geometryos.compositor.transport.api.Handshake;
import org.geometryos.compositor.transport.api.LinkHandler;

/**
 * Who may read over HTTP what displays need: whoever may ask {@code GET /compositor/status}, by the same keys, sources
 * and origins. That a server takes no further connection at the moment says nothing against it: its displays go on
 * reading. Any thread.
 *
 * @param handler decides; gives null while it is away
 */
public record Access(Supplier<LinkHandler> handler) {
    private static final int UNAVAILABLE = 503;
    /** The attribute of a connection that names its key. */
    private static final String KEY = "key";

    /** Headers that let the page that asks read the answer (CORS); none if it may not, or needs none. */
    public Map<String, String> pageHeaders(HttpServletRequest request) {
        LinkHandler decides = handler.get();
        return decides == null ? Map.of() : decides.statusHeaders(handshake(request));
    }

    /**
     * Who asks.
     *
     * @param refusal why the request is not answered, if it is not
     * @param key the name of the key that was given; empty if none is known
     */
    public record Caller(Optional<Decision.Refuse> refusal, String key) {}

    /** Whether this request is answered, and to whom: 503 while the handler is away, else what the handler says. */
    public Caller caller(HttpServletRequest request) {
        LinkHandler decides = handler.get();
        if (decides == null) {
            return new Caller(
                    Optional.of(new Decision.Refuse(
                            UNAVAILABLE,
                            Map.of("Retry-After", "1"),
                            "not ready: a part of the server is being replaced")),
                    "");
        }
        // the handler decides about keys before it counts connections
        Decision decision = decides.handshake(handshake(request));
        if (decision instanceof Decision.Refuse refusal && refusal.status() != UNAVAILABLE) {
            return new Caller(Optional.of(refusal), "");
        }
        return new Caller(
                Optional.empty(),
                decision instanceof Decision.Accept accept
                                && accept.attributes().get(KEY) instanceof String key
                        ? key
                        : "");
    }

    /** What a connection with the same headers would get; empty while the handler is away. */
    public Optional<Decision> decision(HttpServletRequest request) {
        LinkHandler decides = handler.get();
        return decides == null ? Optional.empty() : Optional.of(decides.handshake(handshake(request)));
    }

    private static Handshake handshake(HttpServletRequest request) {
        Map<String, List<String>> headers = new TreeMap<>();
        for (String name : Collections.list(request.getHeaderNames())) {
            headers.computeIfAbsent(name.toLowerCase(Locale.ROOT), n -> new ArrayList<>())
                    .addAll(Collections.list(request.getHeaders(name)));
        }
        String address = request.getRemoteAddr() == null ? "" : request.getRemoteAddr();
        return new Handshake(
                false,
                request.getRequestURI(),
                Collections.unmodifiableMap(headers),
                address,
                request.getRemotePort(),
                loopback(address),
                request.isSecure());
    }

    /** Of an address in digits; nothing is looked up. */
    private static boolean loopback(String address) {
        try {
            return address.matches("[\\[\\]0-9a-fA-F:.]+")
                    && InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
