package org.geometryos.compositor.observe;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.geometryos.compositor.health.Health;

/**
 * Bundles that are not installed any more: of a distribution those that it consists of, in other hosts those of the
 * bridge that were there earlier in this run. Any thread.
 */
final class MissingBundles {
    /** A bundle may be away so long while it is replaced. */
    static final long SETTLE_NANOS = TimeUnit.SECONDS.toNanos(6);

    private static final int MOST = 1_000;

    private final LongSupplier nanos;
    // guarded by this
    private final Set<String> before = new TreeSet<>();
    private final TreeMap<String, Long> goneSince = new TreeMap<>();

    MissingBundles(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /**
     * @param expected the symbolic names of the distribution; empty in other hosts
     * @param ours the symbolic names of the bundles of the bridge that are installed
     * @param installed all symbolic names
     */
    synchronized List<Health.Problem> of(Optional<Set<String>> expected, Set<String> ours, Set<String> installed) {
        long now = nanos.getAsLong();
        ours.stream().filter(name -> before.size() < MOST).forEach(before::add);
        Set<String> gone = new TreeSet<>(expected.orElse(before));
        gone.removeAll(installed);
        goneSince.keySet().retainAll(gone);
        List<Health.Problem> problems = new ArrayList<>();
        for (String name : gone) {
            if (now - goneSince.computeIfAbsent(name, any -> now) >= SETTLE_NANOS) {
                problems.add(new Health.Problem(
                        Health.Level.WARNING,
                        name + " is not installed; "
                                + (expected.isPresent()
                                        ? "start the host again, or put it into deploy/"
                                        : "install it again; if it is to be away, start the host again")));
            }
        }
        return problems;
    }
}
