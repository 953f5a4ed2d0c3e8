package org.geometryos.compositor.cluster;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.geometryos.compositor.rings.RingJournal;

/**
 * What is configured.
 *
 * @param host empty: this host shares no sequence
 * @param url at which displays reach it; empty if it is not told
 * @param isolated so long it keeps its displays while it is cut off, nanoseconds
 */
record Settings(String host, Optional<String> url, RingJournal.Limits rings, long isolated) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{0,64}");
    private static final int MOST_URL = 256;

    /** @throws IllegalArgumentException that names key, value and rule */
    static Settings of(ClusterConfig config) {
        if (!NAME.matcher(config.host()).matches()) {
            throw new IllegalArgumentException(
                    "host must be empty, or 1 to 64 of A-Z a-z 0-9 . _ -, not \"" + config.host() + "\"");
        }
        return new Settings(
                config.host(),
                url(config.url()),
                RingJournal.Limits.of(config.cameraBytes(), config.orderedBytes()),
                TimeUnit.SECONDS.toNanos(config.isolatedSeconds()));
    }

    private static Optional<String> url(String text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            URI uri = new URI(text);
            if (text.length() <= MOST_URL
                    && ("ws".equals(uri.getScheme()) || "wss".equals(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawFragment() == null) {
                return Optional.of(text);
            }
        } catch (URISyntaxException e) {
            // told below
        }
        throw new IllegalArgumentException("url must be empty, or ws://HOST/PATH or wss://HOST/PATH without a user, of "
                + "at most " + MOST_URL + " characters, not \"" + text + "\"");
    }
}
