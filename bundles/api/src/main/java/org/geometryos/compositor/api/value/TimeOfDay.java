package org.geometryos.compositor.api.value;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Times as the bridge tells them: microseconds since the Unix epoch, UTC. Any thread. */
public final class TimeOfDay {
    private TimeOfDay() {}

    /** Now, by the clock of this machine, which may be set back. */
    public static long micros() {
        return micros(Instant.now());
    }

    /** An instant; what is finer than a microsecond is cut off. */
    public static long micros(Instant instant) {
        return instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1_000;
    }

    /** A time as people read it, ISO 8601 in UTC; what is finer than a millisecond is cut off. */
    public static String text(long micros) {
        return Instant.EPOCH
                .plus(micros, ChronoUnit.MICROS)
                .truncatedTo(ChronoUnit.MILLIS)
                .toString();
    }
}
