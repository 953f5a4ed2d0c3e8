package org.geometryos.compositor.foxglove;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.Projection;
import org.geometryos.compositor.api.camera.View3d;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.scene.Model;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.api.value.Quaternion;
import org.geometryos.compositor.api.value.Vector3;
import org.geometryos.compositor.testkit.Changes;
import org.geometryos.compositor.testkit.FakeJournal;
import org.geometryos.compositor.testkit.FakeLink;
import org.junit.jupiter.api.Test;

/** What viewers get, with a journal, sockets and a clock of the test. */
class StreamTest {
    private static final String TOUR = "/camera/tour/viewport";
    private static final String STAGE = "/camera/stage/transform";
    private static final String LENS = "/camera/stage/calibration";
    private static final String FRAMES = "/tf_static";
    private static final String SCENE = "/scene";

    private final Around around = new Around();
    private long received = 1_700_000_000_000_000L;

    private void tour(double x) {
        around.journal.append(new Change.CameraChanged(Changes.state("tour", x, received += 1_000, null)));
    }

    private void stage(double x, double yfov) {
        View3d view = new View3d(
                new Vector3(x, 0, 0),
                Quaternion.IDENTITY,
                new Projection.Perspective(yfov, 0.1, OptionalDouble.empty(), OptionalDouble.empty()));
        around.journal.append(new Change.CameraChanged(new CameraState(
                "stage",
                view,
                received += 1_000,
                received,
                OptionalLong.empty(),
                Optional.empty(),
                "test",
                Optional.empty(),
                false)));
    }

    private void scene(Model... models) {
        Scene scene = new Scene(1, List.of(models), List.of());
        around.journal.append(
                new Change.SceneChanged(List.of(), Optional.empty(), Optional.empty(), scene, received += 1_000));
    }

    private static Model model(String id, double x, boolean visible) {
        return new Model(
                id,
                "models/" + id + ".glb",
                new Vector3(x, 0, 0),
                Quaternion.IDENTITY,
                new Vector3(1, 2, 3),
                visible,
                Optional.of("A \"gear\""),
                Optional.empty());
    }

    private static List<Object> topics(FakeLink link) {
        return Around.ops(link).stream()
                .filter(op -> op.get("op").equals("advertise"))
                .flatMap(op -> ((List<?>) op.get("channels")).stream())
                .<Object>map(channel -> ((Map<?, ?>) channel).get("topic"))
                .toList();
    }

    private static double x(Map<String, Object> viewport) {
        return ((Number) ((Map<?, ?>) viewport.get("center")).get("x")).doubleValue();
    }

    @Test
    void aViewerIsToldOfTheTopicsAndOfThoseThatComeAndGo() {
        tour(1);
        FakeLink viewer = around.viewer();
        assertThat(topics(viewer)).containsExactlyInAnyOrder(TOUR, FRAMES, SCENE, "/displays");
        long channel = Around.channel(viewer, TOUR);

        viewer.clear();
        stage(1, 1);
        around.turn();
        assertThat(topics(viewer)).containsExactlyInAnyOrder(STAGE, LENS);

        viewer.clear();
        around.journal.append(Changes.removed("tour"));
        around.turn();
        assertThat(Around.ops(viewer)).containsExactly(Map.of("op", "unadvertise", "channelIds", List.of(channel)));
    }

    @Test
    void theNewestStateComesAtOnceAndEachChangeBehindIt() throws Exception {
        tour(1);
        tour(2);
        FakeLink viewer = around.viewer();
        around.subscribe(viewer, 7, TOUR);
        around.turn();
        assertThat(Around.data(viewer, 7)).extracting(StreamTest::x).containsExactly(2.0);
        tour(3);
        around.turn();
        assertThat(Around.data(viewer, 7)).extracting(StreamTest::x).containsExactly(2.0, 3.0);
        assertThat(viewer.delivered()).isEqualTo(2);
        assertThat(viewer.due()).isEqualTo(2);

        around.say(viewer, "{\"op\":\"unsubscribe\",\"subscriptionIds\":[7]}");
        tour(4);
        around.turn();
        assertThat(Around.data(viewer, 7)).hasSize(2);
    }

