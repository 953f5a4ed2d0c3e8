package org.geometryos.compositor.http.access;

import jakarta.servlet.http.HttpServletRequest;
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
import org.geometryos.compositor.transport.api.ReadGate;

/**
 * Who may read over HTTP, as the {@link ReadGate} says. Any thread.
 *
 * @param gate decides; gives null while it is away
 */
public record Access(Supplier<ReadGate> gate) {
    private static final Decision AWAY =
            new Decision.Refuse(503, Map.of("Retry-After", "1"), "not ready: a part of the server is being replaced");
    /** The attribute of a connection that names its key. */
    private static final String KEY = "key";

    /**
     * Who asks.
     *
     * @param refusal why the request is not answered, if it is not
     * @param attributes those that a connection of this caller would have; empty if it is refused
     */
    public record Caller(Optional<Decision.Refuse> refusal, Map<String, Object> attributes) {
        /** The name of the key that was given; empty if none is known. */
        public String key() {
            return attributes.get(KEY) instanceof String key ? key : "";
        }
    }

    /** Headers that let the page that asks read the answer (CORS); none if it may not, or needs none. */
    public Map<String, String> pageHeaders(HttpServletRequest request) {
        ReadGate decides = gate.get();
        return decides == null ? Map.of() : decides.pageHeaders(handshake(request));
    }

    /** Whether this request is answered, and to whom: 503 while the gate is away, else what the gate says. */
    public Caller caller(HttpServletRequest request) {
        ReadGate decides = gate.get();
        Decision decision = decides == null ? AWAY : decides.read(handshake(request));
        return decision instanceof Decision.Accept accept
                ? new Caller(Optional.empty(), accept.attributes())
                : new Caller(Optional.of((Decision.Refuse) decision), Map.of());
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
                request.isSecure());
    }
}
