package org.geometryos.compositor.launcher.host;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.geometryos.compositor.health.Health;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of the host, of libraries too, that something thrown has ended: each gets a line in the log, and those
 * that nobody replaces make the host down until it is started again.
 */
final class EndedThreads implements Thread.UncaughtExceptionHandler, Supplier<Health> {
    static final String PART = "threads";
    /**
     * One of each, for as long as the host runs: ours, hot deployment, the framework, Config Admin, the component
     * runtime, events.
     */
    private static final Pattern SINGLE =
            Pattern.compile("(?i)(compositor-|fileinstall|felix|cm |scr|configadmin|eventadmin|main).*");

    private static final int MAX = 20;
    private static final int TEXT = 200;

    private static final Logger LOG = LoggerFactory.getLogger(EndedThreads.class);

    // guarded by this
    private final List<Health.Problem> problems = new ArrayList<>();

    /** From now on it hears of all threads that have no handler of their own. */
    static EndedThreads watch() {
        EndedThreads watching = new EndedThreads();
        Thread.setDefaultUncaughtExceptionHandler(watching);
        return watching;
    }

    @Override
    public void uncaughtException(Thread thread, Throwable problem) {
        try {
            boolean single = SINGLE.matcher(thread.getName()).matches();
            String text = ("thread " + thread.getName() + " has ended by " + problem).replaceAll("\\p{Cntrl}", " ");
            text = text.length() <= TEXT ? text : text.substring(0, TEXT) + "...";
            synchronized (this) {
                if (problems.size() < MAX) {
                    problems.add(new Health.Problem(
                            single ? Health.Level.DOWN : Health.Level.WARNING,
                            single ? text + "; start the host again" : text));
                }
            }
            LOG.error("thread {} has ended", thread.getName(), problem);
        } catch (Throwable again) {
            // there may be no memory for a message
        }
    }

    @Override
    public synchronized Health get() {
        return new Health(PART, problems, List.of());
    }
}
