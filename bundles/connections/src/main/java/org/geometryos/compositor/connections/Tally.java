package org.geometryos.compositor.connections;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;

/**
 * Counts what happens by its status or close code, and logs it as often as a log can bear: once in ten seconds and
 * kind. Any thread.
 */
final class Tally {
    private static final long PAUSE = TimeUnit.SECONDS.toNanos(10);
    /** Codes beyond these (a client may close with any of 4,000) are counted as 0. */
    private static final int MAX_KINDS = 256;

    private static final class Kind {
        private long count;
        private boolean said;
        private long saidAt;
        private long untold;
    }

    private final Logger log;
    private final String what;
    // guarded by this
    private final Map<Integer, Kind> kinds = new TreeMap<>();

    /** @param what happens ("refused") */
    Tally(Logger log, String what) {
        this.log = log;
        this.what = what;
    }

    synchronized void count(int code) {
        kind(code).count++;
    }

    /** Says it, unless the same code was spoken of a moment ago. */
    void say(int code, String who, String reason, long now) {
        long untold;
        synchronized (this) {
            Kind kind = kind(code);
            if (kind.said && now - kind.saidAt < PAUSE) {
                kind.untold++;
                return;
            }
            kind.said = true;
            kind.saidAt = now;
            untold = kind.untold;
            kind.untold = 0;
        }
        if (untold > 0) {
            log.info("{} {} with {}: {} (and {} more since the last such line)", who, what, code, reason, untold);
        } else {
            log.info("{} {} with {}: {}", who, what, code, reason);
        }
    }

    private Kind kind(int code) {
        return kinds.computeIfAbsent(kinds.size() < MAX_KINDS || kinds.containsKey(code) ? code : 0, c -> new Kind());
    }

    synchronized Map<Integer, Long> counts() {
        Map<Integer, Long> counts = new TreeMap<>();
        kinds.forEach((code, kind) -> counts.put(code, kind.count));
        return counts;
    }
}
