package org.geometryos.compositor.connections;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.api.connection.LinkMemory;
import org.geometryos.compositor.api.connection.Refusal;
import org.geometryos.compositor.transport.api.Link;

/** The links there are, counted, and who else is let in. Any thread. */
final class Door {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    /** So many addresses are remembered for their rate; those that knocked longest ago are forgotten first. */
    private static final int MAX_ADDRESSES = 8_192;
    /** So many places more than others find, so that who runs the host gets in when it is full. */
    private static final int FOR_OPERATORS = 8;

    private static final Duration WHEN_FULL = Duration.ofSeconds(5);

    private final Map<Long, Link> links = new ConcurrentHashMap<>();
    /** A client that was admitted and has no link yet. */
    private record Admitted(String key, String address, long at) {}

    // guarded by this
    /** The first one in front. */
    private final ArrayDeque<Admitted> admitted = new ArrayDeque<>();

    private final Map<String, Integer> byKey = new HashMap<>();
    private final Map<String, Integer> byAddress = new HashMap<>();
    /** When the bucket of an address is full again, {@link System#nanoTime()}. */
    private final Map<String, Long> knocks = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MAX_ADDRESSES;
        }
    };

    /** A link is there; it may have been told already. That of the host with itself takes no place. */
    void add(Link link) {
        if (!LinkMemory.of(link.attributes()).loopback() && links.putIfAbsent(link.id(), link) == null) {
            count(link, 1);
            arrived(link);
        }
    }

    /** The place that was kept for it is its own now. */
    private synchronized void arrived(Link link) {
        String key = LinkMemory.of(link.attributes()).key();
        String address = link.handshake().remoteAddress();
        for (Iterator<Admitted> each = admitted.iterator(); each.hasNext(); ) {
            Admitted place = each.next();
            if (place.key.equals(key) && place.address.equals(address)) {
                each.remove();
                return;
            }
        }
    }

    /** A link is gone. */
    void remove(Link link) {
        if (links.remove(link.id()) != null) {
            count(link, -1);
        }
    }

    private synchronized void count(Link link, int by) {
        count(byKey, LinkMemory.of(link.attributes()).key(), by);
        count(byAddress, link.handshake().remoteAddress(), by);
    }

    private static void count(Map<String, Integer> counts, String name, int by) {
        counts.merge(name, by, (a, b) -> a + b == 0 ? null : a + b);
    }

    int size() {
        return links.size();
    }

    /** Weakly consistent. */
    Iterator<Link> iterator() {
        return links.values().iterator();
    }

    /**
     * Why one more is not taken, if it is not. For one that is taken a place is kept until its link is there, or for a
     * second if its handshake comes to nothing.
     *
     * @param key as it stands in the link's attributes
     * @param operator whether it comes to run the host
     * @param attempt whether this counts against the address's rate
     */
    synchronized Optional<Refusal> refusal(
            String address, String key, boolean operator, boolean attempt, Settings.Admission limits, long now) {
        if (limits.handshakesPerSecond() > 0 && !knock(address, attempt, limits.handshakesPerSecond(), now)) {
            return full(
                    "more than " + limits.handshakesPerSecond() + " handshakes per second from this address",
                    Duration.ofSeconds(1));
        }
        while (!admitted.isEmpty() && now - admitted.peek().at > SECOND) {
            admitted.poll();
        }
        int more = operator ? FOR_OPERATORS : 0;
        if (links.size() + admitted.size() >= limits.connections() + more) {
            return full("full: there are " + limits.connections() + " connections", WHEN_FULL);
        }
        if (limits.perKey() > 0
                && byKey.getOrDefault(key, 0)
                                + admitted.stream()
                                        .filter(place -> place.key.equals(key))
                                        .count()
                        >= limits.perKey() + more) {
            return full("full: there are " + limits.perKey() + " connections with this key", WHEN_FULL);
        }
        if (limits.perAddress() > 0
                && byAddress.getOrDefault(address, 0)
                                + admitted.stream()
                                        .filter(place -> place.address.equals(address))
                                        .count()
                        >= limits.perAddress() + more) {
            return full("full: there are " + limits.perAddress() + " connections from this address", WHEN_FULL);
        }
        if (attempt) {
            admitted.add(new Admitted(key, address, now));
        }
        return Optional.empty();
    }

    private static Optional<Refusal> full(String reason, Duration retryAfter) {
        return Optional.of(new Refusal(reason, retryAfter));
    }

    /** Takes a token out of the bucket of an address, which holds one second's worth. */
    private boolean knock(String address, boolean attempt, int perSecond, long now) {
        Long before = knocks.get(address);
        long full = before == null || before - now < 0 ? now : before;
        long cost = SECOND / perSecond;
        if (full + cost - now > SECOND) {
            return false;
        }
        if (attempt) {
            knocks.put(address, full + cost);
        }
        return true;
    }
}
