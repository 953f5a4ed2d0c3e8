package org.geometryos.compositor.api.connection;

import java.time.Duration;

/**
 * Why no further connection is taken at the moment.
 *
 * @param reason one sentence, fit to be shown to whoever asked
 * @param retryAfter when asking again may help
 */
public record Refusal(String reason, Duration retryAfter) {}
