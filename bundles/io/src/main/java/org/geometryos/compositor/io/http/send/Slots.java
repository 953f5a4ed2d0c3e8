package org.geometryos.compositor.io.http.send;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How many answers are on their way at a time, and for whom. Whoever comes first may have three quarters; the last
 * quarter is for those who have few, by their key and by their address, so that nobody keeps all others out. And while
 * somebody waits, an answer that is taken slower than {@link #LEAST_RATE} ends. Any thread.
 */
public final class Slots {
    /** Bytes per second, over {@link #WINDOW}. */
    public static final long LEAST_RATE = 16_384;

    static final long WINDOW = TimeUnit.SECONDS.toNanos(5);
    /** One of so many parts is the most that one may have of the last quarter's kind. */
    private static final int FEW = 16;

    private final int most;
    private final LongSupplier nanos;
    // guarded by this
    private final Set<Slot> taken = new LinkedHashSet<>();
    private final Map<String, Integer> byOwner = new HashMap<>();

    /** @param most answers at a time */
    public Slots(int most) {
        this(most, System::nanoTime);
    }

    Slots(int most, LongSupplier nanos) {
        this.most = most;
        this.nanos = nanos;
    }

    /** The place of one answer. */
    public final class Slot {
        private final List<String> owners;
        private final Runnable cut;
        private volatile long bytes;
        // guarded by Slots.this
        private boolean released;
        private boolean slow;
        private long windowBytes;
        private long windowAt = nanos.getAsLong();

        private Slot(List<String> owners, Runnable cut) {
            this.owners = owners;
            this.cut = cut;
        }

        /** So many bytes more have been taken. One thread at a time. */
        public void sent(long more) {
            bytes += more;
            if (nanos.getAsLong() - windowAt >= WINDOW) {
                synchronized (Slots.this) {
                    look();
                }
            }
        }

        private void look() {
            long now = nanos.getAsLong();
            long passed = now - windowAt;
            if (passed >= WINDOW) {
                slow = (bytes - windowBytes) * (double) TimeUnit.SECONDS.toNanos(1) < (double) LEAST_RATE * passed;
                windowBytes = bytes;
                windowAt = now;
            }
        }

        /** The answer has ended. The second time it does nothing. */
        public void release() {
            synchronized (Slots.this) {
                if (!released) {
                    released = true;
                    taken.remove(this);
                    owners.forEach(owner -> byOwner.merge(owner, -1, (a, b) -> a + b == 0 ? null : a + b));
                }
            }
        }
    }

    /**
     * A place for one more answer.
     *
     * @param key whose key it is; empty without one
     * @param address where it comes from
     * @param cut ends the answer; called by any thread, at most once, while others wait and it is too slow
     * @return empty if there is none at the moment
     */
    public Optional<Slot> take(String key, String address, Runnable cut) {
        List<String> owners =
                key.isEmpty() ? List.of("address " + address) : List.of("key " + key, "address " + address);
        List<Slot> tooSlow = new ArrayList<>();
        Optional<Slot> slot;
        synchronized (this) {
            if (!room(owners)) {
                taken.forEach(Slot::look);
                taken.stream().filter(each -> each.slow).forEach(tooSlow::add);
                tooSlow.forEach(Slot::release);
            }
            slot = room(owners) ? Optional.of(new Slot(owners, cut)) : Optional.empty();
            slot.ifPresent(granted -> {
                taken.add(granted);
                owners.forEach(owner -> byOwner.merge(owner, 1, Integer::sum));
            });
        }
        tooSlow.forEach(each -> each.cut.run());
        return slot;
    }

    private boolean room(List<String> owners) {
        int few = Math.max(1, most / FEW);
        return taken.size() < most - most / 4
                || taken.size() < most && owners.stream().allMatch(owner -> byOwner.getOrDefault(owner, 0) < few);
    }

    /** How many are taken. */
    public synchronized int taken() {
        return taken.size();
    }

    /** How many there are. */
    public int most() {
        return most;
    }
}
