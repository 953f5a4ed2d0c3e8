package org.geometryos.compositor.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.protocol.codec.Codecs;
import org.geometryos.compositor.testkit.FakeClock;
import org.geometryos.compositor.testkit.FakeLink;
import org.geometryos.compositor.testkit.FakeTransport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HeartbeatsTest {
    private static final long INTERVAL = 10_000;

    private final FakeClock clock = new FakeClock();
    private final FakeTransport transport = new FakeTransport(clock);
    private final JournalState state = new JournalState();
    private final Members members = new Members(state);
    private final FailureLog failures = new FailureLog("test", clock);
    private final Outlet outlet = new Outlet(
            transport.batch(),
            new Figures(clock, clock),
            name -> new CodecRef(Codecs.json(), 1),
            clock,
            members::remove);
    private final FanOut fanOut = new FanOut(
            state, new GroupIndex(new Areas(state, clock)), members, outlet, failures, members::remove, clock);
    private final Heartbeats heartbeats =
            new Heartbeats(state, members, fanOut, outlet, failures, clock, () -> 1_700_000_000_000_000L);
    private FakeLink link;
    private Subscriber subscriber;

    @BeforeEach
    void connect() {
        link = transport.connect(Map.of(
                "codec",
                "compositor.v1.json",
                "session",
                "s-1",
                "heartbeat.at",
                clock.getAsLong(),
                "heartbeat.interval",
                INTERVAL));
        subscriber = new Subscriber(link, clock.getAsLong());
        members.add(subscriber);
        heartbeats.add(subscriber);
    }

    private int sent() {
        return link.messages(ServerMessage.Heartbeat.class).size();
    }

    private void pass(long millis) {
        clock.passMillis(millis);
        heartbeats.send(clock.getAsLong());
    }

    @Test
    void oneComesInEachIntervalWithThePresentTimeAndAPing() {
        pass(INTERVAL / 2);
        assertThat(sent()).isZero();
        pass(INTERVAL / 2);
        assertThat(sent()).isEqualTo(1);
        assertThat(link.last(ServerMessage.Heartbeat.class).time()).isEqualTo(1_700_000_000_000_000L);
        assertThat(link.pings()).isEqualTo(1);
        pass(0);
        assertThat(sent()).isEqualTo(1);
        pass(INTERVAL);
        assertThat(sent()).isEqualTo(2);
    }

    @Test
    void aBusyDisplayGetsItWhenItCanTakeMore() {
        link.busy(true);
        pass(INTERVAL);
        assertThat(sent()).isZero();
        assertThat(subscriber.missesBeat).isTrue();
        link.busy(false);
        heartbeats.retry(subscriber);
        pass(0);
        assertThat(sent()).isEqualTo(1);
        assertThat(subscriber.missesBeat).isFalse();
    }

    @Test
    void aBusyDisplayIsNotTriedAtEachScan() {
        link.busy(true);
        pass(INTERVAL);
        link.busy(false);
        pass(500);
        assertThat(sent()).isZero();
        pass(500);
        assertThat(sent()).isEqualTo(1);
    }

    @Test
    void oneThatIsGoneGetsNone() {
        heartbeats.forget(subscriber);
        pass(INTERVAL);
        assertThat(sent()).isZero();
    }

    @Test
    void oneWhoseLinkClosedIsDropped() {
        link.vanish();
        pass(INTERVAL);
        pass(INTERVAL);
        assertThat(sent()).isZero();
        assertThat(members.has(subscriber)).isFalse();
    }
}
