package org.geometryos.compositor.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.geometryos.compositor.api.connection.Presence;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.api.tiles.Tiles;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.testkit.Changes;
import org.junit.jupiter.api.Test;

class InterestTest {
    private static final Change SCENE = Changes.transaction(Scene.EMPTY, null, null, Changes.put("m-1"));
    private static final Change BOTH =
            Changes.transaction(Scene.EMPTY, Changes.state("a", 1, 1, null), null, Changes.put("m-1"));

    private static Interest interest(Subscription subscription, Change change) {
        return change.accept(new Interest.Of(subscription, subscription.tiles()));
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

    /** What of a transaction on tiles goes to those who want these parts, as its type and its parts; null: nothing. */
    private static String goes(Change.TilesChanged change, boolean tiles, boolean scene, boolean camera) {
        Subscription wants = camera ? Stage.latest("a") : Stage.latest("b");
        wants = tiles ? wants.with(Subscription.Topic.TILES) : wants;
        Interest interest = interest(scene ? Stage.scene(wants) : wants, change);
        if (!interest.wanted()) {
            return null;
        }
        assertThat(interest.view).as("a view among others").isEqualTo(!tiles && !scene);
        ServerMessage message = CodecRef.message(new Entry(7, change), interest.extent);
        if (message instanceof ServerMessage.Tiles said) {
            assertThat(said.seq()).isEqualTo(7);
            return "tiles" + (said.scene().isPresent() ? "+scene" : "")
                    + (said.camera().isPresent() ? "+camera" : "");
        }
        if (message instanceof ServerMessage.Scene said) {
            assertThat(said.seq()).isEqualTo(7);
            return "scene" + (said.camera().isPresent() ? "+camera" : "");
        }
        assertThat(((ServerMessage.Camera) message).seq()).hasValue(7);
        return "camera";
    }

    @Test
    void ofATransactionOnTilesGoesWhatIsSubscribed() {
        Change.TilesChanged all = Changes.tiles(Tiles.NONE, (Change.SceneChanged) BOTH, 2);
        assertThat(goes(all, true, true, true)).isEqualTo("tiles+scene+camera");
        assertThat(goes(all, true, true, false)).isEqualTo("tiles+scene");
        assertThat(goes(all, true, false, true)).isEqualTo("tiles+camera");
        assertThat(goes(all, true, false, false)).isEqualTo("tiles");
        assertThat(goes(all, false, true, true)).isEqualTo("scene+camera");
        assertThat(goes(all, false, true, false)).isEqualTo("scene");
        assertThat(goes(all, false, false, true)).isEqualTo("camera");
        assertThat(goes(all, false, false, false)).isNull();

        Change.TilesChanged scene = Changes.tiles(Tiles.NONE, (Change.SceneChanged) SCENE, 2);
        assertThat(goes(scene, true, true, true)).isEqualTo("tiles+scene");
        assertThat(goes(scene, true, false, true)).isEqualTo("tiles");
        assertThat(goes(scene, false, true, true)).isEqualTo("scene");
        assertThat(goes(scene, false, false, true)).isNull();

        Change.TilesChanged alone = Changes.tiles(Tiles.NONE, null, 2);
        assertThat(goes(alone, true, true, true)).isEqualTo("tiles");
        assertThat(goes(alone, true, false, false)).isEqualTo("tiles");
        assertThat(goes(alone, false, true, true)).isNull();
    }

    @Test
    void theNewestViewSupersedesThoseBeforeItAndNothingElse() {
        Group group = new Group(Group.Key.of("compositor.v1.json", Stage.scene(Stage.latest("a", "b")), ""), null);
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
        Group group = new Group(Group.Key.of("compositor.v1.json", quiet, "s-1"), null);
        assertThat(group.interest(new Entry(1, Changes.view("a", "s-1")))).isEqualTo(Interest.NONE);
        assertThat(group.interest(new Entry(2, Changes.view("a", "s-2")))).isEqualTo(Interest.VIEW);
    }
}
