package org.geometryos.compositor.mqtt;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

/** What has been counted for a broker since its configuration was there. Any thread. */
final class Counters {
    private static final Count[] ALL = Count.values();

    private final AtomicLongArray values = new AtomicLongArray(ALL.length);

    void add(Count what) {
        add(what, 1);
    }

    void add(Count what, long more) {
        values.getAndAdd(what.ordinal(), more);
    }

    long get(Count what) {
        return values.get(what.ordinal());
    }

    /** Messages that were left out for a fault. */
    long faults() {
        return get(Count.FAULT_LENGTH) + get(Count.FAULT_NAME) + get(Count.FAULT_VALUE) + get(Count.FAULT_CAMERAS);
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
