package org.geometryos.compositor.camera.tracking;

import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The networks on which a socket has joined its multicast group. Networks come and go (a cable, Wi-Fi, an adapter), so it looks again and
 * again: a new one is joined, and one that went and came back is joined anew, as the kernel forgets the membership with the interface. One thread,
 * but for {@link #toString}.
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
    private final Map<Network, String> problems = new LinkedHashMap<>();
    private boolean looked;
    private long lookedAt;
    private volatile String text = "joined nowhere";

    /** An interface. One that was taken out and put in again has the name that it had, and another index. */
    record Network(String name, int index) {}

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
        joined.entrySet().removeIf(one -> {
            if (present.contains(one.getKey())) {
                return false;
            }
            try {
                one.getValue().leave();
            } catch (RuntimeException e) {
                LOG.debug("{}: leaving {}", receiver, one.getKey().name(), e);
            }
            LOG.warn("{}: the network {} is gone", receiver, one.getKey().name());
            return true;
        });
    }

    private void join(Network network, Join join, boolean first) throws IOException {
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
        return wanted.map(name -> "there is no interface " + name + " that is up").orElse("no interface can multicast");
    }

    private String describe() {
        Map<String, String> not = new TreeMap<>();
        problems.forEach((network, why) -> not.put(network.name(), why));
        StringBuilder said = new StringBuilder("joined ");
        said.append(joined.isEmpty() ? "nowhere" : "on " + Cameras.some(joined.keySet().stream().map(Network::name).sorted().toList()));
        not.forEach((name, why) -> said.append("; not on ").append(name).append(": ").append(why));
        return said.toString();
    }

    /** Where the group is joined, and where not and why. Any thread. */
    @Override
    public String toString() {
        return text;
    }
}
