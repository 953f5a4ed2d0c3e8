package org.geometryos.compositor.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.geometryos.compositor.api.connection.Presence;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.journal.Fence;
import org.geometryos.compositor.api.journal.Verdict;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.api.tiles.Tiles;
import org.geometryos.compositor.api.value.Answer;
import org.geometryos.compositor.rings.RingJournal;
import org.geometryos.compositor.testkit.Changes;
import org.geometryos.compositor.testkit.FakeClock;
import org.junit.jupiter.api.Test;

class ReplicaTest {
    private final FakeClock clock = new FakeClock();
    private final LocalLog log = new LocalLog();
    private final List<Host> hosts = new ArrayList<>();
    private final List<Verdict> told = new ArrayList<>();

    private final class Host {
        private final LocalLog.Client client = log.client();
        private final Replica replica;
        private boolean runs = true;

        private Host(String name) {
            replica = new Replica(
                    name,
                    client,
                    new RingJournal(RingJournal.Limits.of(0, 0), () -> {}, client.epoch()),
                    new Roll(),
                    Limits.DEFAULT,
                    new Figures(),
                    clock,
                    new Random(hosts.size()),
                    () -> {});
            hosts.add(this);
            replica.begin();
            log.settle();
        }

        /** @return its number; 0 if it was passed over */
        private long append(Change change, Fence fence) {
            Answer<Verdict> answer = replica.append(change, fence);
            assertThat(answer.now(null)).as("before it came back").isNull();
            log.settle();
            return answer.now(null) instanceof Verdict.Counted counted ? counted.seq() : 0;
        }

        private long append(Change change) {
            return append(change, Fence.NONE);
        }

        private void dies() {
            runs = false;
            client.cutOff = true;
        }
    }

    private void pass(long millis) {
        for (long past = 0; past < millis; past += 100) {
            clock.passMillis(100);
            hosts.stream().filter(host -> host.runs).forEach(host -> {
                host.replica.tick();
                host.replica.store();
            });
            log.settle();
        }
    }

    private static void agree(Host one, Host other) {
        // entries are not equal, as encodings hang on them
        assertThat(one.replica.snapshot()).hasToString(other.replica.snapshot().toString());
        assertThat(one.replica.digest()).isEqualTo(other.replica.digest());
    }

    private static Optional<Presence> display(Host host, String session) {
        return host.replica
                .display(session)
                .map(Entry::change)
                .map(Change.PresenceChanged.class::cast)
                .map(Change.PresenceChanged::presence);
    }

    @Test
    void whatOneHostAppendsAllHaveUnderOneNumber() {
        Host a = new Host("a");
        Host b = new Host("b");
        long held = a.append(Changes.held("main", "desk"), Fence.replacing(0));
        long view = b.append(Changes.view("main"), Fence.under(held));
        assertThat(view).isGreaterThan(held);
        assertThat(a.replica.camera("main").map(Entry::seq)).contains(view);
        assertThat(a.replica.read(0, 10)).hasToString(b.replica.read(0, 10).toString());
        agree(a, b);
    }

    @Test
    void ofTwoThatTakeACameraAtOnceTheFirstInTheLogHasItEverywhere() {
        Host a = new Host("a");
        Host b = new Host("b");
        a.replica.append(Changes.held("main", "desk"), Fence.replacing(0)).then(told::add);
        b.replica.append(Changes.held("main", "wall"), Fence.replacing(0)).then(told::add);
        log.settle();
        assertThat(told).hasSize(2).filteredOn(Verdict.PASSED_OVER::equals).hasSize(1);
        agree(a, b);
    }

    @Test
    void aViewOfAHolderThatIsNoneAnyMoreIsPassedOver() {
        Host a = new Host("a");
        Host b = new Host("b");
        long held = a.append(Changes.held("main", "desk"), Fence.replacing(0));
        b.append(Changes.held("main", "wall"), Fence.replacing(held));
        assertThat(a.append(Changes.view("main"), Fence.under(held))).isZero();
        assertThat(a.replica.camera("main")).isEmpty();
        agree(a, b);
    }

    @Test
    void aRecordThatTheLogHasTwiceCountsOnce() {
        Host a = new Host("a");
        Host b = new Host("b");
        a.client.doubles = true;
        a.append(Changes.view("main"));
        assertThat(a.replica.read(0, 10).entries()).hasSize(1);
        agree(a, b);
    }

