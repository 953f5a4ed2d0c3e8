package org.geometryos.compositor.launcher.log;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How many lines may be logged: of one kind (logger and message without its values), of one logger, and in all, for our
 * own loggers and those of libraries apart, so that neither takes the other's room. Counts what is left out. Any
 * thread.
 */
final class LogRates {
    private static final String OWN = "org.geometryos.compositor";
    /** Kinds and loggers that are remembered; one that was forgotten begins anew, within what is left in all. */
    private static final int REMEMBERED = 256;

    private static final int MESSAGE = 120;

    private enum Scope {
        KIND(200, 0.1),
        LOGGER(1_000, 0.5),
        ALL(2_500, 5);

        private final double burst;
        private final double perSecond;

        Scope(double burst, double perSecond) {
            this.burst = burst;
            this.perSecond = perSecond;
        }
    }

    private static final class Bucket {
        private final Scope scope;
        private double tokens;
        private long filledAt;
        private long leftOut;

        Bucket(Scope scope, long now) {
            this.scope = scope;
            this.tokens = scope.burst;
            this.filledAt = now;
        }

        boolean has(long now) {
            tokens = Math.min(scope.burst, tokens + (now - filledAt) * scope.perSecond / TimeUnit.SECONDS.toNanos(1));
            filledAt = now;
            return tokens >= 1;
        }
    }

    private final LongSupplier nanos;
    // guarded by this
    private final Map<String, Bucket> buckets = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            boolean removed = size() > REMEMBERED;
            forgotten += removed ? eldest.getValue().leftOut : 0;
            return removed;
        }
    };
    private final Bucket own;
    private final Bucket others;
    private long forgotten;
    private long all;

    LogRates(LongSupplier nanos) {
        this.nanos = nanos;
        this.own = new Bucket(Scope.ALL, nanos.getAsLong());
        this.others = new Bucket(Scope.ALL, nanos.getAsLong());
    }

    /** Whether one more line may be logged; one that may not is counted. */
    synchronized boolean take(String logger, String message) {
        long now = nanos.getAsLong();
        Bucket ofKind = buckets.computeIfAbsent(
                logger + ": " + LogText.shown(String.valueOf(message), MESSAGE), key -> new Bucket(Scope.KIND, now));
        Bucket ofLogger = buckets.computeIfAbsent(logger, key -> new Bucket(Scope.LOGGER, now));
        Bucket ofAll = logger.startsWith(OWN) ? own : others;
        if (ofKind.has(now) & ofLogger.has(now) & ofAll.has(now)) {
            ofKind.tokens--;
            ofLogger.tokens--;
            ofAll.tokens--;
            return true;
        }
        ofKind.leftOut++;
        all++;
        return false;
    }

    /** How many lines have been left out. */
    synchronized long leftOut() {
        return all;
    }

    /** What has been left out since the last call, by kind; empty if nothing. */
    synchronized Map<String, Long> report() {
        Map<String, Long> report = new LinkedHashMap<>();
        buckets.forEach((kind, bucket) -> {
            if (bucket.leftOut > 0) {
                report.put(kind, bucket.leftOut);
                bucket.leftOut = 0;
            }
        });
        if (forgotten > 0) {
            report.put("(various)", forgotten);
            forgotten = 0;
        }
        return report;
    }
}
