package org.geometryos.compositor.camera.tracking;

import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The networks on which a socket has joined its multicast group. Networks come and go (a cable, Wi-Fi, an adapter), so
 * it looks again and again: a new one is joined, and one that went and came back is joined anew, as the kernel forgets
 * the membership with the interface. One thread, but for {@link #toString}.
 */
final class Membership {
    /** Between two looks, nanoseconds. */
    static final long LOOK_NANOS = 2_000_000_000L;

    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);

    private final String receiver;
    private final Optional<String> wanted;
    private final Networks networks;
    private final Map<Network, Leave> joined = new LinkedHashMap<>();
    /** Those that were joined at some time. */
    private final Set<Network> known = new HashSet<>();
    /**
     * Those that could not be left: the socket takes the group for joined there if one of that name and address comes
     * again.
     */
    private final Set<String> stuck = new HashSet<>();

    private final Map<Network, String> problems = new LinkedHashMap<>();
    private boolean looked;
    private long lookedAt;
    private volatile String text = "joined nowhere";

    /** An interface. One that was taken out and put in again has the name that it had, and another index. */
    record Network(String name, int index) {}

    /** Another socket can join at once. */
    static final class StaleException extends IOException {
        private static final long serialVersionUID = 1L;

        StaleException(String message) {
            super(message);
        }
    }

    /** Joins the group on one network. */
    interface Join {
        Leave join() throws IOException;
    }

    /** Leaves the group on one network. */
    interface Leave {
        void leave();
    }

    interface Networks {
        /** Those on which the group could be joined now. */
        Map<Network, Join> present() throws IOException;
    }

    /**
     * @param receiver its name, for the log
     * @param wanted the one network on which the group is to be joined; all that can multicast otherwise
     */
    Membership(String receiver, Optional<String> wanted, Networks networks) {
        this.receiver = receiver;
        this.wanted = wanted;
        this.networks = networks;
    }

    /**
     * Does nothing if the last look is not long ago.
     *
     * @throws IOException if the group is joined nowhere, or if only another socket can join it again
     */
    void look(long now) throws IOException {
        if (looked && now - lookedAt < LOOK_NANOS) {
            return;
        }
        boolean first = !looked;
        looked = true;
        lookedAt = now;
        Map<Network, Join> present = networks.present();
        leaveAllBut(present.keySet());
        for (Map.Entry<Network, Join> one : present.entrySet()) {
            if (!joined.containsKey(one.getKey())) {
                join(one.getKey(), one.getValue(), first);
            }
        }
        problems.keySet().retainAll(present.keySet());
        text = describe();
        if (joined.isEmpty()) {
            throw new IOException(problems.isEmpty() ? nothingThere() : text);
        }
    }

    private void leaveAllBut(Set<Network> present) {
        for (Network one : List.copyOf(joined.keySet())) {
            if (present.contains(one)) {
                continue;
            }
            LOG.warn("{}: the network {} is gone", receiver, one.name());
            try {
                joined.remove(one).leave();
            } catch (RuntimeException | AssertionError e) {
                // the JDK asserts that leaving works, which it does not where the kernel has forgotten the network
                stuck.add(one.name());
                LOG.debug("{}: leaving {}", receiver, one.name(), e);
            }
        }
    }

    private void join(Network network, Join join, boolean first) throws IOException {
        if (stuck.contains(network.name())) {
            throw new StaleException("the network " + network.name() + " is back and needs another socket");
        }
        try {
            joined.put(network, join.join());
            known.add(network);
            problems.remove(network);
            if (!first) {
                LOG.info("{}: joined the group on {}", receiver, network.name());
            }
        } catch (IOException | RuntimeException e) {
            String why = e.getMessage() == null ? e.toString() : e.getMessage();
            if (known.contains(network)) {
                throw new IOException("the group cannot be joined again on " + network.name() + ": " + why, e);
            }
            if (!why.equals(problems.put(network, why))) {
                LOG.warn("{}: cannot join the group on {} and tries again: {}", receiver, network.name(), why);
            }
        }
    }

    private String nothingThere() {
        return wanted.map(name -> "there is no interface " + name + " that is up")
                .orElse("no interface can multicast");
    }

    private String describe() {
        Map<String, String> not = new TreeMap<>();
        problems.forEach((network, why) -> not.put(network.name(), why));
        StringBuilder said = new StringBuilder("joined ");
        said.append(
                joined.isEmpty()
                        ? "nowhere"
                        : "on "
                                + Devices.some(joined.keySet().stream()
                                        .map(Network::name)
                                        .sorted()
                                        .toList()));
        not.forEach((name, why) ->
                said.append("; not on ").append(name).append(": ").append(why));
        return said.toString();
    }

    /** Where the group is joined, and where not and why. Any thread. */
    @Override
    public String toString() {
        return text;
    }
}
