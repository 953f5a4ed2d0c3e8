package org.geometryos.compositor.transport;

import java.util.Collection;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.geometryos.compositor.health.Health;

/**
 * What all links together hold, against the {@link Budgets}: when that is more than may be, those are closed first that
 * have held most for longest. Any thread, but for {@link #relieve}.
 */
final class Holdings {
    /** The close code of whoever makes the host hold too much. */
    static final int TOO_MUCH = 4503;
    /** All links are looked at for what they hold, if that is too much, but not more often; nanoseconds. */
    static final long RELIEF = TimeUnit.MILLISECONDS.toNanos(20);

    private final Collection<SocketLink> links;
    private final Supplier<Budgets> budgets;
    private final Runnable wakeClock;
    private final Unsent unsent = new Unsent();
    private final AtomicLong input = new AtomicLong();
    private final Object dropping = new Object();
    // of the clock alone
    private long relievedAt = System.nanoTime() - RELIEF;

    /**
     * @param links a live view
     * @param budgets those that apply at the moment
     * @param wakeClock has {@link #relieve} called soon
     */
    Holdings(Collection<SocketLink> links, Supplier<Budgets> budgets, Runnable wakeClock) {
        this.links = links;
        this.budgets = budgets;
        this.wakeClock = wakeClock;
    }

    /** A link keeps what its socket did not take. */
    void keeps(byte[][] arrays) {
        unsent.hold(arrays);
        if (tooMuchUnsent()) {
            wakeClock.run();
        }
    }

    void keepsNoLonger(byte[][] arrays) {
        unsent.release(arrays);
    }

    /** Whether the sockets have not taken more than may be. */
    boolean tooMuchUnsent() {
        return unsent.bytes() > budgets.get().unsent();
    }

    /**
     * A link holds more input, or less. The clock sees to it that it does not become too much; faster than that the
     * heaviest are dropped at once.
     */
    void inputChanged(int by) {
        long all = input.addAndGet(by);
        long budget = budgets.get().input();
        if (by <= 0 || all <= budget) {
            return;
        }
        wakeClock.run();
        if (all > 2 * budget) {
            synchronized (dropping) {
                if (input.get() > 2 * budget) {
                    for (Weighed each : heaviest(System.nanoTime(), SocketLink::inputBytes, SocketLink::inputSince)) {
                        if (input.get() <= budget) {
                            break;
                        }
                        each.link.giveUp();
                    }
                }
            }
        }
    }

    /** How much is held, for an operator. */
    List<Health.Budget> health() {
        return List.of(
                new Health.Budget(
                        "unfinished and waiting input",
                        input.get(),
                        budgets.get().input(),
                        "bytes"),
                new Health.Budget("unsent output", unsent.bytes(), budgets.get().unsent(), "bytes"));
    }

    /** Closes links until what they hold is well within the budgets again. The clock. @param now nanoseconds */
    void relieve(long now) {
        if (now - relievedAt < RELIEF) {
            return;
        }
        relievedAt = now;
        Budgets most = budgets.get();
        if (input.get() > most.input()) {
            relieveInput(most.input() * 3 / 4, now);
        }
        if (tooMuchUnsent()) {
            relieveUnsent(most.unsent() * 3 / 4, now);
        }
    }

    /**
     * What they hold is added up here and not taken from the sum of all: that changes meanwhile, and nobody is closed
     * for what others held.
     */
    private void relieveInput(long most, long now) {
        List<Weighed> all = heaviest(now, SocketLink::inputBytes, SocketLink::inputSince);
        long toFree = all.stream().mapToLong(Weighed::bytes).sum() - most;
        for (Weighed each : all) {
            if (toFree <= 0) {
                break;
            }
            toFree -= each.bytes;
            evict(each.link, "the clients have sent too much that cannot be taken yet");
        }
    }

    private void relieveUnsent(long most, long now) {
        List<Weighed> all = heaviest(now, Holdings::unsentBytes, SocketLink::stuckSince);
        Map<byte[], Integer> holders = new IdentityHashMap<>();
        List<byte[][]> held = all.stream().map(each -> each.link.unsent()).toList();
        held.forEach(arrays -> Stream.of(arrays).forEach(array -> holders.merge(array, 1, Integer::sum)));
        long toFree = holders.keySet().stream().mapToLong(Unsent::size).sum() - most;
        for (int i = 0; i < all.size() && toFree > 0; i++) {
            for (byte[] array : held.get(i)) {
                if (holders.merge(array, -1, Integer::sum) == 0) {
                    toFree -= Unsent.size(array);
                }
            }
            evict(all.get(i).link, "too many sent bytes were not read");
        }
    }

    /** One that is being closed already counts as freed. */
    private static void evict(SocketLink link, String reason) {
        if (link.open()) {
            link.evict(TOO_MUCH, reason);
        }
    }

    private static long unsentBytes(SocketLink link) {
        long bytes = 0;
        for (byte[] array : link.unsent()) {
            bytes += Unsent.size(array);
        }
        return bytes;
    }

    private record Weighed(SocketLink link, long bytes, double weight) {}

    private List<Weighed> heaviest(long now, ToLongFunction<SocketLink> bytes, ToLongFunction<SocketLink> since) {
        return links.stream()
                .map(link -> {
                    long held = bytes.applyAsLong(link);
                    long at = since.applyAsLong(link);
                    return new Weighed(link, held, (double) held * (at == 0 ? 1 : Math.max(1, now - at)));
                })
                .filter(each -> each.bytes > 0)
                .sorted(Comparator.comparingDouble(Weighed::weight).reversed())
                .toList();
    }
}
