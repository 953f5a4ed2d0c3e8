package org.geometryos.compositor.client;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What {@link Counters} shows, while it is counted. Any thread. */
final class LiveCounters {
    final LongAdder received = new LongAdder();
    final LongAdder bytes = new LongAdder();
    final LongAdder ignored = new LongAdder();
    final LongAdder unreadable = new LongAdder();
    final LongAdder gaps = new LongAdder();
    final LongAdder sent = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder timeouts = new LongAdder();
    final LongAdder connects = new LongAdder();
    final LongAdder resumes = new LongAdder();
    final LongAdder watchdog = new LongAdder();
    final LongAdder listenerFailures = new LongAdder();
    private final Map<Integer, LongAdder> closes = new ConcurrentHashMap<>();

    /** A connection ended or an attempt failed. */
    void closed(int code) {
        closes.computeIfAbsent(code, any -> new LongAdder()).increment();
    }

    Counters counters() {
        Map<Integer, Long> byCode = new TreeMap<>();
        closes.forEach((code, count) -> byCode.put(code, count.sum()));
        long welcomes = connects.sum();
        return new Counters(
                received.sum(),
                bytes.sum(),
                ignored.sum(),
                unreadable.sum(),
                gaps.sum(),
                sent.sum(),
                refused.sum(),
                timeouts.sum(),
                welcomes,
                Math.max(0, welcomes - 1),
                resumes.sum(),
                watchdog.sum(),
                listenerFailures.sum(),
                byCode);
    }
}
