package org.geometryos.compositor.camera.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.geometryos.compositor.camera.tracking.Membership.Network;
import org.junit.jupiter.api.Test;

class MembershipTest {
    private static final Network WIRED = new Network("eth0", 2);
    private static final Network WIRELESS = new Network("wlan0", 3);

    private final Map<Network, Optional<String>> present = new LinkedHashMap<>();
    private final List<String> calls = new ArrayList<>();
    private final Membership membership = new Membership("test", Optional.empty(), this::networks);
    private boolean stuck;
    private long now;

    private Map<Network, Membership.Join> networks() {
        Map<Network, Membership.Join> joins = new LinkedHashMap<>();
        present.forEach((network, problem) -> joins.put(network, () -> {
            if (problem.isPresent()) {
                throw new IOException(problem.get());
            }
            calls.add("join " + network.name() + " " + network.index());
            return () -> {
                if (stuck) {
                    throw new AssertionError(new IOException("no such device"));
                }
                calls.add("leave " + network.name() + " " + network.index());
            };
        }));
        return joins;
    }

    private void there(Network network) {
        present.put(network, Optional.empty());
    }

    private void look() throws IOException {
        now += Membership.LOOK_NANOS;
        membership.look(now);
    }

    @Test
    void aNetworkThatComesLaterIsJoined() throws IOException {
        there(WIRED);
        look();
        there(WIRELESS);
        look();
        look();
        assertThat(calls).containsExactly("join eth0 2", "join wlan0 3");
        assertThat(membership).hasToString("joined on eth0, wlan0");
    }

    @Test
    void aNetworkThatGoesAndComesIsJoinedAnew() throws IOException {
        there(WIRED);
        there(WIRELESS);
        look();
        present.remove(WIRED);
        look();
        assertThat(membership).hasToString("joined on wlan0");
        there(WIRED);
        look();
        assertThat(calls).containsExactly("join eth0 2", "join wlan0 3", "leave eth0 2", "join eth0 2");
    }

    @Test
    void anAdapterThatWasChangedBetweenTwoLooksIsAnother() throws IOException {
        there(WIRED);
        look();
        present.clear();
        there(new Network("eth0", 9));
        look();
        assertThat(calls).containsExactly("join eth0 2", "leave eth0 2", "join eth0 9");
    }

    @Test
    void whereItCannotBeJoinedIsToldAndTriedAgain() throws IOException {
        there(WIRED);
        present.put(WIRELESS, Optional.of("no address"));
        look();
        assertThat(membership).hasToString("joined on eth0; not on wlan0: no address");
        there(WIRELESS);
        look();
        assertThat(membership).hasToString("joined on eth0, wlan0");
        present.remove(WIRELESS);
        look();
        assertThat(membership).hasToString("joined on eth0");
    }

    @Test
    void nowhereIsAFailureThatSaysWhy() {
        assertThatThrownBy(this::look).isInstanceOf(IOException.class).hasMessage("no interface can multicast");
        present.put(WIRED, Optional.of("no address"));
        assertThatThrownBy(this::look)
                .isInstanceOf(IOException.class)
                .hasMessage("joined nowhere; not on eth0: no address");
        Membership one = new Membership("test", Optional.of("eth7"), Map::of);
        assertThatThrownBy(() -> one.look(0))
                .isInstanceOf(IOException.class)
                .hasMessage("there is no interface eth7 that is up");
    }

    @Test
    void theLastNetworkThatGoesIsAFailure() throws IOException {
        there(WIRED);
        look();
        present.clear();
        assertThatThrownBy(this::look).isInstanceOf(IOException.class);
    }

    /** A kernel may keep a membership that Java has given up; only another socket helps. */
    @Test
    void whatCannotBeJoinedAgainAsksForAnotherSocket() throws IOException {
        there(WIRED);
        there(WIRELESS);
        look();
        present.remove(WIRED);
        look();
        present.put(WIRED, Optional.of("Address already in use"));
        assertThatThrownBy(this::look)
                .isInstanceOf(IOException.class)
                .hasMessage("the group cannot be joined again on eth0: Address already in use");
    }

    @Test
    void itDoesNotLookAllTheTime() throws IOException {
        there(WIRED);
        look();
        there(WIRELESS);
        membership.look(now + Membership.LOOK_NANOS - 1);
        assertThat(calls).containsExactly("join eth0 2");
    }

    @Test
    void aNetworkThatCouldNotBeLeftAsksForAnotherSocketWhenItIsBack() throws IOException {
        there(WIRED);
        there(WIRELESS);
        look();
        stuck = true;
        present.remove(WIRELESS);
        look();
        look();
        assertThat(membership).hasToString("joined on eth0");
        stuck = false;
        there(new Network(WIRELESS.name(), 9));
        assertThatThrownBy(this::look)
                .isInstanceOf(Membership.StaleException.class)
                .hasMessageContaining("wlan0");
    }
}
