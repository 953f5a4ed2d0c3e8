package org.geometryos.compositor.transport;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.geometryos.compositor.health.Health;

/**
 * Whether a part of the host is down, for the status. All parts are asked at most once a second, by one of the threads
 * that want to know; the others get what was told last. Any thread.
 */
final class PartsHealth implements Supplier<Optional<String>> {
    private static final long FRESH = TimeUnit.SECONDS.toNanos(1);
    /** How long the parts may take to tell before that counts as an illness itself. */
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);

    private static final int TEXT = 200;
    private static final int NAMED = 3;

    private final Supplier<List<Health>> parts;
    private final LongSupplier nanos;
    /** When the parts were asked last, nanoseconds; 0: never. */
    private final AtomicLong asked = new AtomicLong();

    private volatile boolean asking;
    private volatile Optional<String> told = Optional.empty();

    PartsHealth(Supplier<List<Health>> parts, LongSupplier nanos) {
        this.parts = parts;
        this.nanos = nanos;
    }

    /** @return which parts are down and why; empty if none is */
    @Override
    public Optional<String> get() {
        long now = nanos.getAsLong() | 1;
        long last = asked.get();
        if (asking) {
            return now - last < PATIENCE
                    ? told
                    : Optional.of("a part of the host has not told its health for "
                            + TimeUnit.NANOSECONDS.toSeconds(now - last) + " s");
        }
        if ((last == 0 || now - last >= FRESH) && asked.compareAndSet(last, now)) {
            asking = true;
            try {
                told = down(parts.get());
            } finally {
                asking = false;
            }
        }
        return told;
    }

    private static Optional<String> down(List<Health> all) {
        List<Health> down =
                all.stream().filter(part -> part.level() == Health.Level.DOWN).toList();
        if (down.isEmpty()) {
            return Optional.empty();
        }
        String named = down.stream()
                .limit(NAMED)
                .map(part -> part.part() + " is down: "
                        + part.problems().stream()
                                .filter(problem -> problem.level() == Health.Level.DOWN)
                                .map(Health.Problem::text)
                                .collect(Collectors.joining(", ")))
                .map(text -> text.length() <= TEXT ? text : text.substring(0, TEXT) + "...")
                .collect(Collectors.joining("; "));
        return Optional.of(named + (down.size() > NAMED ? "; and " + (down.size() - NAMED) + " more" : ""));
    }
}
