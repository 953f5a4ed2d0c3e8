package org.geometryos.compositor.io.http;

/** Conditional requests, RFC 9110. */
public final class EntityTags {
    private EntityTags() {}

    /**
     * Whether an {@code If-None-Match} names a tag: a list of tags, which are compared weakly, or {@code *}.
     *
     * @param header null if the request has none
     * @param etag with its quotes
     */
    public static boolean among(String header, String etag) {
        if (header == null) {
            return false;
        }
        for (String tag : header.split(",")) {
            String plain = tag.strip();
            if (plain.equals("*") || plain.equals(etag) || plain.equals("W/" + etag)) {
                return true;
            }
        }
        return false;
    }
}