    @Test
    void aViewerThatDoesNotReadGetsTheNewestStateLaterAndItsAccountSaysSo() throws Exception {
        tour(1);
        FakeLink slow = around.viewer();
        FakeLink quick = around.viewer();
        around.subscribe(slow, 1, TOUR);
        around.subscribe(quick, 1, TOUR);
        around.turn();
        slow.busy(true);
        for (int i = 2; i <= 50; i++) {
            tour(i);
            around.turn();
        }
        assertThat(Around.data(quick, 1)).hasSize(50);
        assertThat(Around.data(slow, 1)).hasSize(1);
        slow.busy(false);
        around.turn();
        assertThat(Around.data(slow, 1)).extracting(StreamTest::x).containsExactly(1.0, 50.0);
        assertThat(slow.due()).isEqualTo(50);
        assertThat(slow.delivered()).isEqualTo(2);
    }

    @Test
    void theRateBoundsEachTopicAndTheNewestStateStillComes() throws Exception {
        around.settings = new Settings(TimeUnit.MILLISECONDS.toNanos(100), Optional.empty());
        tour(1);
        FakeLink viewer = around.viewer();
        around.subscribe(viewer, 1, TOUR);
        for (int i = 2; i <= 101; i++) {
            tour(i);
            around.clock.passMillis(10);
            around.stream.turn();
        }
        around.clock.passMillis(200);
        around.stream.turn();
        assertThat(Around.data(viewer, 1))
                .hasSizeBetween(8, 13)
                .last()
                .satisfies(last -> assertThat(x(last)).isEqualTo(101));
    }

    @Test
    void aLensIsSentWhenItChanges() throws Exception {
        stage(1, 1);
        FakeLink viewer = around.viewer();
        around.subscribe(viewer, 1, STAGE);
        around.subscribe(viewer, 2, LENS);
        around.turn();
        stage(2, 1);
        around.turn();
        stage(3, 0.5);
        around.turn();
        assertThat(Around.data(viewer, 1)).hasSize(3);
        assertThat(Around.data(viewer, 2)).hasSize(2);
    }

    @Test
    void aSceneComesWholeAndThenByItsChanges() throws Exception {
        scene(model("a", 1, true), model("b", 1, true), model("hidden", 1, false));
        FakeLink viewer = around.viewer();
        around.subscribe(viewer, 1, SCENE);
        around.turn();
        scene(model("a", 2, true), model("b", 1, false), model("hidden", 1, false));
        around.turn();

        List<Map<String, Object>> updates = Around.data(viewer, 1);
        assertThat(updates).hasSize(2);
        assertThat(ids(updates.get(0), "entities")).containsExactly("a", "b");
        assertThat(((Map<?, ?>) ((List<?>) updates.get(0).get("deletions")).get(0)).get("type"))
                .isEqualTo(1L);
        assertThat(ids(updates.get(1), "entities")).containsExactly("a");
        assertThat(ids(updates.get(1), "deletions")).containsExactly("b");
        Map<?, ?> entity = (Map<?, ?>) ((List<?>) updates.get(1).get("entities")).get(0);
        Map<?, ?> shape = (Map<?, ?>) ((List<?>) entity.get("models")).get(0);
        assertThat(shape.get("url")).isEqualTo("http://wall:8080/models/a.glb");
    }

    @Test
    void aViewerWhoseReadsLagGetsOneChangeOfTheSceneForMany() throws Exception {
        scene(model("a", 1, true));
        FakeLink viewer = around.viewer();
        around.subscribe(viewer, 1, SCENE);
        around.turn();
        viewer.busy(true);
        scene(model("a", 2, true), model("b", 1, true));
        around.turn();
        scene(model("b", 1, true));
        around.turn();
        viewer.busy(false);
        around.turn();
        assertThat(Around.data(viewer, 1)).hasSize(2).last().satisfies(last -> {
            assertThat(ids(last, "entities")).containsExactly("b");
            assertThat(ids(last, "deletions")).containsExactly("a");
        });
    }

    private static List<Object> ids(Map<String, Object> update, String list) {
        return ((List<?>) update.get(list))
                .stream().<Object>map(each -> ((Map<?, ?>) each).get("id")).toList();
    }

