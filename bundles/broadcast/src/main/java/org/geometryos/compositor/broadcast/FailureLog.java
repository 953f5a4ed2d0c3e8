package org.geometryos.compositor.broadcast;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Failures to serve displays, told now and then. One thread at a time. */
final class FailureLog {
    private static final Logger LOG = LoggerFactory.getLogger(FailureLog.class);
    private static final long FAILURE_TOLD = TimeUnit.SECONDS.toNanos(10);

    private final String name;
    private final LongSupplier nanos;
    private long failures;
    private long failureTold;

    /** @param name of the shard, as it is logged */
    FailureLog(String name, LongSupplier nanos) {
        this.name = name;
        this.nanos = nanos;
    }

    /** Whoever could not be served catches up; a failure that lasts is told now and then. */
    void report(Object whom, Throwable e) {
        long now = nanos.getAsLong();
        if (failures++ == 0 || now - failureTold >= FAILURE_TOLD) {
            failureTold = now;
            LOG.error("{}: {} could not be served ({} such failures so far)", name, whom, failures, e);
        }
    }
}
