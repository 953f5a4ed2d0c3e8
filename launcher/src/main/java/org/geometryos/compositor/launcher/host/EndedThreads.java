package org.geometryos.compositor.launcher.host;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.geometryos.compositor.health.Health;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of the host, of libraries too, that something thrown has ended: each gets a line in the log, and those of
 * which there is one make the host down until there is one of that name again, as when its bundle is replaced. One of
 * many, as in a pool, is remembered for ten minutes.
 */
final class EndedThreads implements Thread.UncaughtExceptionHandler, Supplier<Health> {
    static final String PART = "threads";
    /**
     * One of each, for as long as the host runs: ours, hot deployment, the framework, Config Admin, the component
     * runtime, events.
     */
    private static final Pattern SINGLE =
            Pattern.compile("(?i)(compositor-|fileinstall|felix|cm |scr|configadmin|eventadmin|main).*");

    /** How long one of many is worth a look. */
    static final long REMEMBERED_NANOS = TimeUnit.MINUTES.toNanos(10);

    /** The thread itself still lives when it is heard of. */
    static final long DYING_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final int MAX = 20;
    private static final int TEXT = 200;

    private static final Logger LOG = LoggerFactory.getLogger(EndedThreads.class);

    private final LongSupplier nanos;
    private final Supplier<Set<String>> alive;
    // guarded by this
    private final List<Ended> ended = new ArrayList<>();

    private record Ended(String thread, long at, Health.Problem problem) {}

    /**
     * @param nanos the clock, {@link System#nanoTime()}
     * @param alive the names of all threads that live
     */
    EndedThreads(LongSupplier nanos, Supplier<Set<String>> alive) {
        this.nanos = nanos;
        this.alive = alive;
    }

    /** From now on it hears of all threads that have no handler of their own. */
    static EndedThreads watch() {
        EndedThreads watching = new EndedThreads(System::nanoTime, EndedThreads::living);
        Thread.setDefaultUncaughtExceptionHandler(watching);
        return watching;
    }

    private static Set<String> living() {
        ThreadGroup all = Thread.currentThread().getThreadGroup();
        while (all.getParent() != null) {
            all = all.getParent();
        }
        Thread[] threads = new Thread[all.activeCount() + 100];
        int count = all.enumerate(threads);
        return Arrays.stream(threads, 0, count).map(Thread::getName).collect(Collectors.toSet());
    }

    @Override
    public void uncaughtException(Thread thread, Throwable problem) {
        try {
            boolean single = SINGLE.matcher(thread.getName()).matches();
            String text = ("thread " + thread.getName() + " has ended by " + problem).replaceAll("\\p{Cntrl}", " ");
            text = text.length() <= TEXT ? text : text.substring(0, TEXT) + "...";
            synchronized (this) {
                if (ended.size() < MAX) {
                    ended.add(new Ended(
                            thread.getName(),
                            nanos.getAsLong(),
                            new Health.Problem(
                                    single ? Health.Level.DOWN : Health.Level.WARNING,
                                    single ? text + "; replace its bundle or start the host again" : text)));
                }
            }
            LOG.error("thread {} has ended", thread.getName(), problem);
        } catch (Throwable again) {
            // there may be no memory for a message
        }
    }

    @Override
    public synchronized Health get() {
        if (!ended.isEmpty()) {
            Set<String> living = alive.get();
            long now = nanos.getAsLong();
            ended.removeIf(each -> each.problem.level() == Health.Level.DOWN
                    ? living.contains(each.thread) && now - each.at >= DYING_NANOS
                    : now - each.at >= REMEMBERED_NANOS);
        }
        return new Health(PART, ended.stream().map(Ended::problem).toList(), List.of());
    }
}
