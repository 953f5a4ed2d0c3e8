package org.geometryos.compositor.io.http.access;

import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.geometryos.compositor.health.Failures;
import org.geometryos.compositor.health.PlugIns;
import org.geometryos.compositor.transport.api.Decision;
import org.geometryos.compositor.transport.api.Handshake;
import org.geometryos.compositor.transport.api.ReadGate;

/** Who may read over HTTP, as the {@link ReadGate} says. Any thread. */
public final class Access {
    private static final Decision AWAY =
            new Decision.Refuse(503, Map.of("Retry-After", "1"), "not ready: a part of the server is being replaced");
    /** The attribute of a connection that names its key. */
    private static final String KEY = "key";

    private static final Decision FAILED = new Decision.Refuse(500, Map.of(), "internal error");

    private final Supplier<ReadGate> gate;
    // guarded by this
    private String failing = "";
    private Failures failures;

    /** @param gate decides; gives null while it is away */
    public Access(Supplier<ReadGate> gate) {
        this.gate = gate;
    }

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
        try {
            return decides == null ? Map.of() : decides.pageHeaders(handshake(request));
        } catch (RuntimeException | Error e) {
            failed(decides, e);
            return Map.of();
        }
    }

    /** Whether this request is answered, and to whom: 503 while the gate is away, else what the gate says. */
    public Caller caller(HttpServletRequest request) {
        ReadGate decides = gate.get();
        Decision decision = decides == null ? AWAY : decision(decides, handshake(request));
        return decision instanceof Decision.Accept accept
                ? new Caller(Optional.empty(), accept.attributes())
                : new Caller(Optional.of((Decision.Refuse) decision), Map.of());
    }

    private Decision decision(ReadGate decides, Handshake handshake) {
        try {
            return decides.read(handshake);
        } catch (RuntimeException | Error e) {
            failed(decides, e);
            return FAILED;
        }
    }

    /** Keeps nothing of the gate, which may be replaced. */
    private synchronized void failed(ReadGate decides, Throwable problem) {
        String title = PlugIns.title("what decides who may read", decides);
        if (!title.equals(failing)) {
            failing = title;
            failures = Failures.ofPlugIn(title);
        }
        failures.failed(problem);
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