    @Test
    void anotherVersionOfTheBundleGoesOnWithTheSameChannels() throws Exception {
        tour(1);
        stage(1, 1);
        scene(model("a", 1, true));
        FakeLink viewer = around.viewer();
        around.subscribe(viewer, 1, TOUR);
        around.subscribe(viewer, 2, SCENE);
        around.turn();
        Map<String, Long> channels = ViewerMemory.of(viewer).told();
        viewer.clear();

        around.swap();
        tour(2);
        around.turn();
        assertThat(Around.ops(viewer)).as("nothing is told anew").isEmpty();
        assertThat(Around.data(viewer, 1))
                .last()
                .satisfies(last -> assertThat(x(last)).isEqualTo(2));
        assertThat(Around.data(viewer, 2))
                .as("a scene that may have changed comes whole")
                .hasSize(1);
        assertThat(ViewerMemory.of(viewer).told()).isEqualTo(channels);

        FakeLink other = around.viewer();
        assertThat(ViewerMemory.of(other).told()).isEqualTo(channels);
    }

    @Test
    void twoInstancesSideBySideSendNothingTwice() throws Exception {
        tour(1);
        FakeLink viewer = around.viewer();
        around.subscribe(viewer, 1, TOUR);
        around.turn();
        Stream old = around.stream;
        around.swap();
        around.turn();
        viewer.clear();
        tour(2);
        around.clock.passMillis(10);
        old.turn();
        around.turn();
        assertThat(Around.data(viewer, 1)).hasSize(1);

        // the newer one goes: the older one, which is still there, takes the viewer up again
        around.stream = old;
        old.changed(viewer);
        around.turn();
        viewer.clear();
        tour(3);
        around.turn();
        assertThat(Around.data(viewer, 1)).hasSize(1);
    }

    @Test
    void aViewerThatIsTakenOverNeverGoesBack() throws Exception {
        tour(1);
        FakeLink first = around.viewer();
        FakeLink second = around.viewer();
        around.subscribe(first, 1, TOUR);
        around.subscribe(second, 1, TOUR);
        around.turn();
        Stream old = around.stream;
        tour(2);
        around.swap();
        // the new one has read the journal when the old one sends once more
        around.whenAskedForTheTime = () -> {
            tour(3);
            around.clock.passMillis(10);
            old.turn();
        };
        around.turn();
        for (FakeLink viewer : List.of(first, second)) {
            assertThat(Around.data(viewer, 1))
                    .extracting(StreamTest::x)
                    .contains(3.0)
                    .isSorted();
        }
    }

    @Test
    void anotherJournalIsFollowedFromItsState() throws Exception {
        tour(1);
        stage(1, 1);
        FakeLink viewer = around.viewer();
        around.subscribe(viewer, 1, TOUR);
        around.turn();
        around.journal = new FakeJournal("second");
        tour(5);
        around.turn();
        assertThat(Around.data(viewer, 1))
                .last()
                .satisfies(last -> assertThat(x(last)).isEqualTo(5));
        assertThat(ViewerMemory.of(viewer).told()).doesNotContainKey(STAGE).containsKey(TOUR);
    }

    @Test
    void aSessionIsOpenedAsSoonAsThereIsAConnectionManager() throws Exception {
        around.connected = false;
        tour(1);
        FakeLink viewer = around.viewer();
        assertThat(viewer.arrivals()).isEmpty();
        around.connected = true;
        around.clock.passMillis(100);
        around.turn();
        assertThat(topics(viewer)).contains(TOUR);
    }

    @Test
    void manyTopicsAreToldInPieces() {
        for (int i = 0; i < 500; i++) {
            around.journal.append(new Change.CameraChanged(Changes.state("many/" + i, i, received += 1_000, null)));
        }
        FakeLink viewer = around.viewer();
        assertThat(topics(viewer)).hasSize(503).doesNotHaveDuplicates();
        assertThat(viewer.arrivals())
                .allSatisfy(arrival -> assertThat(arrival.payload().length).isLessThan(150_000));
    }

    @Test
    void camerasThatComeAndGoInAHurryAreToldTogether() {
        FakeLink viewer = around.viewer();
        viewer.clear();
        for (int i = 0; i < 100; i++) {
            tour(i);
            around.clock.passMillis(1);
            around.stream.turn();
            around.journal.append(Changes.removed("tour"));
            around.clock.passMillis(1);
            around.stream.turn();
        }
        tour(1);
        around.turn();
        assertThat(Around.ops(viewer)).hasSizeLessThan(20);
        assertThat(ViewerMemory.of(viewer).told()).containsKey(TOUR);
    }

    @Test
    void nobodyAndNothingIsFollowed() {
        FakeLink viewer = around.viewer();
        viewer.end();
        assertThat(around.stream.turn()).isEqualTo(Long.MAX_VALUE);
        assertThat(around.stream.size()).isZero();
    }
}
