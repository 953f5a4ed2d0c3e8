package org.geometryos.compositor.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.geometryos.compositor.api.connection.Presence;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.testkit.Changes;
import org.junit.jupiter.api.Test;

class InterestTest {
    private static final Change SCENE = Changes.transaction(Scene.EMPTY, null, null, Changes.put("m-1"));
    private static final Change BOTH =
            Changes.transaction(Scene.EMPTY, Changes.state("a", 1, 1, null), null, Changes.put("m-1"));

    private static Interest interest(Subscription subscription, Change change) {
        return change.accept(new Interest.Of(subscription));
    }

    @Test
    void camerasAreOfInterestByName() {
        for (Subscription wants : List.of(Stage.latest("a"), Stage.every("a"), Stage.latest())) {
            assertThat(interest(wants, Changes.view("a"))).isEqualTo(Interest.VIEW);
            assertThat(interest(wants, Changes.removed("a"))).isEqualTo(Interest.ORDERED);
            assertThat(interest(wants, Changes.held("a", "ann"))).isEqualTo(Interest.ORDERED);
        }
        for (Change change : List.of(Changes.view("b"), Changes.removed("b"), Changes.held("b", "ann"))) {
            assertThat(interest(Stage.latest("a"), change)).isEqualTo(Interest.NONE);
            assertThat(interest(Stage.scene(Stage.presence(true)), change)).isEqualTo(Interest.NONE);
        }
    }

    @Test
    void presenceIsOfInterestToThoseWhoAskForIt() {
        Change joined = Changes.presence(Presence.Action.JOINED, "wall", "s-1", true);
        assertThat(interest(Stage.presence(true), joined)).isEqualTo(Interest.ORDERED);
        assertThat(interest(Stage.scene(Stage.latest()), joined)).isEqualTo(Interest.NONE);
    }

    @Test
    void ofATransactionThatMovesACameraGoesWhatIsSubscribed() {
        assertThat(interest(Stage.scene(Stage.latest("a")), BOTH)).isEqualTo(Interest.ORDERED);
        assertThat(interest(Stage.scene(Stage.latest("b")), BOTH)).isEqualTo(Interest.ORDERED_SCENE);
        assertThat(interest(Stage.latest("a"), BOTH)).isEqualTo(Interest.VIEW_OF_TRANSACTION);
        assertThat(interest(Stage.latest("b"), BOTH)).isEqualTo(Interest.NONE);
        assertThat(interest(Stage.scene(Stage.latest("b")), SCENE)).isEqualTo(Interest.ORDERED);
        assertThat(interest(Stage.latest(), SCENE)).isEqualTo(Interest.NONE);
    }

    @Test
    void theNewestViewSupersedesThoseBeforeItAndNothingElse() {
        Group group = new Group(Group.Key.of("compositor.v1.json", Stage.scene(Stage.latest("a", "b")), ""));
        List<Change> changes = List.of(
                Changes.view("a"),
                Changes.view("b"),
                Changes.held("a", "ann"),
                BOTH,
                Changes.view("a"),
                Changes.removed("b"),
                Changes.view("a"));
        for (int i = 0; i < changes.size(); i++) {
            group.pending.add(new Entry(i + 1, changes.get(i)));
        }
        assertThat(group.outgoing()).extracting(Entry::seq).containsExactly(3L, 4L, 6L, 7L);
    }

    @Test
    void whatOneCausedIsOfNoInterestWithoutEcho() {
        Subscription quiet = Stage.latest("a").withoutEcho();
        Group group = new Group(Group.Key.of("compositor.v1.json", quiet, "s-1"));
        assertThat(group.interest(new Entry(1, Changes.view("a", "s-1")))).isEqualTo(Interest.NONE);
        assertThat(group.interest(new Entry(2, Changes.view("a", "s-2")))).isEqualTo(Interest.VIEW);
    }
}
