package org.geometryos.compositor.foxglove;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.configuration.Range;

/**
 * The configuration, checked.
 *
 * @param pause nanoseconds between two messages of one topic to a viewer, at the least
 * @param models where models are, with {@code /} at its end; empty: at the viewer's host
 */
record Settings(long pause, Optional<String> models) {
    private static final int MAX_RATE = 1_000;
    private static final int MAX_ADDRESS = 1_000;
    private static final String RULE =
            "must be an address that begins with http:// or https://, names a host, has no user, query or fragment, "
                    + "and ends with \"/\"";

    /** @throws IllegalArgumentException that names key, value and rule */
    static Settings of(FoxgloveConfig config) {
        int rate = Range.check("rate", config.rate(), 1, MAX_RATE);
        String models = config.models().strip();
        if (!models.isEmpty() && !address(models)) {
            throw new InvalidValueException("models", models, RULE);
        }
        return new Settings(
                TimeUnit.SECONDS.toNanos(1) / rate, models.isEmpty() ? Optional.empty() : Optional.of(models));
    }

    private static boolean address(String text) {
        try {
            URI uri = new URI(text);
            return text.length() <= MAX_ADDRESS
                    && text.endsWith("/")
                    && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getUserInfo() == null
                    && uri.getQuery() == null
                    && uri.getFragment() == null;
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
