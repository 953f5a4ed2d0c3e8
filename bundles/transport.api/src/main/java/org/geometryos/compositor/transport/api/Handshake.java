package org.geometryos.compositor.transport.api;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The HTTP request of a handshake, or of a question about one.
 *
 * @param upgrade false for {@code GET .../status}, which asks what a handshake would get
 * @param headers names in lower case; values in order
 * @param remoteAddress the peer's address in digits, as the socket knows it, not as a header tells it
 * @param remotePort the peer's port
 * @param secure whether it came over TLS
 */
public record Handshake(
        boolean upgrade,
        String path,
        Map<String, List<String>> headers,
        String remoteAddress,
        int remotePort,
        boolean secure) {

    private static final Pattern DIGITS = Pattern.compile("[\\[\\]0-9a-fA-F:.]+");

    /**
     * Whether the peer's address is a loopback address: the one place that decides so. What is not in digits is none;
     * nothing is looked up.
     */
    public boolean loopback() {
        try {
            return DIGITS.matcher(remoteAddress).matches()
                    && InetAddress.getByName(remoteAddress).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** The first value of a header. */
    public Optional<String> header(String lowerCaseName) {
        List<String> values = headers.getOrDefault(lowerCaseName, List.of());
        return values.isEmpty() ? Optional.empty() : Optional.of(values.get(0));
    }

    /** A copy that keeps only the named headers: what a link needs to remember, and no secret. */
    public Handshake only(Set<String> names) {
        Map<String, List<String>> kept = new TreeMap<>(headers);
        kept.keySet().retainAll(names);
        return new Handshake(upgrade, path, Map.copyOf(kept), remoteAddress, remotePort, secure);
    }
}
