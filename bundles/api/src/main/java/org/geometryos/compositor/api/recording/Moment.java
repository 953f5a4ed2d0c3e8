package org.geometryos.compositor.api.recording;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.api.value.TimeOfDay;

/**
 * A point in a recording, as an operator names it.
 *
 * @param instant empty if it is counted from the beginning
 * @param after the beginning; at most 9 digits of its unit
 */
public record Moment(Optional<Instant> instant, Duration after) {
    private static final Pattern TIME = Pattern.compile("(\\d{1,9})(ms|s|m|h)");

    /**
     * @param field what it is for, for the message
     * @param text {@code 2026-11-21T14:00:00Z}, or since the beginning {@code 500ms}, {@code 90s}, {@code 5m},
     *     {@code 2h}
     * @throws InvalidValueException if it is neither
     */
    public static Moment parse(String field, String text) {
        Matcher time = TIME.matcher(text);
        if (time.matches()) {
            long amount = Long.parseLong(time.group(1));
            return new Moment(
                    Optional.empty(),
                    switch (time.group(2)) {
                        case "ms" -> Duration.ofMillis(amount);
                        case "s" -> Duration.ofSeconds(amount);
                        case "m" -> Duration.ofMinutes(amount);
                        default -> Duration.ofHours(amount);
                    });
        }
        try {
            return new Moment(Optional.of(Instant.parse(text)), Duration.ZERO);
        } catch (DateTimeException e) {
            throw new InvalidValueException(
                    field,
                    text,
                    "must be an instant such as 2026-11-21T14:00:00Z, or a time since the beginning such as 90s or 5m");
        }
    }

    /**
     * Microseconds since the Unix epoch.
     *
     * @param beginning what it is counted from, the same
     */
    public long micros(long beginning) {
        return instant.map(TimeOfDay::micros).orElse(beginning + after.toMillis() * 1_000);
    }
}
