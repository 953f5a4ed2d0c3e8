package org.geometryos.compositor.endpoint;

import java.net.IDN;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * From which web pages connections with a key are taken, beside those of the same host.
 *
 * @param allowed origins as browsers send them; {@code *} stands for all, {@code null} for pages without one
 */
record Origins(Set<String> allowed) {
    private static final String ANY = "*";
    private static final String NONE = "null";
    private static final Pattern ORIGIN =
            Pattern.compile("([a-z][a-z0-9+.-]*)://([^\\s/?#@\\[\\]:,*]+|\\[[0-9a-f:.]+])(?::(\\d{1,5}))?");
    /** What pages of apps and files have that name no host, such as file://. */
    private static final Pattern WITHOUT_HOST = Pattern.compile("(?!(?:https?|wss?):)[a-z][a-z0-9+.-]*://");

    private static final int MAX_PORT = 65_535;

    Origins {
        allowed = Set.copyOf(allowed);
    }

    /**
     * @param configured each one origin, or several with commas between
     * @throws IllegalArgumentException that names value and rule
     */
    static Origins of(String[] configured) {
        Set<String> allowed = new TreeSet<>();
        for (String entry : configured) {
            for (String origin : entry.split(",")) {
                String plain = origin.strip();
                if (!plain.isEmpty()) {
                    allowed.add(
                            plain.equals(ANY)
                                    ? ANY
                                    : canonical(plain)
                                            .orElseThrow(() -> new IllegalArgumentException(
                                                    "allowedOrigins must be origins such as "
                                                            + "https://wall.example:8443 (no path, no / at the end), "
                                                            + "file:// or app://name for apps, null or *, not \""
                                                            + plain + "\"")));
                }
            }
        }
        return new Origins(allowed);
    }

    /**
     * An origin as browsers send it: small letters, a host in ASCII, no port that its scheme has anyway; empty if it is
     * none.
     */
    private static Optional<String> canonical(String origin) {
        String plain = origin.toLowerCase(Locale.ROOT);
        if (plain.equals(NONE) || WITHOUT_HOST.matcher(plain).matches()) {
            return Optional.of(plain);
        }
        Matcher matcher = ORIGIN.matcher(plain);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String scheme = matcher.group(1);
        String port = matcher.group(3);
        if (port != null && Integer.parseInt(port) > MAX_PORT) {
            return Optional.empty();
        }
        boolean usual = port == null
                || scheme.equals("http") && Integer.parseInt(port) == 80
                || scheme.equals("https") && Integer.parseInt(port) == 443;
        return ascii(matcher.group(2)).map(host -> scheme + "://" + host + (usual ? "" : ":" + Integer.parseInt(port)));
    }

    /** Browsers send names of other scripts than Latin in Punycode. */
    private static Optional<String> ascii(String host) {
        if (host.chars().allMatch(c -> c < 128)) {
            return Optional.of(host);
        }
        try {
            return Optional.of(IDN.toASCII(host).toLowerCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** @param hosts the values of the Host header */
    boolean allow(String origin, List<String> hosts) {
        String plain = origin.toLowerCase(Locale.ROOT);
        if (allowed.contains(ANY) || allowed.contains(plain)) {
            return true;
        }
        Matcher matcher = ORIGIN.matcher(plain);
        return matcher.matches()
                && hosts.size() == 1
                && matcher.group(2).equals(Gate.host(hosts.get(0).toLowerCase(Locale.ROOT)));
    }
}
