package org.geometryos.compositor.health;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What became of work that is done again and again and must go on whatever it throws: logs failures, the first at once
 * and then in groups, and remembers them for the health. Any thread.
 */
public final class Failures {
    /** How long work may fail before it counts as not done at all. */
    private static final long DOWN_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** How long a failure that passed is still worth a look. */
    private static final long REMEMBERED_NANOS = TimeUnit.MINUTES.toNanos(10);

    private static final long LOG_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long SHORT_PAUSE = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long PAUSE = TimeUnit.SECONDS.toNanos(1);
    /** Failures in a row behind which the pauses get longer. */
    private static final int PATIENCE = 10;

    private static final int TEXT = 200;
    static final long LONG_SECONDS = 60;
    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

    private final String name;
    private volatile boolean failing;
    // guarded by this
    private long since;
    private long latest;
    private long inARow;
    private long all;
    private long told;
    private long toldAt;
    private String what = "";

    /** @param name of the work, for the log */
    public Failures(String name) {
        this.name = name;
    }

    /** The work was done. */
    public void worked() {
        if (failing) {
            synchronized (this) {
                failing = false;
                inARow = 0;
            }
        }
    }

    /**
     * The work failed. Throws nothing, as there may be no memory for what it does.
     *
     * @return how long to wait before it is tried again, nanoseconds
     */
    public long failed(Throwable problem) {
        try {
            return note(problem, System.nanoTime());
        } catch (Throwable again) {
            return PAUSE;
        }
    }

    private long note(Throwable problem, long now) {
        long more;
        synchronized (this) {
            if (!failing) {
                since = now;
            }
            failing = true;
            latest = now;
            inARow++;
            all++;
            what = text(problem);
            if (told > 0 && now - toldAt < LOG_NANOS) {
                return inARow < PATIENCE ? SHORT_PAUSE : PAUSE;
            }
            more = all - told - 1;
            told = all;
            toldAt = now;
        }
        if (more > 0) {
            LOG.error("{} failed and continues ({} more failures since the last such line)", name, more, problem);
        } else {
            LOG.error("{} failed and continues", name, problem);
        }
        return SHORT_PAUSE;
    }

    private static String text(Throwable problem) {
        String text = problem.toString().replaceAll("\\p{Cntrl}", " ");
        return text.length() <= TEXT ? text : text.substring(0, TEXT) + "...";
    }

    /** What an operator should know. */
    public synchronized List<Health.Problem> problems() {
        long now = System.nanoTime();
        if (failing && now - since >= DOWN_NANOS) {
            return List.of(new Health.Problem(
                    Health.Level.DOWN,
                    "it has failed for " + TimeUnit.NANOSECONDS.toSeconds(now - since) + " s: " + what));
        }
        if (all > 0 && now - latest < REMEMBERED_NANOS) {
            return List.of(new Health.Problem(
                    Health.Level.WARNING,
                    "it failed " + (all == 1 ? "once" : all + " times") + ", last "
                            + TimeUnit.NANOSECONDS.toSeconds(now - latest) + " s ago: " + what));
        }
        return List.of();
    }
}
