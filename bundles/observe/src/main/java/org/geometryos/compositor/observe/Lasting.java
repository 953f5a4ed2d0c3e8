package org.geometryos.compositor.observe;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.geometryos.compositor.health.Health;

/**
 * Leaves out problems that have not lasted for some seconds, as the replacement of a bundle makes them for a moment.
 * Any thread.
 */
final class Lasting {
    private static final long NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Map<Health.Problem, Long> since = new HashMap<>();
    private final LongSupplier nanos;

    Lasting(LongSupplier nanos) {
        this.nanos = nanos;
    }

    @SafeVarargs
    final synchronized List<Health.Problem> of(List<Health.Problem>... kinds) {
        List<Health.Problem> all = new ArrayList<>();
        for (List<Health.Problem> kind : kinds) {
            all.addAll(kind);
        }
        long now = nanos.getAsLong();
        since.keySet().retainAll(all);
        all.removeIf(problem -> now - since.computeIfAbsent(problem, p -> now) < NANOS);
        return all;
    }
}
