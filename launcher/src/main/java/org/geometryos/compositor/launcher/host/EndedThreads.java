package org.geometryos.compositor.launcher.host;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.geometryos.compositor.health.Health;
import org.osgi.framework.Bundle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of the host, of libraries too, that something thrown has ended: each gets a line in the log, and those of
 * which there is one make the host down until there is one of that name again, as when its bundle is replaced. One of
 * many, as in a pool, is remembered for ten minutes. Where the bundle of a thread is known, it is named, and forgotten
 * with it.
 */
final class EndedThreads implements Thread.UncaughtExceptionHandler, Supplier<Health> {
    static final String PART = "threads";
    /**
     * One of each, for as long as the host runs: ours, hot deployment, the framework, Config Admin, the component
     * runtime, events.
     */
    private static final Pattern SINGLE =
            Pattern.compile("(?i)(compositor-|fileinstall|felix|cm |scr|configadmin|eventadmin|main).*");

    /** Of the launcher and the framework: no bundle has them, and only a new start brings them back. */
    private static final Pattern OF_HOST =
            Pattern.compile("(?i)(compositor-(conf|deploy|log|start|terminal.*)|felix.*|main)");

    /** Threads of which there are many, of whatever bundle. */
    private static final Pattern POOL = Pattern.compile("(?i)(pool-\\d+-|ForkJoinPool|qtp).*");

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

    private final ThreadOwners owners;

    /** @param owner the bundle that it belongs to, where that is known */
    private record Ended(String thread, long at, Optional<ThreadOwners.Owner> owner, Health.Problem problem) {}

    /**
     * @param nanos the clock, {@link System#nanoTime()}
     * @param alive the names of all threads that live
     * @param owners finds the bundle of a thread
     */
    EndedThreads(LongSupplier nanos, Supplier<Set<String>> alive, ThreadOwners owners) {
        this.nanos = nanos;
        this.alive = alive;
        this.owners = owners;
    }

    /**
     * From now on it hears of all threads that have no handler of their own.
     *
     * @param bundles those that are installed
     */
    static EndedThreads watch(Supplier<Bundle[]> bundles) {
        EndedThreads watching = new EndedThreads(System::nanoTime, EndedThreads::living, new BundlesOfThreads(bundles));
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
            String name = thread.getName();
            boolean single = SINGLE.matcher(name).matches();
            Optional<ThreadOwners.Owner> owner =
                    OF_HOST.matcher(name).matches() ? Optional.empty() : owners.of(thread, problem);
            String text = ("thread " + name
                            + owner.map(each -> " of " + each.title()).orElse("") + " has ended by " + problem)
                    .replaceAll("\\p{Cntrl}", " ");
            text = text.length() <= TEXT ? text : text.substring(0, TEXT) + "...";
            if (single || owner.isPresent() && !POOL.matcher(name).matches()) {
                text += OF_HOST.matcher(name).matches()
                        ? "; start the host again"
                        : "; replace " + owner.map(ThreadOwners.Owner::title).orElse("its bundle")
                                + " or start the host again";
            }
            add(new Ended(
                    name,
                    nanos.getAsLong(),
                    owner,
                    new Health.Problem(single ? Health.Level.DOWN : Health.Level.WARNING, text)));
            LOG.error("thread {} has ended", thread.getName(), problem);
        } catch (Throwable again) {
            // there may be no memory for a message
        }
    }

    private synchronized void add(Ended more) {
        if (ended.size() >= MAX && more.problem.level() == Health.Level.DOWN) {
            ended.stream()
                    .filter(each -> each.problem.level() != Health.Level.DOWN)
                    .findFirst()
                    .ifPresent(ended::remove);
        }
        if (ended.size() < MAX) {
            ended.add(more);
        }
    }

    @Override
    public synchronized Health get() {
        if (!ended.isEmpty()) {
            Set<String> living = alive.get();
            long now = nanos.getAsLong();
            ended.removeIf(each -> each.owner.filter(ThreadOwners.Owner::gone).isPresent() || over(each, living, now));
        }
        return new Health(PART, ended.stream().map(Ended::problem).toList(), List.of());
    }

    private static boolean over(Ended each, Set<String> living, long now) {
        if (each.problem.level() == Health.Level.DOWN) {
            return living.contains(each.thread) && now - each.at >= DYING_NANOS;
        }
        // what a bundle does with a thread of its own is not done any more, however long ago the thread ended
        boolean lasts = each.owner.isPresent() && !POOL.matcher(each.thread).matches();
        return !lasts && now - each.at >= REMEMBERED_NANOS;
    }
}
