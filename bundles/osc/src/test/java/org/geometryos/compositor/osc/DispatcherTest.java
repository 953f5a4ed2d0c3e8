package org.geometryos.compositor.osc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.api.camera.Projection;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.camera.View3d;
import org.geometryos.compositor.api.scene.Model;
import org.geometryos.compositor.api.scene.SceneOp;
import org.geometryos.compositor.api.value.Quaternion;
import org.geometryos.compositor.api.value.Vector3;
import org.junit.jupiter.api.Test;

class DispatcherTest {
    private final Fakes parts = new Fakes();
    private final Counters counters = new Counters();
    private int refreshes;
    private final Dispatcher dispatcher = new Dispatcher(parts, parts::sink, counters, () -> refreshes++);
    private final Settings settings = Settings.of(Map.of("service.pid", OscConfig.PID + "~osc", "priority", 3));

    private void send(String address, Object... arguments) {
        dispatcher.handle(new OscMessage("/compositor" + address, List.of(arguments)), OptionalLong.empty(), settings);
    }

    private void model(String id) {
        parts.scene()
                .change(
                        null,
                        List.of(new SceneOp.Put(new Model(
                                id,
                                "cube.glb",
                                new Vector3(0, 0, 0),
                                Quaternion.IDENTITY,
                                new Vector3(1, 1, 1),
                                true,
                                Optional.empty(),
                                Optional.empty()))),
                        Optional.empty());
    }

    @Test
    void aFlatCameraIsMovedAsAWholeAndByItsParts() {
        send("/camera/canvas/view", 10f, 20f, 2f, 90f);
        assertThat(parts.view("canvas")).isEqualTo(new View2d(10, 20, 2, Math.PI / 2));
        send("/camera/canvas/zoom", 4);
        send("/camera/canvas/x", List.of(-1.5));
        assertThat(parts.view("canvas")).isEqualTo(new View2d(-1.5, 20, 4, Math.PI / 2));
        assertThat(counters.get(Count.DONE)).isEqualTo(3);
    }

    @Test
    void aSolidCameraIsMovedByItsParts() {
        send("/camera/stage/a/position", 1f, 2f, 3f);
        send("/camera/stage/a/angles", 90f, 0f, 0f);
        send("/camera/stage/a/fov", 60f);
        send("/camera/stage/a/focus", 4.5f);
        View3d view = (View3d) parts.view("stage/a");
        assertThat(view.position()).isEqualTo(new Vector3(1, 2, 3));
        assertThat(view.orientation().y()).isCloseTo(Math.sqrt(0.5), within(1e-9));
        assertThat(((Projection.Perspective) view.projection()).yfov()).isCloseTo(Math.PI / 3, within(1e-6));
        assertThat(view.focusDistance()).hasValue(4.5);
    }

    @Test
    void aPatternMovesAllCamerasThatItMatches() {
        for (String name : List.of("wall-1", "wall-2", "other")) {
            send("/camera/" + name + "/view", 0f, 0f, 1f);
        }
        send("/camera/wall-*/zoom", 8f);
        assertThat(((View2d) parts.view("wall-1")).zoom()).isEqualTo(8);
        assertThat(((View2d) parts.view("wall-2")).zoom()).isEqualTo(8);
        assertThat(((View2d) parts.view("other")).zoom()).isEqualTo(1);
        send("/camera/none*/zoom", 8f);
        assertThat(counters.get(Count.UNKNOWN)).isEqualTo(1);
        assertThat(parts.cameras).hasSize(3);
    }

    @Test
    void controlIsTakenAndGivenBackByButtons() {
        send("/camera/a/view", 0f, 0f, 1f);
        send("/camera/a/take", 1f);
        send("/camera/a/take", 0f);
        send("/camera/a/release");
        assertThat(parts.calls).containsExactly("take a osc", "release a osc");
    }

    @Test
    void aHolderIsNotOverruled() {
        parts.outcome = new Outcome.Refused(Outcome.Reason.HELD, "held by wall");
        send("/camera/a/view", 0f, 0f, 1f);
        assertThat(counters.get(Count.REFUSED)).isEqualTo(1);
    }

