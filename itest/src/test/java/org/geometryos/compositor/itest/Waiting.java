package org.geometryos.compositor.itest;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/** Waiting by condition, never longer than a limit. */
public final class Waiting {
    private static final long POLL_MILLIS = 20;

    private Waiting() {}

    public static void until(Duration limit, Supplier<String> what, Callable<Boolean> condition) {
        long end = System.nanoTime() + limit.toNanos();
        try {
            while (!condition.call()) {
                if (System.nanoTime() - end > 0) {
                    throw new AssertionError("waited " + limit.toMillis() + " ms in vain for " + what.get());
                }
                Thread.sleep(POLL_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + what.get(), e);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError("failed while waiting for " + what.get(), e);
        }
    }

    public static void until(Duration limit, String what, Callable<Boolean> condition) {
        until(limit, () -> what, condition);
    }
}
