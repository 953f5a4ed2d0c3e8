package org.geometryos.compositor.endpoint;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * From which web pages connections with a key are taken, beside those of the same host.
 *
 * @param allowed origins in lower case; {@code *} stands for all, {@code null} for pages without one
 */
record Origins(Set<String> allowed) {
    private static final String ANY = "*";
    private static final String NONE = "null";
    private static final Pattern ORIGIN = Pattern.compile("[a-z][a-z0-9+.-]*://((?:[^\\s/?#@\\[\\]:,*]+|\\[[0-9a-f:.]+])(?::\\d{1,5})?)");

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
                String plain = origin.strip().toLowerCase(Locale.ROOT);
                if (plain.isEmpty()) {
                    continue;
                }
                if (!plain.equals(ANY) && !plain.equals(NONE) && !ORIGIN.matcher(plain).matches()) {
                    throw new IllegalArgumentException("allowedOrigins must be origins such as https://wall.example:8443, null or *, not \"" + origin.strip() + "\"");
                }
                allowed.add(plain);
            }
        }
        return new Origins(allowed);
    }

    /** @param hosts the values of the Host header */
    boolean allow(String origin, List<String> hosts) {
        String plain = origin.toLowerCase(Locale.ROOT);
        if (allowed.contains(ANY) || allowed.contains(plain)) {
            return true;
        }
        Matcher matcher = ORIGIN.matcher(plain);
        return matcher.matches() && hosts.size() == 1 && Gate.host(matcher.group(1)).equals(Gate.host(hosts.get(0).toLowerCase(Locale.ROOT)));
    }
}
