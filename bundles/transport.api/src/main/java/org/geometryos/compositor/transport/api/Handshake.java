package org.geometryos.compositor.transport.api;

import java.net.InetAddress;
import java.net.URLDecoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The HTTP request of a handshake, or of a question about one.
 *
 * @param upgrade false for {@code GET .../status}, which asks what a handshake would get
 * @param query what stands behind the question mark of the address, as it came; empty: nothing
 * @param headers names in lower case; values in order
 * @param remoteAddress the peer's address in digits, as the socket knows it, not as a header tells it
 * @param remotePort the peer's port
 * @param secure whether it came over TLS
 */
public record Handshake(
        boolean upgrade,
        String path,
        String query,
        Map<String, List<String>> headers,
        String remoteAddress,
        int remotePort,
        boolean secure) {

    private static final String NONE = "";
    private static final Pattern DIGITS = Pattern.compile("[\\[\\]0-9a-fA-F:.]+");

    /** One whose address has no query. */
    public Handshake(
            boolean upgrade,
            String path,
            Map<String, List<String>> headers,
            String remoteAddress,
            int remotePort,
            boolean secure) {
        this(upgrade, path, NONE, headers, remoteAddress, remotePort, secure);
    }

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

    /** The first value of a parameter of the query, decoded; empty where it is not there or cannot be decoded. */
    public Optional<String> parameter(String name) {
        for (String each : query.split("&", -1)) {
            int equals = each.indexOf('=');
            if (equals >= 0 && each.substring(0, equals).equals(name)) {
                return decoded(each.substring(equals + 1));
            }
        }
        return Optional.empty();
    }

    private static Optional<String> decoded(String value) {
        try {
            return Optional.of(URLDecoder.decode(value, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
