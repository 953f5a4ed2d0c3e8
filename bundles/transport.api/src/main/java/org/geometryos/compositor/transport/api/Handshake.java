package org.geometryos.compositor.transport.api;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The HTTP request of a handshake, or of a question about one.
 *
 * @param upgrade false for {@code GET .../status}, which asks what a handshake would get
 * @param headers names in lower case; values in order
 * @param remoteAddress the peer's address, numeric
 * @param remotePort the peer's port
 * @param loopback whether the peer's address is a loopback address
 * @param secure whether it came over TLS
 */
public record Handshake(
        boolean upgrade,
        String path,
        Map<String, List<String>> headers,
        String remoteAddress,
        int remotePort,
        boolean loopback,
        boolean secure) {

    /** The first value of a header. */
    public Optional<String> header(String lowerCaseName) {
        List<String> values = headers.getOrDefault(lowerCaseName, List.of());
        return values.isEmpty() ? Optional.empty() : Optional.of(values.get(0));
    }

    /** A copy that keeps only the named headers: what a link needs to remember, and no secret. */
    public Handshake only(java.util.Set<String> names) {
        Map<String, List<String>> kept = new java.util.TreeMap<>(headers);
        kept.keySet().retainAll(names);
        return new Handshake(upgrade, path, Map.copyOf(kept), remoteAddress, remotePort, loopback, secure);
    }
}
