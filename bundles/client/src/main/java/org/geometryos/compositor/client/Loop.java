package org.geometryos.compositor.client;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;

/**
 * One thread that does everything for its clients: timers, the WebSocket's events, the listeners' calls. Beside it runs
 * the selector thread of its {@link HttpClient}; the JDK ends that by itself once nobody refers to the client any more.
 */
final class Loop {
    private static final System.Logger LOG = System.getLogger(Loop.class.getName());
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final ScheduledThreadPoolExecutor executor;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private volatile Thread thread;
    private volatile HttpClient http;

    /** @param tls whom to trust at {@code wss://}; empty: whom Java trusts */
    Loop(Optional<SSLContext> tls) {
        String name = "compositor-client-" + NUMBER.incrementAndGet();
        executor = new ScheduledThreadPoolExecutor(1, work -> {
            thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        });
        executor.setRemoveOnCancelPolicy(true);
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(5))
                .executor(this::execute);
        tls.ifPresent(builder::sslContext);
        http = builder.build();
    }

    void join(Connection connection) {
        connections.add(connection);
    }

    void leave(Connection connection) {
        connections.remove(connection);
    }

    Set<Connection> connections() {
        return Set.copyOf(connections);
    }

    HttpClient http() {
        HttpClient current = http;
        if (current == null) {
            throw new IllegalStateException("closed");
        }
        return current;
    }

    boolean here() {
        return Thread.currentThread() == thread;
    }

    /**
     * Runs it here at once, or on the loop's thread soon.
     *
     * @return whether it did or will; not after {@link #close}
     */
    boolean run(Runnable work) {
        if (here()) {
            work.run();
            return true;
        }
        try {
            executor.execute(work);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    /** For the HTTP client, which has to wind up even after {@link #close}. */
    private void execute(Runnable work) {
        try {
            executor.execute(work);
        } catch (RejectedExecutionException e) {
            work.run();
        }
    }

    ScheduledFuture<?> schedule(Runnable work, long millis) {
        return executor.schedule(work, millis, TimeUnit.MILLISECONDS);
    }

    /**
     * Again and again, whatever the work throws: the executor alone would leave it off at the first failure, and say
     * nothing.
     */
    ScheduledFuture<?> every(Runnable work, long millis) {
        return executor.scheduleWithFixedDelay(
                () -> {
                    try {
                        work.run();
                    } catch (RuntimeException | Error e) {
                        LOG.log(
                                System.Logger.Level.ERROR,
                                "a timer of " + thread.getName() + " failed and continues",
                                e);
                    }
                },
                millis,
                millis,
                TimeUnit.MILLISECONDS);
    }

    /** Ends the thread once what is under way is done; waits for it up to 2 s unless called on it. */
    void close() {
        http = null;
        executor.shutdown();
        if (!here()) {
            try {
                executor.awaitTermination(2, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
