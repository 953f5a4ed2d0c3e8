package org.geometryos.compositor.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.connection.Subscription.Topic;
import org.geometryos.compositor.api.scene.Model;
import org.geometryos.compositor.api.scene.SceneOp;
import org.geometryos.compositor.protocol.ServerMessage;
import org.junit.jupiter.api.Test;

class KnownStateTest {
    private final KnownState known = new KnownState();

    private static ServerMessage.Camera camera(String name, long seq) {
        return new ServerMessage.Camera(OptionalLong.of(seq), state(name, seq));
    }

    private static CameraState state(String name, long time) {
        return new CameraState(
                name,
                new View2d(time, 0, 1, 0),
                time,
                time,
                OptionalLong.empty(),
                Optional.empty(),
                "rig",
                Optional.empty(),
                false);
    }

    private static ServerMessage.Snapshot all(String epoch, long seq, ServerMessage.Camera... cameras) {
        return new ServerMessage.Snapshot(
                epoch,
                seq,
                true,
                List.of(cameras),
                List.of(),
                Optional.of(new ServerMessage.SceneState(3, List.of(new Model("gear", "models/gear.glb")), List.of())),
                Optional.empty());
    }

    private static Subscription to(boolean scene, String... cameras) {
        Subscription some = Subscription.toCameras(cameras);
        return scene ? some.with(Topic.SCENE) : some;
    }

    @Test
    void aSnapshotOfEverythingReplacesAllThatWasKnown() {
        known.begin("old", 900);
        known.camera(camera("gone", 901));
        known.snapshot(all("new", 12, camera("main", 11)));
        assertThat(known.epoch()).isEqualTo("new");
        assertThat(known.seq()).as("also when the new run counts lower").isEqualTo(12);
        assertThat(known.cameras()).containsOnlyKeys("main");
        assertThat(known.scene())
                .hasValueSatisfying(scene -> assertThat(scene.revision()).isEqualTo(3));
    }

    private static ServerMessage.Wall wall(String name, long seq, String... members) {
        return new ServerMessage.Wall(seq, TestWalls.wall(name, members));
    }

    private static ServerMessage.Snapshot walls(long seq, boolean all, ServerMessage.Wall... walls) {
        return new ServerMessage.Snapshot(
                "run",
                seq,
                all,
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(List.of(walls)),
                Optional.empty());
    }

    @Test
    void wallsStandAsTheyWereLastReceived() {
        known.snapshot(walls(12, true, wall("main", 3, "left")));
        known.wall(wall("side", 5));
        assertThat(known.walls()).as("one that had no room in the snapshot").containsOnlyKeys("main", "side");
        assertThat(known.seq()).isEqualTo(12);
        known.wall(wall("main", 13, "left", "right"));
        assertThat(known.walls().get("main").state().members()).hasSize(2);
        assertThat(known.seq()).isEqualTo(13);
        known.snapshot(walls(14, false, wall("third", 14)));
        known.wallRemoved(new ServerMessage.WallRemoved(15, "side"));
        assertThat(known.walls()).containsOnlyKeys("main", "third");
        assertThat(known.seq()).isEqualTo(15);
        known.retain(Subscription.NONE.withWalls(Set.of("main")));
        assertThat(known.walls()).containsOnlyKeys("main");
        known.snapshot(walls(2, true));
        assertThat(known.walls()).isEmpty();
    }

    @Test
    void oneOfWhatIsNewlySubscribedAdds() {
        known.snapshot(all("run", 12, camera("main", 11)));
        known.snapshot(new ServerMessage.Snapshot(
                "run", 10, false, List.of(camera("side", 9)), List.of(), Optional.empty(), Optional.empty()));
        assertThat(known.cameras()).containsOnlyKeys("main", "side");
        assertThat(known.seq()).isEqualTo(12);
        assertThat(known.scene()).isPresent();
    }

    @Test
    void whatIsNotNewerIsNoNews() {
        assertThat(known.camera(camera("main", 5))).isTrue();
        assertThat(known.camera(camera("main", 5))).isFalse();
        assertThat(known.camera(camera("main", 4))).isFalse();
        assertThat(known.camera(camera("side", 4))).isTrue();
        assertThat(known.seq()).isEqualTo(5);
    }

    @Test
    void aTransactionChangesSceneAndCameraUnderOneNumber() {
        known.snapshot(all("run", 12));
        known.transaction(new ServerMessage.Scene(
                13,
                List.of(new SceneOp.Remove("gear")),
                Optional.empty(),
                Optional.of(new ServerMessage.Camera(OptionalLong.empty(), state("main", 1)))));
        assertThat(known.scene())
                .hasValueSatisfying(scene -> assertThat(scene.models()).isEmpty());
        assertThat(known.cameras().get("main").seq()).hasValue(13);
        assertThat(known.seq()).isEqualTo(13);
    }

    @Test
    void aTransactionThatDoesNotFitLeavesNoScene() {
        known.snapshot(all("run", 12));
        known.transaction(
                new ServerMessage.Scene(13, List.of(new SceneOp.Remove("nobody")), Optional.empty(), Optional.empty()));
        assertThat(known.scene()).isEmpty();
        assertThat(known.seq()).isEqualTo(13);
    }

    @Test
    void whatIsNotSubscribedToAnyMoreIsForgotten() {
        known.snapshot(all("run", 12, camera("main", 11), camera("side", 12)));
        known.retain(to(true, "side"));
        assertThat(known.cameras()).containsOnlyKeys("side");
        assertThat(known.scene()).isPresent();
        known.retain(to(false, "side"));
        assertThat(known.scene()).isEmpty();
        known.removed(new ServerMessage.CameraRemoved(20, "side"));
        assertThat(known.cameras()).isEmpty();
        assertThat(known.seq()).isEqualTo(20);
    }
}
