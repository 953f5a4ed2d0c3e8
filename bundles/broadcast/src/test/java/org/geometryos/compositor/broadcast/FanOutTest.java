package org.geometryos.compositor.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.protocol.codec.Codecs;
import org.geometryos.compositor.testkit.FakeClock;
import org.geometryos.compositor.testkit.FakeJournal;
import org.geometryos.compositor.testkit.FakeLink;
import org.geometryos.compositor.testkit.FakeTransport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FanOutTest {
    private final FakeClock clock = new FakeClock();
    private final FakeTransport transport = new FakeTransport(clock);
    private final FakeJournal journal = new FakeJournal("first");
    private final JournalState state = new JournalState();
    private final GroupIndex groups = new GroupIndex(new Areas(state, clock));
    private final Members members = new Members(state);
    private final List<Subscriber> dropped = new ArrayList<>();
    private final Map<String, CodecRef> codecs =
            new HashMap<>(Map.of("compositor.v1.json", new CodecRef(Codecs.json(), 1)));
    private final Outlet outlet =
            new Outlet(transport.batch(), new Figures(clock, clock), codecs::get, clock, this::drop);
    private final FanOut fanOut =
            new FanOut(state, groups, members, outlet, new FailureLog("test", clock), this::drop, clock);

    @BeforeEach
    void follow() {
        state.follow(journal);
    }

    private void drop(Subscriber subscriber) {
        dropped.add(subscriber);
        fanOut.leave(subscriber);
        members.remove(subscriber);
    }

    /** A display in sync. */
    private Subscriber display(Subscription subscription) {
        FakeLink link = transport.connect(
                Map.of(
                        "codec",
                        "compositor.v1.json",
                        "session",
                        "s-1",
                        "epoch",
                        "first",
                        "subscription",
                        subscription.toMap()),
                made -> made.begin(state.position(), 0, 0));
        Subscriber subscriber = new Subscriber(link, clock.getAsLong());
        members.add(subscriber);
        fanOut.join(subscriber);
        members.settle(subscriber, subscriber.dueAtCursor);
        return subscriber;
    }

    private static FakeLink link(Subscriber subscriber) {
        return (FakeLink) subscriber.link;
    }

    private void move(String camera) {
        journal.view(camera, 1);
        state.take(journal.read(state.position(), 64), groups::offer);
    }

    @Test
    void allMembersInSyncGetTheBatchOfTheirGroup() {
        Subscriber one = display(Stage.every("a"));
        Subscriber two = display(Stage.every("a"));
        Subscriber other = display(Stage.every("b"));
        move("a");
        move("a");
        fanOut.levelAll();
        for (Subscriber each : List.of(one, two)) {
            assertThat(Stage.seqs(link(each))).containsExactly(1L, 2L);
            assertThat(each.delivered).isEqualTo(2);
            assertThat(each.due()).isEqualTo(2);
            assertThat(link(each).cursor()).isEqualTo(2);
        }
        assertThat(link(other).messages()).isEmpty();
        assertThat(groups.dirty()).isZero();
    }

    @Test
    void aBusyMemberFallsOutWhereItStoodAndTheOthersGoOn() {
        Subscriber slow = display(Stage.latest("a"));
        Subscriber quick = display(Stage.latest("a"));
        move("a");
        fanOut.levelAll();
        link(slow).busy(true);
        move("a");
        fanOut.levelAll();
        assertThat(slow.inSync()).isFalse();
        assertThat(members.lagging).containsExactly(slow);
        assertThat(slow.cursor).isEqualTo(1);
        assertThat(slow.dueAtCursor).isEqualTo(1);
        assertThat(slow.due()).isEqualTo(2);
        assertThat(quick.inSync()).isTrue();
        assertThat(Stage.seqs(link(quick))).containsExactly(1L, 2L);
    }

    @Test
    void oneWithAnotherOwnerIsDropped() {
        Subscriber taken = display(Stage.latest("a"));
        Subscriber kept = display(Stage.latest("a"));
        link(taken).acquire();
        move("a");
        fanOut.levelAll();
        assertThat(dropped).containsExactly(taken);
        assertThat(Stage.seqs(link(kept))).containsExactly(1L);
        assertThat(link(taken).messages()).isEmpty();
    }

    @Test
    void whoJoinsGetsNothingFromBefore() {
        display(Stage.latest("a"));
        move("a");
        Subscriber late = display(Stage.latest("a"));
        fanOut.levelAll();
        assertThat(link(late).messages()).isEmpty();
        assertThat(late.due()).isZero();
    }

    @Test
    void withoutACodecAllFallOutAndNothingIsSent() {
        Subscriber one = display(Stage.latest("a"));
        codecs.clear();
        move("a");
        fanOut.levelAll();
        assertThat(one.inSync()).isFalse();
        assertThat(one.cursor).isZero();
        assertThat(link(one).messages()).isEmpty();
    }
}
