package org.geometryos.compositor.models;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which part of a file is asked for (RFC 9110, section 14). One range is answered by that part; several, another unit
 * and what cannot be read by the whole, as the RFC allows.
 *
 * @param from of the first byte
 * @param to behind the last byte; not above {@code from} if the range lies behind the end
 */
record Ranges(long from, long to, boolean partial) {
    private static final Pattern ONE =
            Pattern.compile("bytes\\s*=\\s*(\\d{0,18})\\s*-\\s*(\\d{0,18})\\s*", Pattern.CASE_INSENSITIVE);

    /**
     * @param range the header, or null
     * @param ifRange the header {@code If-Range}, or null
     * @param etag the strong tag of the file
     */
    static Ranges of(String range, String ifRange, String etag, long length) {
        Ranges whole = new Ranges(0, length, false);
        Matcher one = range == null || ifRange != null && !ifRange.strip().equals(etag) ? null : ONE.matcher(range);
        if (one == null || !one.matches()) {
            return whole;
        }
        String first = one.group(1);
        String last = one.group(2);
        if (first.isEmpty()) {
            return last.isEmpty()
                    ? whole
                    : new Ranges(
                            Long.parseLong(last) == 0 ? length : Math.max(0, length - Long.parseLong(last)),
                            length,
                            true);
        }
        long from = Long.parseLong(first);
        if (!last.isEmpty() && Long.parseLong(last) < from) {
            return whole;
        }
        return new Ranges(from, last.isEmpty() ? length : Math.min(length, Long.parseLong(last) + 1), true);
    }

    boolean satisfiable() {
        return from < to;
    }
}
