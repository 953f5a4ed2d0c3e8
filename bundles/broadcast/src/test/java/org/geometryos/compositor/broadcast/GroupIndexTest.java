package org.geometryos.compositor.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.geometryos.compositor.api.connection.Presence;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.testkit.Changes;
import org.geometryos.compositor.testkit.FakeClock;
import org.geometryos.compositor.testkit.FakeTransport;
import org.junit.jupiter.api.Test;

class GroupIndexTest {
    private static final List<Subscription> SUBSCRIPTIONS = List.of(
            Stage.latest("a"),
            Stage.latest("a", "b"),
            Stage.every("b"),
            Stage.latest(),
            Stage.scene(Stage.every()),
            Stage.scene(Stage.latest("a")),
            Stage.scene(Subscription.NONE),
            Stage.presence(true),
            Stage.walls(),
            Stage.walls("main", "side"),
            Stage.latest("a").withWalls(Set.of("side")));

    private final FakeClock clock = new FakeClock();
    private final FakeTransport transport = new FakeTransport(clock);
    private final GroupIndex index = new GroupIndex(new Areas(new JournalState(), clock));
    private long seq;

    private Group group(Subscription subscription) {
        return index.withRoom(Group.Key.of("compositor.v1.json", subscription, "s-1"));
    }

    private Subscriber member(Group group) {
        Subscriber member = new Subscriber(
                transport.connect(Map.of("codec", "compositor.v1.json", "session", "s-1")), clock.getAsLong());
        group.members.add(member);
        return member;
    }

    private Entry offer(Change change) {
        Entry entry = new Entry(++seq, change);
        index.offer(entry);
        return entry;
    }

    private static List<Change> everyKind() {
        return List.of(
                Changes.view("a"),
                Changes.view("c"),
                Changes.removed("b"),
                Changes.held("a", "ann"),
                Changes.presence(Presence.Action.JOINED, "wall", "s-1", true),
                Changes.wall("main", "left"),
                Changes.wall("side"),
                Changes.wallRemoved("side"),
                Changes.transaction(Scene.EMPTY, null, null, Changes.put("m-1")),
                Changes.transaction(Scene.EMPTY, Changes.state("a", 1, 1, null), null, Changes.put("m-1")));
    }

    @Test
    void anEntryOfEachKindComesOnceToEachGroupThatWantsIt() {
        List<Group> groups = SUBSCRIPTIONS.stream().map(this::group).toList();
        for (Change change : everyKind()) {
            Entry entry = offer(change);
            for (Group group : groups) {
                assertThat(group.pending)
                        .as("%s for %s", change, group.subscription)
                        .hasSize(group.interest(entry).wanted() ? 1 : 0);
                group.pending.clear();
                index.takeDirty(group);
            }
            assertThat(index.dirty()).isZero();
        }
    }

    @Test
    void groupsThatComeAndGoLeaveNothingBehind() {
        Random random = new Random(7);
        List<Group> there = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            if (there.isEmpty() || random.nextBoolean()) {
                Group group = group(SUBSCRIPTIONS.get(random.nextInt(SUBSCRIPTIONS.size())));
                if (!there.contains(group)) {
                    there.add(group);
                }
            } else {
                index.remove(there.remove(random.nextInt(there.size())));
            }
            assertThat(index.wantsNewest()).isEqualTo(there.stream().anyMatch(group -> !group.subscription.every()));
            Entry entry = offer(everyKind().get(random.nextInt(everyKind().size())));
            List<Group> wanting = there.stream()
                    .filter(group -> group.interest(entry).wanted())
                    .toList();
            List<Group> dirty = new ArrayList<>();
            for (Group first = index.firstDirty(); first != null; first = index.firstDirty()) {
                dirty.add(first);
                index.takeDirty(first);
                first.pending.clear();
            }
            assertThat(dirty).containsExactlyInAnyOrderElementsOf(wanting);
        }
    }

    @Test
    void theGroupThatWaitsLongestIsFirst() {
        Group b = group(Stage.latest("b"));
        Group a = group(Stage.latest("a"));
        offer(Changes.view("a"));
        offer(Changes.view("b"));
        offer(Changes.view("a"));
        assertThat(index.firstDirty()).isSameAs(a);
        assertThat(index.takeDirty(a)).isTrue();
        assertThat(index.takeDirty(a)).isFalse();
        assertThat(index.firstDirty()).isSameAs(b);
    }

    @Test
    void aFullGroupIsFollowedByAnotherOfTheSame() {
        Group first = group(Stage.latest("a"));
        for (int i = 0; i < Group.SIZE; i++) {
            assertThat(group(Stage.latest("a"))).isSameAs(first);
            member(first);
        }
        Group second = group(Stage.latest("a"));
        assertThat(second).isNotSameAs(first);
        offer(Changes.view("a"));
        assertThat(first.pending).hasSize(1);
        assertThat(second.pending).hasSize(1);
    }
}