    @Test
    void whatTheLogLosesIsPutAgainAndTheOrderStays() {
        Host a = new Host("a");
        Host b = new Host("b");
        a.client.losesNext = 1;
        a.replica.append(Changes.held("main", "desk"), Fence.NONE).then(told::add);
        a.replica.append(Changes.held("main", "wall"), Fence.NONE).then(told::add);
        log.settle();
        pass(1_000);
        assertThat(told).hasSize(2).allMatch(Verdict.Counted.class::isInstance);
        assertThat(((Verdict.Counted) told.get(0)).seq()).isLessThan(((Verdict.Counted) told.get(1)).seq());
        agree(a, b);
    }

    @Test
    void whatIsPutInAnotherOrderCountsInThatOfTheCalls() {
        Host a = new Host("a");
        Host b = new Host("b");
        a.client.delaysNext = 1;
        a.replica.append(Changes.held("main", "desk"), Fence.NONE).then(told::add);
        a.replica.append(Changes.held("main", "wall"), Fence.NONE).then(told::add);
        log.settle();
        pass(1_000);
        assertThat(told).hasSize(2).allMatch(Verdict.Counted.class::isInstance);
        assertThat(((Change.ControlChanged)
                                b.replica.control("main").orElseThrow().change())
                        .state()
                        .holder())
                .contains("wall");
        agree(a, b);
    }

    @Test
    void whoIsCutOffAnswersUnknownAndComesBackByItself() {
        Host a = new Host("a");
        Host b = new Host("b");
        a.client.cutOff = true;
        a.replica.append(Changes.view("main"), Fence.NONE).then(told::add);
        pass(2_000);
        assertThat(told).hasSize(1).allMatch(Verdict.Unknown.class::isInstance);
        assertThat(a.replica.append(Changes.view("main"), Fence.NONE).now(null)).isInstanceOf(Verdict.Unknown.class);
        b.append(Changes.view("other"));
        a.client.cutOff = false;
        pass(3_000);
        assertThat(a.replica.phase()).isEqualTo(Replica.Phase.JOINED);
        assertThat(a.append(Changes.view("main"))).isPositive();
        agree(a, b);
    }

    @Test
    void whoJoinsByACheckpointHasAllAndReadsOnBehindIt() {
        Host a = new Host("a");
        Change.SceneChanged scene =
                Changes.transaction(Scene.EMPTY, Changes.state("main", 1, 1, null), null, Changes.put("gear"));
        long first = a.append(Changes.tiles(Tiles.NONE, scene, 3), new Fence(0, 0, 0));
        assertThat(first).isPositive();
        // the camera's view stays that of the transaction, and so do the tiles; the scene goes on
        a.append(Changes.transaction(scene.scene(), null, null, Changes.put("lamp")), Fence.replacing(first));
        a.append(Changes.held("other", "desk"), Fence.replacing(0));
        a.append(Changes.presence(Presence.Action.JOINED, "wall", "s-1", true), Fence.replacing(0));
        a.append(Changes.wall("main", "left"), Fence.replacing(0));
        pass(31_000);
        assertThat(log.newest()).isPresent();
        log.forget(log.newest().orElseThrow().seq() + 1);
        long behind = a.append(Changes.view("later"));
        Host b = new Host("b");
        assertThat(b.replica.phase()).as(b.replica.why()).isEqualTo(Replica.Phase.JOINED);
        assertThat(b.replica.camera("later").map(Entry::seq)).contains(behind);
        assertThat(b.replica.camera("main").map(Entry::seq)).contains(first);
        assertThat(b.replica.tiles().map(Entry::seq)).contains(first);
        assertThat(b.replica.digest()).isEqualTo(a.replica.digest());
        assertThat(b.replica.holds(behind - 1, List.of("main"))).isTrue();
        assertThat(b.replica.holds(first, List.of("main")))
                .as("before the checkpoint")
                .isFalse();
    }

    @Test
    void aTransactionOnTilesIsWorkedOutByEachHost() {
        Host a = new Host("a");
        Host b = new Host("b");
        Change.SceneChanged scene = Changes.transaction(Scene.EMPTY, null, "s-1", Changes.put("gear"));
        Change.TilesChanged made = Changes.tiles(Tiles.NONE, scene, 2);
        long seq = a.append(made, new Fence(0, Fence.ANY, 0));
        assertThat(b.replica.tiles().map(Entry::change)).contains(made);
        assertThat(b.replica.scene().map(Entry::seq)).contains(seq);
        assertThat(b.append(Changes.tiles(Tiles.NONE, null, 1), Fence.replacing(0)))
                .as("worked out from nothing")
                .isZero();
        agree(a, b);
    }

