package org.geometryos.compositor.health;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What became of work that is done again and again and must go on whatever it throws: logs failures, the first at once
 * and then in groups, and remembers them for the health. A failure of our own work is an error with its stack trace;
 * one of a plug-in ({@link #ofPlugIn}) is a warning of one line, and its stack trace comes at the level debug. Any
 * thread.
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

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private static final int TEXT = 200;
    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

    private final String name;
    private final boolean plugIn;
    private final Logger log;
    private volatile boolean failing;
    // guarded by this
    private long since;
    private long latest;
    private long inARow;
    private long all;
    private long told;
    private long toldAt;
    private String what = "";
    private String sinceAt = "";
    private String firstAt = "";

    /** @param name of the work, for the log */
    public Failures(String name) {
        this(name, false, LOG);
    }

    Failures(String name, boolean plugIn, Logger log) {
        this.name = name;
        this.plugIn = plugIn;
        this.log = log;
    }

    /**
     * The failures of a service of another bundle.
     *
     * @param kind what it is, such as {@code a listener of the journal}
     * @param service the log names its class and its bundle
     */
    public static Failures ofPlugIn(String kind, Object service) {
        return ofPlugIn(PlugIns.title(kind, service));
    }

    /** @param title what it is and whose, for the log */
    public static Failures ofPlugIn(String title) {
        return new Failures(title, true, LOG);
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
        String problemText = text(problem);
        long more;
        synchronized (this) {
            if (!failing) {
                since = now;
                sinceAt = timeOfDay(0);
            }
            if (all == 0 || now - latest >= REMEMBERED_NANOS) {
                firstAt = timeOfDay(0);
                all = 0;
                told = 0;
            }
            failing = true;
            latest = now;
            inARow++;
            all++;
            what = problemText;
            if (told > 0 && now - toldAt < LOG_NANOS) {
                return inARow < PATIENCE ? SHORT_PAUSE : PAUSE;
            }
            more = all - told - 1;
            told = all;
            toldAt = now;
        }
        String others = more > 0 ? " (" + more + " more failures since the last such line)" : "";
        if (plugIn) {
            log.warn("{} failed{}: {}", name, others, problemText);
            log.debug("{} failed", name, problem);
        } else {
            log.error("{} failed and continues{}", name, others, problem);
        }
        return SHORT_PAUSE;
    }

    /** Class and message of an exception, fit for one line. Throws nothing, whatever the exception's methods do. */
    public static String text(Throwable problem) {
        String text;
        try {
            text = String.valueOf(problem.toString());
        } catch (RuntimeException | Error e) {
            text = problem.getClass().getName();
        }
        text = text.replaceAll("\\p{Cntrl}", " ");
        return text.length() <= TEXT ? text : text.substring(0, TEXT) + "...";
    }

    /** What an operator should know; of a plug-in it is a warning that names it. */
    public synchronized List<Health.Problem> problems() {
        long now = System.nanoTime();
        if (!plugIn && failing && now - since >= DOWN_NANOS) {
            return List.of(new Health.Problem(Health.Level.DOWN, "it has failed since " + sinceAt + ": " + what));
        }
        if (all > 0 && now - latest < REMEMBERED_NANOS) {
            return List.of(new Health.Problem(
                    Health.Level.WARNING,
                    (plugIn ? name : "it") + " failed " + (all == 1 ? "once, at " : roughly(all) + " times since ")
                            + firstAt + ": " + what));
        }
        return List.of();
    }

    /** A text that stays the same for long, as alerts look at texts. */
    private static String roughly(long count) {
        long bound = 1;
        while (bound <= count / 10) {
            bound *= 10;
        }
        return count < 10 ? "several" : bound + " or more";
    }

    /** The time of day in UTC, by which a problem is told in a text that stays the same while it lasts. */
    public static String timeOfDay(long nanosAgo) {
        return TIME.format(Instant.now().minusNanos(nanosAgo));
    }
}
