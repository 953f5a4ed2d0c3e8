package org.geometryos.compositor.endpoint;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Ends waits that last too long, on a thread that is there while anything waits and a moment longer. The JDK's own for
 * futures would outlive this bundle, and keep the class loader of whoever used it first. Any thread.
 */
final class Limits implements AutoCloseable {
    private static final long IDLE_SECONDS = 1;

    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, work -> {
        Thread thread = new Thread(work, "compositor-endpoint-limits");
        thread.setDaemon(true);
        return thread;
    });

    /** What ends each wait that is not over. */
    private final Set<Runnable> ends = ConcurrentHashMap.newKeySet();

    Limits() {
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        timer.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
    }

    /**
     * Runs the end unless the wait is over before; at once if this is closed.
     *
     * @param end completes the wait, if that is not over
     */
    void limit(CompletableFuture<?> wait, long millis, Runnable end) {
        if (wait.isDone()) {
            return;
        }
        ends.add(end);
        try {
            Future<?> later = timer.schedule(end, millis, TimeUnit.MILLISECONDS);
            wait.whenComplete((value, failure) -> later.cancel(false));
        } catch (RejectedExecutionException e) {
            end.run();
        }
        wait.whenComplete((value, failure) -> ends.remove(end));
    }

    /** Ends all waits, so that nobody comes back to this bundle after it. */
    @Override
    public void close() {
        timer.shutdown();
        ends.forEach(Runnable::run);
    }
}
