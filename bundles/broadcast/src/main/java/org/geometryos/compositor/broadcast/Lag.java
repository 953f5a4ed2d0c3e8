package org.geometryos.compositor.broadcast;

import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Whether a shard keeps up with the journal: where the journal stood when it was asked about first must be behind the
 * shard some seconds later. Any thread.
 */
final class Lag {
    static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(3);

    // guarded by this
    private String epoch = "";
    private long mark;
    private long markedAt;

    /**
     * @param reached up to where the shard has taken the journal
     * @return how long it has been behind, seconds, if that is too long
     */
    synchronized Optional<Long> look(String journal, long head, long reached, long now) {
        if (!journal.equals(epoch) || reached >= mark) {
            epoch = journal;
            mark = head;
            markedAt = now;
            return Optional.empty();
        }
        return now - markedAt < LIMIT_NANOS
                ? Optional.empty()
                : Optional.of(TimeUnit.NANOSECONDS.toSeconds(now - markedAt));
    }

    /** A time in words that stay the same for long, as alerts look at texts. */
    static String roughly(long seconds) {
        if (seconds < 60) {
            return seconds < 10 ? "some seconds" : "10 s or more";
        }
        return seconds < 600 ? "a minute or more" : "10 minutes or more";
    }
}
