package org.geometryos.compositor.camera.tracking;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import org.geometryos.compositor.tracking.Fault;

/** What a receiver has counted since it was made. Any thread. */
final class Counters {
    private static final Count[] ALL = Count.values();

    private final AtomicLongArray values = new AtomicLongArray(ALL.length);

    void add(Count what) {
        add(what, 1);
    }

    void add(Count what, long more) {
        values.getAndAdd(what.ordinal(), more);
    }

    void add(Fault fault) {
        add(Count.of(fault));
    }

    long get(Count what) {
        return values.get(what.ordinal());
    }

    /** Packets and samples that were left out for a fault. */
    long faults() {
        long sum = 0;
        for (Fault fault : Fault.values()) {
            sum += get(Count.of(fault));
        }
        return sum;
    }

    /** By name, in the order of {@link Count}. */
    Map<String, Long> all() {
        Map<String, Long> all = new LinkedHashMap<>();
        for (Count what : ALL) {
            all.put(what.key(), get(what));
        }
        return Collections.unmodifiableMap(all);
    }
}