    @Test
    void modelsAreShownAndChosen() {
        model("chair");
        model("lamp");
        send("/scene/lamp/visible", false);
        assertThat(parts.scene.models().get(1).visible()).isFalse();
        send("/scene/*/visible", 0);
        assertThat(parts.scene.models()).noneMatch(Model::visible);
        send("/scene/lamp/visible", 1f);
        send("/scene/select", "lamp");
        send("/scene/chair/selected", true);
        assertThat(parts.scene.selected()).containsExactly("lamp", "chair");
        send("/scene/lamp/selected", 0f);
        assertThat(parts.scene.selected()).containsExactly("chair");
        send("/scene/select");
        assertThat(parts.scene.selected()).isEmpty();
        send("/scene/none/visible", 1);
        assertThat(counters.get(Count.UNKNOWN)).isEqualTo(1);
    }

    @Test
    void wallsShowPictures() {
        send("/wall/lobby/picture", "calibration");
        send("/wall/lobby/picture", "none");
        send("/wall/attic/picture", "identify");
        send("/wall/lobby/picture", "moon");
        assertThat(parts.calls).containsExactly("show lobby calibration", "show lobby none", "show attic identify");
        assertThat(counters.get(Count.ARGUMENTS)).isEqualTo(1);
        assertThat(counters.get(Count.UNKNOWN)).isEqualTo(1);
    }

    @Test
    void whatIsWrongIsCountedAndChangesNothing() {
        send("/camera/a/view", 1f);
        send("/camera/a/view", "x", 1f, 1f);
        send("/camera/a/view", 1f, 1f, -1f);
        send("/camera/a/view", Float.NaN, 1f, 1f);
        send("/camera/a/fov", 200f);
        send("/scene/select", 5);
        send("/camera/[a/view", 1f);
        assertThat(counters.get(Count.ARGUMENTS)).isEqualTo(7);
        send("/camera/a/fly", 1f);
        send("/camera/view", 1f);
        send("/camera/../view", 1f);
        send("/recording/a/play", 1f);
        dispatcher.handle(new OscMessage("/other", List.of()), OptionalLong.empty(), settings);
        assertThat(counters.get(Count.UNKNOWN)).isEqualTo(5);
        assertThat(parts.updates).isEmpty();
        parts.away = true;
        send("/camera/a/view", 1f, 1f, 1f);
        assertThat(counters.get(Count.UNCONNECTED)).isEqualTo(1);
    }

    @Test
    void patternsThatComeTooFastAreLeftOut() {
        for (int i = 0; i < 5_000; i++) {
            send("/camera/*/zoom", 1f);
        }
        assertThat(counters.get(Count.LIMITED)).isPositive();
    }

    @Test
    void allIsToldAgainOnRequest() {
        send("/refresh");
        assertThat(refreshes).isEqualTo(1);
    }

    @Test
    void aHandIsPutOnWhatPlays() {
        send("/replay/tour/pause");
        send("/replay/tour/play", 1);
        send("/replay/tour/play", 0);
        send("/replay/tour/seek", 12.5f);
        send("/replay/tour/step");
        send("/replay/t*/step", -1);
        send("/replay/tour/loop", 10, 20.5);
        send("/replay/tour/loop", false);
        send("/replay/tour/speed", 0.5);
        send("/replay/tour/cue", 3);
        assertThat(parts.calls)
                .containsExactly(
                        "send Pause[]",
                        "send Play[]",
                        "send Seek[position=12500000]",
                        "send Step[entries=1, camera=Optional.empty]",
                        "send Step[entries=-1, camera=Optional.empty]",
                        "send LoopBetween[from=10000000, to=20500000]",
                        "send Loop[on=false]",
                        "send Speed[factor=0.5]",
                        "send Pause[]",
                        "send Seek[position=3000000]");
        assertThat(counters.get(Count.DONE)).isEqualTo(10);
        send("/replay/other/play");
        assertThat(counters.get(Count.UNKNOWN)).isEqualTo(1);
        send("/replay/tour/seek", -1);
        send("/replay/tour/seek", Double.NaN);
        send("/replay/tour/seek", "soon");
        send("/replay/tour/seek");
        send("/replay/tour/speed", 1000);
        int calls = parts.calls.size();
        send("/replay/tour/cue", -1);
        assertThat(counters.get(Count.ARGUMENTS)).isEqualTo(6);
        assertThat(parts.calls).as("nothing is paused by what is wrong").hasSize(calls);
    }
}