    @Test
    void displaysOfAHostThatIsGoneAreNotConnectedAndThenHaveLeft() {
        Host a = new Host("a");
        Host b = new Host("b");
        Host c = new Host("c");
        c.append(Changes.presence(Presence.Action.JOINED, "wall", "s-1", true), Fence.replacing(0));
        c.dies();
        pass(4_000);
        assertThat(display(a, "s-1")).map(Presence::connected).contains(false);
        // the one that cares for it goes as well, and so does what it knew of it
        a.dies();
        pass(4_000);
        assertThat(display(b, "s-1")).isPresent();
        pass(60_000);
        assertThat(display(b, "s-1")).isEmpty();
    }

    @Test
    void aDisplayThatIsBackAtAnotherHostStays() {
        Host a = new Host("a");
        Host b = new Host("b");
        b.append(Changes.presence(Presence.Action.JOINED, "wall", "s-1", true), Fence.replacing(0));
        b.dies();
        pass(4_000);
        a.append(Changes.presence(Presence.Action.CHANGED, "wall", "s-1", true));
        pass(70_000);
        assertThat(display(a, "s-1")).map(Presence::connected).contains(true);
    }

    @Test
    void watchesWhatItsOwnHostAppendedAndWhatOfThoseThatAreGone() {
        Host a = new Host("a");
        Host b = new Host("b");
        b.append(Changes.held("main", "desk"), Fence.replacing(0));
        Entry held = a.replica.control("main").orElseThrow();
        assertThat(b.replica.watches(held)).isTrue();
        assertThat(a.replica.watches(held)).isFalse();
        b.dies();
        pass(4_000);
        assertThat(a.replica.watches(held)).isTrue();
    }

    @Test
    void aRecordOfAnotherVersionIsNotMisread() {
        Host a = new Host("a");
        log.put(new byte[] {0, 0, 0, 3, 'N', 'e', 'w'});
        log.settle();
        assertThat(a.replica.phase()).isEqualTo(Replica.Phase.FAILED);
        assertThat(a.replica.why()).contains("LogRecord has no kind New");
    }

    @Test
    void aSecondHostOfTheSameNameEndsTheFirst() {
        Host a = new Host("a");
        new Host("a");
        assertThat(a.replica.phase()).isEqualTo(Replica.Phase.FAILED);
        assertThat(a.replica.why()).contains("another host with the name \"a\"");
    }

    @Test
    void whatIsKeptForTheHostsIsFencedAndNoEntry() {
        Host a = new Host("a");
        Host b = new Host("b");
        a.replica.keep("key", Optional.of(new byte[] {1}), 0).then(told::add);
        b.replica.keep("key", Optional.of(new byte[] {2}), 0).then(told::add);
        log.settle();
        assertThat(told).filteredOn(Verdict.PASSED_OVER::equals).hasSize(1);
        assertThat(a.replica.kept("key")).isPresent();
        assertThat(a.replica.read(0, 10).entries()).isEmpty();
    }

    @Test
    void whatIsKeptForTheHostsIsBoundedOnAllInTheSameWay() {
        Host a = new Host("a");
        Host b = new Host("b");
        byte[] million = new byte[1_000_000];
        for (int i = 0; i < 17; i++) {
            a.replica.keep("key-" + i, Optional.of(million), 0).then(told::add);
            log.settle();
        }
        assertThat(told.get(15)).isInstanceOf(Verdict.Counted.class);
        assertThat(told.get(16)).isEqualTo(Verdict.PASSED_OVER);
        assertThat(b.replica.kept("key-16")).isEmpty();
        assertThat(b.replica.keptBytes()).isEqualTo(a.replica.keptBytes()).isLessThanOrEqualTo(State.MOST_KEPT);
        a.replica.keep("key-0", Optional.empty(), Fence.ANY).then(told::add);
        a.replica.keep("key-16", Optional.of(million), 0).then(told::add);
        log.settle();
        assertThat(told.get(18)).isInstanceOf(Verdict.Counted.class);
        pass(31_000);
        Host c = new Host("c");
        assertThat(c.replica.keptBytes()).isEqualTo(a.replica.keptBytes());
        agree(a, b);
    }
}
