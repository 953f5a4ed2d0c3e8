package org.geometryos.compositor.broadcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.geometryos.compositor.broadcast.Stage.every;
import static org.geometryos.compositor.broadcast.Stage.heartbeat;
import static org.geometryos.compositor.broadcast.Stage.latest;
import static org.geometryos.compositor.broadcast.Stage.presence;
import static org.geometryos.compositor.broadcast.Stage.rate;
import static org.geometryos.compositor.broadcast.Stage.seqs;
import static org.geometryos.compositor.broadcast.Stage.walls;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.ControlState;
import org.geometryos.compositor.api.camera.Lens;
import org.geometryos.compositor.api.camera.Projection;
import org.geometryos.compositor.api.camera.View;
import org.geometryos.compositor.api.camera.View3d;
import org.geometryos.compositor.api.connection.LinkMemory;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.scene.Model;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.api.value.Quaternion;
import org.geometryos.compositor.api.value.Size;
import org.geometryos.compositor.api.value.TimeOfDay;
import org.geometryos.compositor.api.value.Vector3;
import org.geometryos.compositor.protocol.ClientMessage;
import org.geometryos.compositor.protocol.Codec;
import org.geometryos.compositor.protocol.RequestId;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.protocol.codec.Codecs;
import org.geometryos.compositor.testkit.FakeJournal;
import org.geometryos.compositor.testkit.FakeLink;
import org.junit.jupiter.api.Test;

/** A shard turned by hand, with a clock that moves when told. */
class ShardTest {
    private final Stage stage = new Stage();

    // ---- subscribing

    @Test
    void subscribingGivesAckThenSnapshotThenTheRest() {
        stage.move("a");
        stage.hold("a", "wall");
        FakeLink link = stage.link("s");
        stage.subscribe(link, latest("a", "b"), 7);
        stage.settle();
        stage.move("a");
        stage.settle();

        List<ServerMessage> got = link.messages();
        assertThat(got).hasSize(3);
        assertThat(got.get(0)).isEqualTo(new ServerMessage.Ack(new RequestId.Number(7), OptionalLong.empty()));
        ServerMessage.Snapshot snapshot = (ServerMessage.Snapshot) got.get(1);
        assertThat(snapshot.all()).isTrue();
        assertThat(snapshot.epoch()).isEqualTo("first");
        assertThat(snapshot.seq()).isEqualTo(2);
        assertThat(snapshot.cameras()).extracting(c -> c.seq().getAsLong()).containsExactly(1L);
        assertThat(snapshot.control()).extracting(ServerMessage.Control::seq).containsExactly(2L);
        assertThat(((ServerMessage.Camera) got.get(2)).seq()).hasValue(3);
        assertThat(link.resumes()).isEqualTo(1);
        assertThat(link.attributes()).doesNotContainKey("subscription.pending");
        assertThat(Subscription.fromMap(link.attributes().get("subscription"))).isEqualTo(latest("a", "b"));
    }

    @Test
    void aClientOfAnotherProtocolIsLeftToWhoeverSpeaksIt() {
        FakeLink link = stage.link("s");
        link.attributes().put("dialect", true);
        long owner = link.acquire();
        stage.subscribe(link, latest("a"), 7);
        stage.move("a");
        stage.settle();
        assertThat(link.messages()).isEmpty();
        assertThat(link.acquire()).as("nobody else took the stream").isEqualTo(owner + 1);
    }

    @Test
    void anIdThatIsTextComesBackAsText() {
        FakeLink link = stage.link("s");
        stage.subscribe(link, latest(), "first");
        stage.settle();
        assertThat(link.messages().get(0))
                .isEqualTo(new ServerMessage.Ack(new RequestId.Text("first"), OptionalLong.empty()));
    }

    @Test
    void withoutAnIdThereIsNoAckButASnapshotEvenAnEmptyOne() {
        FakeLink link = stage.link("s");
        stage.subscribe(link, latest(), null);
        stage.settle();
        assertThat(link.messages()).singleElement().isInstanceOfSatisfying(ServerMessage.Snapshot.class, s -> {
            assertThat(s.cameras()).isEmpty();
            assertThat(s.seq()).isZero();
        });
    }

    @Test
    void subscribingMoreGivesASnapshotOfWhatIsNew() {
        stage.move("a");
        stage.move("b");
        FakeLink link = stage.display(latest("a"));
        stage.subscribe(link, latest("a", "b"), 2);
        stage.settle();
        ServerMessage.Snapshot snapshot =
                link.messages(ServerMessage.Snapshot.class).get(0);
        assertThat(snapshot.all()).isFalse();
        assertThat(snapshot.cameras()).extracting(c -> c.state().camera()).containsExactly("b");
    }

    // ---- presence

    @Test
    void whoAskedForPresenceLearnsWhoIsThereAndWhoComesAndGoes() {
        stage.present("s-9", true, true);
        stage.present("s-8", true, true);
        stage.present("s-8", false, false);
        FakeLink link = stage.link("s-1");
        stage.subscribe(link, presence(true), 1);
        stage.settle();
        assertThat(link.messages(ServerMessage.Snapshot.class).get(0).displays().orElseThrow())
                .extracting(d -> d.presence().session())
                .containsExactly("s-9");
        stage.present("s-9", true, false);
        stage.present("s-7", true, true);
        stage.present("s-9", false, false);
        stage.move("a");
        stage.settle();
        assertThat(seqs(link)).containsExactly(4L, 5L, 6L);
        stage.pass(10_100);
        assertThat(heartbeat(link).delivered()).isEqualTo(3);
        assertThat(heartbeat(link).seq()).isEqualTo(7);
    }

    // ---- walls

    @Test
    void whoAskedForAWallGetsItAndEachChangeOfItInTheAccount() {
        stage.wall("main", "left", "right");
        stage.wall("side", "far");
        FakeLink link = stage.link("s-1");
        stage.subscribe(link, walls("main"), 1);
        stage.settle();
        assertThat(link.messages(ServerMessage.Snapshot.class).get(0).walls().orElseThrow())
                .extracting(w -> w.state().name())
                .containsExactly("main");
        link.clear();
        link.busy(true);
        stage.wall("main", "left");
        stage.wall("side");
        stage.wall("main", "right");
        stage.move("a");
        stage.wall("main");
        stage.settle();
        link.busy(false);
        stage.settle();
        assertThat(seqs(link)).containsExactly(3L, 5L, 7L);
        assertThat(link.messages(ServerMessage.Wall.class))
                .extracting(w -> w.state().members().get(0).display())
                .containsExactly("left", "right");
        assertThat(link.messages(ServerMessage.WallRemoved.class))
                .containsExactly(new ServerMessage.WallRemoved(7, "main"));
        stage.pass(10_100);
        assertThat(heartbeat(link).delivered()).isEqualTo(3);
        assertThat(heartbeat(link).superseded()).isZero();
        assertThat(heartbeat(link).seq()).isEqualTo(7);
    }

    @Test
    void aResumedMemberGetsWhatItMissedOfItsWall() {
        stage.wall("main", "left");
        long seen = stage.wall("main", "right");
        stage.wall("main", "left", "right");
        FakeLink link = stage.resumed("s-1", walls("main"), seen);
        stage.settle();
        assertThat(seqs(link)).containsExactly(3L);
    }

    @Test
    void aNewEpochBringsTheWallsOfIt() {
        stage.wall("main", "left");
        FakeLink link = stage.display(walls());
        stage.journal = new FakeJournal("second");
        stage.settle();
        stage.wall("other", "left");
        stage.settle();
        assertThat(link.messages(ServerMessage.Snapshot.class))
                .singleElement()
                .satisfies(s -> assertThat(s.walls()).contains(List.of()));
        assertThat(link.messages(ServerMessage.Wall.class))
                .extracting(w -> w.state().name())
                .containsExactly("other");
    }

    @Test
    void whoAsksInTheSameMomentAsItCameFindsItselfInTheSnapshot() {
        FakeLink early = stage.display(latest("a"));
        FakeLink link = stage.link("s-1");
        stage.settle();
        stage.present("s-1", true, true);
        stage.move("a");
        stage.subscribe(link, presence(true), 1);
        stage.settle();
        ServerMessage.Snapshot snapshot =
                link.messages(ServerMessage.Snapshot.class).get(0);
        assertThat(snapshot.seq()).isEqualTo(2);
        assertThat(snapshot.displays().orElseThrow())
                .extracting(d -> d.presence().session())
                .containsExactly("s-1");
        assertThat(seqs(link)).isEmpty();
        assertThat(seqs(early)).containsExactly(2L);
    }

    @Test
    void whoDidNotAskLearnsNothing() {
        stage.present("s-9", true, true);
        FakeLink link = stage.link("s-1");
        stage.subscribe(link, latest(), 1);
        stage.settle();
        stage.present("s-7", true, true);
        stage.settle();
        assertThat(link.messages(ServerMessage.Snapshot.class).get(0).displays())
                .isEmpty();
        assertThat(link.messages(ServerMessage.Display.class)).isEmpty();
    }

    @Test
    void withoutEchoADisplayDoesNotHearOfItself() {
        FakeLink link = stage.display(presence(false));
        stage.present("s-1", true, false);
        stage.present("s-2", true, true);
        stage.settle();
        assertThat(link.messages(ServerMessage.Display.class))
                .extracting(d -> d.presence().session())
                .containsExactly("s-2");
    }

    @Test
    void aSnapshotOfVeryManyDisplaysStaysBelowItsLimit() {
        for (int i = 0; i < 10_000; i++) {
            stage.present("s-" + (100_000 + i), true, true);
        }
        stage.settle();
        FakeLink link = stage.link("s-1");
        stage.subscribe(link, presence(true), 1);
        stage.settle();
        ServerMessage.Snapshot snapshot =
                link.messages(ServerMessage.Snapshot.class).get(0);
        assertThat(snapshot.displays().orElseThrow()).hasSizeBetween(5_000, 9_999);
        assertThat(Codecs.json().encode(snapshot).length).isBetween(900_000, 1 << 20);
    }

    // ---- the scene

    @Test
    void eachGetsThePartOfATransactionThatItSubscribedTo() {
        FakeLink both = stage.display(Stage.scene(latest()));
        FakeLink sceneAlone = stage.display(Stage.scene(presence(true)));
        FakeLink cameraAlone = stage.display(latest("a"));
        FakeLink neither = stage.display(every("b"));
        stage.transact("gear", "a", null);
        stage.settle();
        assertThat(both.messages(ServerMessage.Scene.class))
                .singleElement()
                .satisfies(m -> assertThat(m.camera()).isPresent());
        assertThat(sceneAlone.messages(ServerMessage.Scene.class))
                .singleElement()
                .satisfies(m -> assertThat(m.camera()).isEmpty());
        assertThat(cameraAlone.messages(ServerMessage.Camera.class))
                .singleElement()
                .satisfies(m -> assertThat(m.seq()).hasValue(1));
        assertThat(both.messages(ServerMessage.Camera.class)).isEmpty();
        assertThat(seqs(neither)).isEmpty();
    }

    @Test
    void aBusyDisplayGetsEachTransactionAndOfAViewTheNewest() {
        FakeLink both = stage.display(Stage.scene(latest()));
        FakeLink cameraAlone = stage.display(latest("a"));
        both.busy(true);
        cameraAlone.busy(true);
        stage.transact("gear", "a", null);
        stage.transact("lamp", null, null);
        stage.transact("gear", "a", null);
        stage.move("a");
        stage.settle();
        both.busy(false);
        cameraAlone.busy(false);
        stage.settle();
        assertThat(seqs(both)).containsExactly(1L, 2L, 3L, 4L);
        assertThat(seqs(cameraAlone)).containsExactly(4L);
        stage.pass(10_000);
        assertThat(heartbeat(both).delivered()).isEqualTo(4);
        assertThat(heartbeat(cameraAlone).superseded()).isEqualTo(2);
    }

    @Test
    void withoutEchoADisplayDoesNotHearOfItsOwnTransactions() {
        FakeLink link = stage.display(Stage.scene(latest().withoutEcho()));
        stage.transact("gear", "a", "s-1");
        stage.transact("lamp", "a", "s-2");
        stage.settle();
        assertThat(seqs(link)).containsExactly(2L);
    }

    @Test
    void theSceneOfASnapshotIsWhatStandsAtItsNumberAndAnEmptyOneIsTold() {
        FakeLink early = stage.link("s-1");
        stage.subscribe(early, Stage.scene(latest()), 1);
        stage.settle();
        assertThat(early.messages(ServerMessage.Snapshot.class).get(0).scene())
                .contains(new ServerMessage.SceneState(0, List.of(), List.of()));
        stage.transact("lamp", null, null);
        stage.transact("gear", null, null);
        FakeLink late = stage.display(latest());
        stage.subscribe(late, Stage.scene(latest()), 2);
        stage.settle();
        ServerMessage.Snapshot added =
                late.messages(ServerMessage.Snapshot.class).get(0);
        assertThat(added.all()).isFalse();
        assertThat(added.scene().orElseThrow().revision()).isEqualTo(2);
        assertThat(added.scene().orElseThrow().models()).extracting(Model::id).containsExactly("gear", "lamp");
    }

    /**
     * 400 cameras whose messages cannot be longer, all of them held, and a scene that takes what it may, 192 KiB: no
     * model can take more.
     */
    @Test
    void theFullestSnapshotStaysBelow1MiB() {
        double n = -1.2345678901234567e-300;
        String driver = "d".repeat(64);
        View view = new View3d(
                new Vector3(n, n, n),
                new Quaternion(0.5000000000000001, -0.5000000000000001, 0.5000000000000001, -0.4999999999999999),
                new Projection.Frustum(n, -n, n, -n, -n, 1.2345678901234567e300),
                OptionalDouble.of(-n),
                Optional.of(new Lens(
                        OptionalDouble.of(-n),
                        Optional.of(new Size(-n, -n)),
                        Optional.of(Collections.nCopies(32, n)))));
        for (int i = 0; i < 400; i++) {
            String camera = "c".repeat(61) + (100 + i);
            stage.journal.append(new Change.CameraChanged(new CameraState(
                    camera,
                    view,
                    CameraUpdate.MAX_INTEGER,
                    CameraUpdate.MAX_INTEGER,
                    OptionalLong.of(CameraUpdate.MAX_INTEGER),
                    Optional.of("\u0001".repeat(32)),
                    driver,
                    Optional.of("s".repeat(32)),
                    true)));
            stage.journal.append(new Change.ControlChanged(
                    new ControlState(camera, Optional.of(driver), Optional.of("s".repeat(32)), 0)));
        }
        List<Model> models = IntStream.range(0, 319)
                .mapToObj(i -> new Model(
                        "m" + (100 + i),
                        "u".repeat(256),
                        new Vector3(n, n, n),
                        new Quaternion(
                                0.5000000000000001, -0.5000000000000001, 0.5000000000000001, -0.4999999999999999),
                        new Vector3(n, n, n),
                        false,
                        Optional.of(""),
                        Optional.of("")))
                .toList();
        stage.journal.append(new Change.SceneChanged(
                List.of(),
                Optional.empty(),
                Optional.empty(),
                new Scene(
                        CameraUpdate.MAX_INTEGER,
                        models,
                        models.stream().map(Model::id).toList()),
                1));
        stage.settle();
        FakeLink link = stage.link("s-1");
        stage.subscribe(link, Stage.scene(latest()), 1);
        stage.settle();
        ServerMessage.Snapshot snapshot =
                link.messages(ServerMessage.Snapshot.class).get(0);
        assertThat(snapshot.cameras()).hasSize(400);
        assertThat(snapshot.control()).hasSize(400);
        assertThat(Codecs.json().encode(snapshot).length).isBetween(900_000, (1 << 20) - 1);
        assertThat(Codecs.cbor().encode(snapshot).length).isLessThan(1 << 20);
    }

    // ---- unsubscribing

    @Test
    void unsubscribingLeavesNothingButHeartbeats() {
        FakeLink link = stage.display(latest());
        stage.unsubscribe(link);
        stage.settle();
        stage.move("a");
        stage.pass(20_200);
        assertThat(link.messages()).hasSize(2).allMatch(ServerMessage.Heartbeat.class::isInstance);
        assertThat(heartbeat(link).seq()).isEqualTo(1);
        assertThat(heartbeat(link).delivered() + heartbeat(link).superseded()).isZero();
    }

    @Test
    void subscribingAgainAndAgainIsTakenUpNowAndThen() {
        FakeLink link = stage.display(latest());
        int answered = 0;
        for (int i = 0; i < 2_000; i++) {
            // the next one comes when the one before it was answered
            if (link.attributes().get("subscription.pending") == null) {
                stage.subscribe(link, i % 2 == 0 ? every() : latest(), i);
                answered++;
            }
            stage.pass(1);
        }
        assertThat(answered).as("a second's worth at once, then one in 10 ms").isBetween(150, 320);
        stage.pass(100);
        assertThat(link.messages(ServerMessage.Snapshot.class)).hasSize(answered);
        assertThat(link.messages(ServerMessage.Ack.class)).hasSize(answered);
    }

    @Test
    void whatIsSubscribedToGoesOnWhileAChangeWaits() {
        FakeLink link = stage.display(every());
        for (int i = 0; i < 200; i++) {
            stage.subscribe(link, every(), i);
            stage.settle();
        }
        assertThat(link.attributes()).as("it waits").containsKey("subscription.pending");
        link.clear();
        stage.move("a");
        stage.settle();
        assertThat(link.messages(ServerMessage.Camera.class)).hasSize(1);
        stage.pass(1_000);
        assertThat(link.attributes()).doesNotContainKey("subscription.pending");
    }

    @Test
    void whoHasAskedTogetherGetsOneSnapshotHoweverMuchMovesMeanwhile() {
        stage.move("a");
        stage.settle();
        List<FakeLink> links =
                IntStream.range(0, 50).mapToObj(i -> stage.link("s-" + i)).toList();
        Set<byte[]> snapshots = Collections.newSetFromMap(new IdentityHashMap<>());
        for (FakeLink link : links) {
            link.afterSend(() -> {
                if (link.arrivals().size() == 1) {
                    snapshots.add(link.arrivals().get(0).payload());
                    stage.move("a");
                }
            });
            stage.subscribe(link, latest(), null);
        }
        stage.settle();
        assertThat(snapshots).hasSize(1);
        assertThat(links).allSatisfy(link -> {
            assertThat(link.messages(ServerMessage.Snapshot.class)).hasSize(1);
            assertThat(seqs(link)).last().isEqualTo(stage.journal.head());
        });
    }

    @Test
    void thoseWhoBeginGiveWayToWhatIsNewForTheOthers() {
        FakeLink display = stage.display(latest("a"));
        stage.move("b");
        List<FakeLink> links =
                IntStream.range(0, 100).mapToObj(i -> stage.link("s-" + i)).toList();
        for (int i = 0; i < links.size(); i++) {
            // each takes a while
            links.get(i).afterSend(() -> stage.clock.passMillis(3));
            stage.subscribe(links.get(i), latest("b", "camera-" + i), null);
        }
        stage.move("a");
        stage.shards.get(0).turn();
        assertThat(seqs(display)).hasSize(1);
        assertThat(links.stream().filter(link -> !link.messages().isEmpty())).hasSizeBetween(1, 5);
        stage.pass(2_000);
        assertThat(links)
                .allSatisfy(link ->
                        assertThat(link.messages(ServerMessage.Snapshot.class)).hasSize(1));
    }

    @Test
    void whoHasToWaitForRoomIsNotLookedAtAgainAndAgain() {
        stage.move("a");
        List<FakeLink> links =
                IntStream.range(0, 100).mapToObj(i -> stage.link("s-" + i)).toList();
        for (FakeLink link : links) {
            link.full(true);
            stage.subscribe(link, latest(), null);
        }
        stage.pass(2_000);
        assertThat(links.stream().mapToInt(FakeLink::asked).sum())
                .as("each once, then one in 100 ms")
                .isLessThan(150);
        links.forEach(link -> link.full(false));
        stage.pass(200);
        assertThat(links)
                .allSatisfy(link ->
                        assertThat(link.messages(ServerMessage.Snapshot.class)).hasSize(1));
    }

    @Test
    void aSnapshotIsEncodedOnceForAllThatAskForTheSame() {
        stage.move("a");
        stage.settle();
        List<FakeLink> links =
                IntStream.range(0, 5).mapToObj(i -> stage.link("s-" + i)).toList();
        for (FakeLink link : links) {
            stage.subscribe(link, latest(), null);
        }
        stage.settle();
        assertThat(links)
                .allSatisfy(link ->
                        assertThat(link.messages(ServerMessage.Snapshot.class)).hasSize(1));
        assertThat(links.stream()
                        .map(link ->
                                link.arrivals().get(link.arrivals().size() - 1).payload())
                        .distinct())
                .hasSize(1);
    }

    @Test
    void subscribingAgainAfterUnsubscribingReplacesEverything() {
        FakeLink link = stage.display(latest());
        stage.unsubscribe(link);
        stage.settle();
        stage.move("a");
        stage.settle();
        stage.subscribe(link, latest(), 3);
        stage.settle();
        ServerMessage.Snapshot snapshot =
                link.messages(ServerMessage.Snapshot.class).get(0);
        assertThat(snapshot.all()).isTrue();
        assertThat(snapshot.cameras()).hasSize(1);
    }

    @Test
    void aBusyDisplayIsAnsweredAsSoonAsItTakesMore() {
        FakeLink link = stage.display(latest());
        link.busy(true);
        stage.move("a");
        stage.subscribe(link, latest("a"), 2);
        stage.settle();
        assertThat(link.messages()).isEmpty();
        link.busy(false);
        stage.settle();
        assertThat(link.messages())
                .extracting(m -> m.getClass().getSimpleName())
                .containsExactly("Camera", "Ack", "Snapshot");
    }

    @Test
    void aDisplayThatIsBusyAfterEachSendStillGetsItsAnswer() {
        FakeLink link = stage.display(latest());
        link.afterSend(() -> link.busy(true));
        stage.move("a");
        stage.settle();
        stage.subscribe(link, latest("a"), 2);
        for (int i = 0; i < 5; i++) {
            stage.move("a");
            stage.settle();
            link.busy(false);
            stage.move("a");
            stage.settle();
        }
        assertThat(link.messages(ServerMessage.Ack.class)).hasSize(1);
    }

    @Test
    void aSubscriptionAskedForWhileTheJournalIsAwayBeginsWithTheNextOne() {
        FakeLink link = stage.link("s");
        stage.settle();
        stage.journal = null;
        stage.settle();
        stage.subscribe(link, latest(), 1);
        stage.settle();
        assertThat(link.messages()).isEmpty();
        stage.journal = new FakeJournal("second");
        stage.move("a");
        stage.pass(200);
        assertThat(link.messages())
                .extracting(m -> m.getClass().getSimpleName())
                .containsExactly("Ack", "Snapshot");
        assertThat(link.messages(ServerMessage.Snapshot.class).get(0).epoch()).isEqualTo("second");
        stage.move("a");
        stage.settle();
        assertThat(seqs(link)).containsExactly(2L);
    }

    @Test
    void aSubscriptionAskedForWhileTheCodecIsAwayBeginsWhenItIsBack() {
        FakeLink link = stage.link("s");
        stage.settle();
        CodecRef codec = stage.codecs.remove("compositor.v1.json");
        stage.subscribe(link, every("a"), 1);
        stage.move("a");
        stage.pass(200);
        stage.codecs.put("compositor.v1.json", codec);
        stage.pass(200);
        assertThat(link.messages())
                .extracting(m -> m.getClass().getSimpleName())
                .containsExactly("Ack", "Snapshot");
    }

    @Test
    void anotherSubscriptionAskedForWhileTheCodecIsAwayBeginsWhenItIsBackAlthoughNothingMoves() {
        FakeLink link = stage.display(latest("a"));
        CodecRef codec = stage.codecs.remove("compositor.v1.json");
        stage.subscribe(link, latest("b"), 2);
        stage.pass(200);
        assertThat(link.messages()).isEmpty();
        stage.codecs.put("compositor.v1.json", codec);
        stage.pass(200);
        assertThat(link.messages())
                .extracting(m -> m.getClass().getSimpleName())
                .containsExactly("Ack", "Snapshot");
    }

    // ---- latest

    @Test
    void slowDisplayGetsTheNewestView() {
        FakeLink link = stage.display(latest());
        link.busy(true);
        for (int i = 0; i < 500; i++) {
            stage.move("a");
            stage.move("b");
            stage.settle();
        }
        assertThat(link.messages()).isEmpty();
        link.busy(false);
        stage.settle();
        assertThat(seqs(link)).containsExactly(999L, 1000L);
        stage.pass(10_000);
        assertThat(heartbeat(link).delivered()).isEqualTo(2);
        assertThat(heartbeat(link).superseded()).isEqualTo(998);
        assertThat(heartbeat(link).refused()).isZero();
        assertThat(heartbeat(link).seq()).isEqualTo(1000);
    }

    @Test
    void slowDisplayGetsEveryOrderedEntryInOrder() {
        FakeLink link = stage.display(latest());
        link.busy(true);
        stage.hold("a", "x");
        stage.move("a");
        stage.hold("a", null);
        stage.move("b");
        stage.move("a");
        stage.remove("b");
        stage.settle();
        link.busy(false);
        stage.settle();
        assertThat(seqs(link)).containsExactly(1L, 3L, 5L, 6L);
    }

    @Test
    void oneSlowDisplayDoesNotHoldUpAnother() {
        FakeLink slow = stage.display(every());
        FakeLink fast = stage.display(every());
        slow.busy(true);
        for (int i = 0; i < 300; i++) {
            stage.move("a");
            stage.settle();
        }
        assertThat(seqs(fast)).hasSize(300);
        slow.busy(false);
        stage.settle();
        assertThat(seqs(slow)).isEqualTo(seqs(fast));
    }

    // ---- every

    @Test
    void everyUpdateComesInOrderHoweverOftenTheDisplayIsBusy() {
        FakeLink link = stage.display(every("a"));
        for (int i = 0; i < 400; i++) {
            link.busy(i % 7 < 4);
            stage.move("a");
            stage.move("b");
            if (i % 3 == 0) {
                stage.settle();
            }
        }
        link.busy(false);
        stage.settle();
        assertThat(seqs(link)).hasSize(400).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void whatIsGoneFromTheJournalIsAGapAndThenASnapshot() {
        stage.journal = new FakeJournal("first", 20, 20);
        FakeLink link = stage.display(every("a"));
        stage.move("a");
        stage.settle();
        link.busy(true);
        for (int i = 0; i < 50; i++) {
            stage.move("a");
            stage.settle();
        }
        link.busy(false);
        stage.settle();
        assertThat(link.messages().get(1)).isEqualTo(new ServerMessage.Gap(2, 51));
        assertThat(link.messages().get(2)).isInstanceOfSatisfying(ServerMessage.Snapshot.class, s -> {
            assertThat(s.all()).isTrue();
            assertThat(s.seq()).isEqualTo(51);
        });
        stage.pass(10_000);
        assertThat(heartbeat(link).refused()).isEqualTo(50);
        assertThat(heartbeat(link).delivered()).isEqualTo(1);
        assertThat(heartbeat(link).superseded()).isZero();
    }

    @Test
    void whatAnotherCameraLostIsNoGap() {
        stage.journal = new FakeJournal("first", 20, 20);
        FakeLink link = stage.display(every("quiet"));
        link.busy(true);
        stage.move("quiet");
        for (int i = 0; i < 15; i++) {
            stage.move("busy");
        }
        stage.settle();
        stage.move("quiet");
        for (int i = 0; i < 15; i++) {
            stage.move("busy");
        }
        stage.settle();
        stage.journal.append(Stage.view("quiet", null));
        link.busy(false);
        stage.settle();
        // number 1 is gone: this is a real loss
        assertThat(link.messages(ServerMessage.Gap.class)).hasSize(1);

        FakeLink other = stage.resumed("s-other", every("still"), 0);
        stage.settle();
        stage.move("still");
        stage.settle();
        assertThat(other.messages())
                .extracting(m -> m.getClass().getSimpleName())
                .containsExactly("Camera");
    }

    @Test
    void whatWasSupersededBeforeDoesNotBecomeRefusedByAGap() {
        stage.journal = new FakeJournal("first", 20, 20);
        FakeLink link = stage.display(latest("a"));
        link.busy(true);
        for (int i = 0; i < 10; i++) {
            stage.move("a");
        }
        stage.settle();
        link.busy(false);
        stage.settle();
        stage.subscribe(link, every("a"), 2);
        stage.settle();
        link.busy(true);
        for (int i = 0; i < 30; i++) {
            stage.move("a");
            stage.settle();
        }
        link.busy(false);
        stage.settle();
        stage.pass(10_000);
        assertThat(heartbeat(link).delivered()).isEqualTo(1);
        assertThat(heartbeat(link).superseded()).isEqualTo(9);
        assertThat(heartbeat(link).refused()).isEqualTo(30);
    }

    @Test
    void whatIsLostBeforeANewSubscriptionBeginsIsRefused() {
        stage.journal = new FakeJournal("first", 20, 20);
        FakeLink link = stage.display(every("a"));
        link.busy(true);
        for (int i = 0; i < 30; i++) {
            stage.move("a");
            stage.settle();
        }
        stage.pass(200);
        stage.subscribe(link, latest("a"), 2);
        stage.settle();
        link.busy(false);
        stage.settle();
        stage.pass(10_000);
        assertThat(link.messages(ServerMessage.Gap.class)).hasSize(1);
        assertThat(link.messages(ServerMessage.Ack.class)).hasSize(1);
        assertThat(heartbeat(link).refused()).isEqualTo(30);
    }

    @Test
    void whatGoesWhileItIsReadIsAGapToo() {
        stage.journal = new FakeJournal("first", 200, 20);
        FakeLink link = stage.display(every("a"));
        link.busy(true);
        for (int i = 0; i < 150; i++) {
            stage.move("a");
            stage.settle();
        }
        boolean[] once = new boolean[1];
        stage.journal.beforeRead(() -> {
            if (!once[0]) {
                once[0] = true;
                for (int i = 0; i < 120; i++) {
                    stage.move("a");
                }
            }
        });
        link.busy(false);
        stage.settle();
        List<Long> seqs = seqs(link);
        assertThat(link.messages(ServerMessage.Gap.class)).hasSize(1);
        assertThat(seqs).isSorted().doesNotHaveDuplicates();
        stage.pass(10_000);
        assertThat(heartbeat(link).seq()).isEqualTo(270);
        assertThat(heartbeat(link).delivered() + heartbeat(link).refused()).isEqualTo(270);
    }

    // ---- echo

    @Test
    void withoutEchoASessionDoesNotSeeWhatItCaused() {
        FakeLink quiet = stage.display(latest().withoutEcho());
        FakeLink loud = stage.display(latest());
        stage.move("a", "s-1");
        stage.settle();
        stage.move("a", "s-2");
        stage.settle();
        assertThat(seqs(quiet)).containsExactly(2L);
        assertThat(seqs(loud)).containsExactly(1L, 2L);
        stage.pass(10_000);
        assertThat(heartbeat(quiet).delivered()).isEqualTo(1);
        assertThat(heartbeat(quiet).superseded()).isZero();
    }

    @Test
    void withoutEchoNothingThatASessionCausedComesRoundAndTheAccountAddsUp() {
        FakeLink quiet = stage.display(latest().withoutEcho());
        FakeLink loud = stage.display(latest());
        Optional<String> own = Optional.of("s-1");
        Optional<String> other = Optional.of("s-2");
        List<Change> changes = List.of(
                new Change.ControlChanged(new ControlState("a", Optional.of("wall"), own, 0)),
                new Change.ControlChanged(new ControlState("a", Optional.of("desk"), other, 0)),
                new Change.ControlChanged(ControlState.free("a"), own),
                new Change.ControlChanged(ControlState.free("a"), other),
                new Change.ControlChanged(ControlState.free("a"), Optional.empty()),
                new Change.CameraRemoved("a", own),
                new Change.CameraRemoved("b", other),
                new Change.CameraRemoved("c"));
        changes.forEach(change -> {
            stage.journal.append(change);
            stage.settle();
        });
        assertThat(seqs(loud)).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
        assertThat(seqs(quiet)).containsExactly(2L, 4L, 5L, 7L, 8L);
        stage.pass(10_000);
        assertThat(heartbeat(quiet).delivered()).isEqualTo(5);
        assertThat(heartbeat(quiet).superseded()).isZero();
        assertThat(heartbeat(quiet).seq()).isEqualTo(8);
        assertThat(heartbeat(loud).delivered()).isEqualTo(8);
    }

    // ---- rate

    @Test
    void aRateHoldsViewsBackButNeverTheLast() {
        FakeLink link = stage.display(rate(10, "a"));
        for (int i = 0; i < 100; i++) {
            stage.move("a");
            stage.pass(10);
        }
        int got = link.messages(ServerMessage.Camera.class).size();
        assertThat(got).isBetween(10, 11);
        stage.pass(200);
        assertThat(seqs(link)).endsWith(100L);
    }

    @Test
    void aRateIsNeverExceededAfterAPause() {
        FakeLink link = stage.display(rate(1, "a"));
        stage.move("a");
        stage.pass(1_900);
        for (int i = 0; i < 100; i++) {
            stage.move("a");
            stage.pass(50);
        }
        List<Long> times = link.arrivals().stream()
                .filter(a -> a.message() instanceof ServerMessage.Camera)
                .map(FakeLink.Arrival::at)
                .toList();
        for (int i = 1; i < times.size(); i++) {
            assertThat(times.get(i) - times.get(i - 1)).isGreaterThanOrEqualTo(900_000_000L);
        }
        assertThat(times.size()).isBetween(5, 7);
    }

    @Test
    void whatIsOrderedGoesAheadOfViewsHeldBack() {
        FakeLink link = stage.display(rate(0.05, "a"));
        stage.move("a");
        stage.settle();
        stage.move("a");
        stage.hold("a", "x");
        stage.settle();
        stage.hold("a", null);
        stage.move("a");
        stage.settle();
        assertThat(seqs(link)).containsExactly(1L, 3L, 4L);
        stage.pass(10_000);
        assertThat(heartbeat(link).seq()).as("below the oldest held back").isLessThan(2);
        assertThat(heartbeat(link).delivered()).isEqualTo(1);
        stage.pass(20_100);
        assertThat(seqs(link)).containsExactly(1L, 3L, 4L, 5L);
        assertThat(heartbeat(link).seq()).isEqualTo(5);
        assertThat(heartbeat(link).delivered()).isEqualTo(4);
        assertThat(heartbeat(link).superseded()).isEqualTo(1);
    }

    @Test
    void whatWentAheadInOneEpochHidesNothingOfTheNext() {
        FakeLink link = stage.display(rate(1, "a"));
        stage.move("a");
        stage.settle();
        stage.move("a");
        stage.settle();
        for (int i = 0; i < 20; i++) {
            stage.hold("a", "x" + i);
            stage.settle();
        }
        stage.journal = new FakeJournal("second");
        stage.move("a");
        stage.settle();
        link.clear();
        stage.hold("a", "y");
        stage.pass(2_000);
        assertThat(seqs(link)).containsExactly(2L);
    }

    @Test
    void whatWentAheadCountsWhenJournalAndBroadcasterAreReplacedAtOnce() {
        FakeLink link = stage.display(rate(0.05, "a"));
        stage.move("a");
        stage.settle();
        stage.move("a");
        stage.settle();
        stage.hold("a", "x");
        stage.settle();
        int got = seqs(link).size();
        assertThat(got).isEqualTo(2);
        stage.end(stage.shards.get(0));
        stage.journal = new FakeJournal("second");
        stage.shard();
        stage.pass(11_000);
        assertThat(link.last(ServerMessage.Heartbeat.class).delivered()).isEqualTo(got);
    }

    @Test
    void aGapCountsWhatWentAheadOnce() {
        stage.journal = new FakeJournal("first", 100, 10);
        FakeLink link = stage.display(rate(0.1, "a"));
        stage.move("a");
        stage.settle();
        stage.move("a");
        stage.settle();
        stage.hold("a", "x");
        stage.hold("a", "y");
        stage.settle();
        link.busy(true);
        for (int i = 0; i < 20; i++) {
            stage.hold("a", "z" + i);
            stage.settle();
        }
        link.busy(false);
        stage.pass(20_000);
        assertThat(link.messages(ServerMessage.Gap.class)).hasSize(1);
        ServerMessage.Heartbeat beat = heartbeat(link);
        assertThat(beat.delivered()).isEqualTo(3);
        assertThat(beat.refused()).isEqualTo(21);
        assertThat(beat.superseded()).isZero();
    }

    // ---- resuming

    @Test
    void aResumedDisplayOfEveryUpdateGoesOnBehindItsLast() {
        for (int i = 0; i < 10; i++) {
            stage.move("a");
        }
        FakeLink link = stage.resumed("s", every(), 4);
        stage.settle();
        stage.move("a");
        stage.settle();
        assertThat(seqs(link)).containsExactly(5L, 6L, 7L, 8L, 9L, 10L, 11L);
        stage.pass(10_000);
        assertThat(heartbeat(link).delivered()).isEqualTo(7);
    }

    @Test
    void aResumedDisplayOfTheNewestStateGetsEachCameraAgainUncounted() {
        stage.move("still");
        stage.move("a");
        stage.move("a");
        stage.hold("a", "x");
        FakeLink link = stage.resumed("s", latest(), 2);
        stage.settle();
        stage.move("a");
        stage.settle();
        assertThat(seqs(link)).containsExactly(1L, 3L, 4L, 5L);
        stage.pass(10_000);
        assertThat(heartbeat(link).delivered())
                .as("the holder and the new view")
                .isEqualTo(2);
        assertThat(heartbeat(link).superseded()).isZero();
        assertThat(link.attributes()).doesNotContainKey("resumed");
    }

    @Test
    void aDisplayResumedFromLongAgoOnAQuietCameraIsServed() {
        stage.journal = new FakeJournal("first", 50, 50);
        stage.move("quiet");
        for (int i = 0; i < 200; i++) {
            stage.move("busy");
            stage.settle();
        }
        FakeLink link = stage.resumed("s", every("quiet"), 1);
        stage.settle();
        stage.move("quiet");
        stage.settle();
        assertThat(seqs(link)).containsExactly(202L);
        assertThat(link.messages(ServerMessage.Gap.class)).isEmpty();
    }

    // ---- journals

    @Test
    void aDisplayWithoutASubscriptionIsNotTakenBackWhileTheJournalIsAway() {
        FakeLink link = stage.link("s");
        stage.settle();
        long head = stage.move("a");
        stage.pass(11_000);
        assertThat(link.last(ServerMessage.Heartbeat.class).seq()).isEqualTo(head);
        link.clear();
        stage.journal = null;
        stage.pass(11_000);
        assertThat(link.last(ServerMessage.Heartbeat.class).seq()).isEqualTo(head);
        assertThat(link.cursor()).isEqualTo(head);
    }

    @Test
    void norIsOneThatWantsNothingOfWhatCame() {
        FakeLink link = stage.display(latest("quiet"));
        long head = stage.move("busy");
        stage.pass(11_000);
        assertThat(link.last(ServerMessage.Heartbeat.class).seq()).isEqualTo(head);
        link.clear();
        stage.journal = null;
        stage.pass(11_000);
        assertThat(link.last(ServerMessage.Heartbeat.class).seq()).isEqualTo(head);
        assertThat(link.cursor()).isEqualTo(head);
    }

    @Test
    void aNewEpochGivesEachDisplayASnapshotAndNoGap() {
        stage.move("a");
        FakeLink link = stage.display(every());
        FakeLink slow = stage.display(latest());
        slow.busy(true);
        stage.move("a");
        stage.settle();
        stage.journal = new FakeJournal("second");
        stage.move("b");
        stage.settle();
        slow.busy(false);
        stage.settle();
        stage.move("b");
        stage.settle();
        for (FakeLink each : List.of(link, slow)) {
            ServerMessage.Snapshot snapshot =
                    each.messages(ServerMessage.Snapshot.class).get(0);
            assertThat(snapshot.all()).isTrue();
            assertThat(snapshot.epoch()).isEqualTo("second");
            assertThat(snapshot.cameras()).extracting(c -> c.state().camera()).containsExactly("b");
            assertThat(each.messages(ServerMessage.Gap.class)).isEmpty();
            assertThat(seqs(each)).endsWith(2L);
            assertThat(each.attributes()).containsEntry("epoch", "second");
        }
    }

    @Test
    void aNewEpochIsToldThoughNothingComesInIt() {
        stage.move("a");
        List<FakeLink> links = Stream.of(
                        latest(),
                        every(),
                        rate(0.1),
                        latest("none"),
                        Stage.scene(Subscription.NONE),
                        presence(true),
                        latest("a").withoutEcho())
                .map(stage::display)
                .toList();
        FakeLink withoutSubscription = stage.link("s");
        stage.settle();
        stage.journal = null;
        stage.settle();
        stage.journal = new FakeJournal("second");
        stage.settle();
        assertThat(links).allSatisfy(link -> {
            assertThat(link.messages(ServerMessage.Snapshot.class))
                    .singleElement()
                    .satisfies(snapshot -> {
                        assertThat(snapshot.all()).isTrue();
                        assertThat(snapshot.epoch()).isEqualTo("second");
                        assertThat(snapshot.seq()).isZero();
                        assertThat(snapshot.cameras()).isEmpty();
                    });
            assertThat(link.attributes()).containsEntry("epoch", "second");
        });
        // it gets nothing but heartbeats
        assertThat(withoutSubscription.messages()).isEmpty();
    }

    @Test
    void aNewBroadcasterTellsOfANewEpochThoughNothingComesInIt() {
        stage.move("a");
        FakeLink link = stage.display(latest());
        stage.end(stage.shards.get(0));
        stage.journal = new FakeJournal("second");
        stage.shard();
        stage.settle();
        assertThat(link.messages(ServerMessage.Snapshot.class))
                .singleElement()
                .satisfies(snapshot -> assertThat(snapshot.epoch()).isEqualTo("second"));
    }

    @Test
    void aJournalThatComesLateCausesNoSnapshot() {
        FakeJournal journal = stage.journal;
        FakeLink link = stage.display(every());
        stage.move("a");
        stage.settle();
        stage.end(stage.shards.get(0));
        stage.journal = null;
        stage.shard();
        stage.settle();
        stage.journal = journal;
        stage.move("a");
        stage.settle();
        assertThat(seqs(link)).containsExactly(1L, 2L);
        assertThat(link.messages(ServerMessage.Snapshot.class)).isEmpty();
    }

    @Test
    void aJournalThatWasAwayForAMomentCausesNoSnapshotAndIsAccountedFor() {
        FakeJournal journal = stage.journal;
        FakeLink newest = stage.display(latest());
        FakeLink each = stage.display(every());
        stage.move("a");
        stage.settle();
        stage.journal = null;
        stage.settle();
        stage.journal = journal;
        for (int i = 0; i < 5; i++) {
            stage.move("a");
        }
        stage.settle();
        stage.pass(10_000);
        assertThat(newest.messages(ServerMessage.Snapshot.class)).isEmpty();
        assertThat(seqs(newest)).containsExactly(1L, 6L);
        assertThat(heartbeat(newest).delivered()).isEqualTo(2);
        assertThat(heartbeat(newest).superseded()).isEqualTo(4);
        assertThat(seqs(each)).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
        assertThat(heartbeat(each).superseded()).isZero();
    }

    // ---- hand-over

    @Test
    void theNextBroadcasterGoesOnWhereTheLastOneStopped() {
        FakeLink each = stage.display(every());
        FakeLink newest = stage.display(latest());
        newest.busy(true);
        for (int i = 0; i < 30; i++) {
            stage.move("a");
            if (i % 10 == 9) {
                stage.settle();
                stage.end(stage.shards.get(0));
                stage.move("a");
                stage.shard();
            }
        }
        newest.busy(false);
        stage.settle();
        stage.pass(10_200);
        assertThat(seqs(each)).hasSize(33).isSorted().doesNotHaveDuplicates();
        assertThat(seqs(newest)).containsExactly(33L);
        assertThat(heartbeat(newest).superseded()).isEqualTo(32);
        assertThat(heartbeat(each).delivered()).isEqualTo(33);
        assertThat(each.messages(ServerMessage.Snapshot.class)).isEmpty();
    }

    @Test
    void aViewThatTheJournalHoldsNoMoreIsAccountedForByTheNextBroadcaster() {
        stage.journal = new FakeJournal("first", 20, 20);
        FakeLink link = stage.display(latest("quiet"));
        link.busy(true);
        stage.move("quiet");
        for (int i = 0; i < 30; i++) {
            stage.move("busy");
        }
        stage.settle();
        stage.end(stage.shards.get(0));
        stage.shard();
        link.busy(false);
        stage.settle();
        stage.pass(10_200);
        assertThat(seqs(link)).containsExactly(1L);
        assertThat(heartbeat(link).delivered()).isEqualTo(1);
        assertThat(heartbeat(link).superseded()).isZero();
    }

    @Test
    void aBroadcasterThatIsBehindSendsNothingTwiceWhenItTakesADisplayOver() {
        Shard first = stage.shards.get(0);
        FakeLink link = stage.display(every());
        FakeLink newest = stage.display(latest());
        Shard second = new Shard(
                "second",
                () -> stage.journal,
                stage.codecs::get,
                stage.transport.batch(),
                stage.clock,
                TimeOfDay::micros);
        second.look(stage.link("other"));
        second.turn();
        for (int i = 0; i < 10; i++) {
            stage.move("a");
            first.turn();
        }
        second.look(link);
        second.look(newest);
        while (second.turn()) {
            // until it rests
        }
        stage.move("a");
        while (second.turn()) {
            // until it rests
        }
        assertThat(seqs(link)).hasSize(11).isSorted().doesNotHaveDuplicates();
        assertThat(seqs(newest)).hasSize(11).isSorted().doesNotHaveDuplicates();
        assertThat(link.due()).isEqualTo(11);
    }

    @Test
    void aBroadcasterThatLostADisplayMovesNothingOfItAnyMore() {
        Shard first = stage.shards.get(0);
        FakeLink link = stage.display(every());
        stage.move("a");
        stage.settle();
        link.busy(true);
        Shard second = stage.shard();
        stage.move("a");
        second.turn();
        link.busy(false);
        stage.shards.remove(first);
        stage.settle();
        long cursor = link.cursor();
        first.turn();
        first.moveIdleCursors();
        assertThat(link.cursor()).isEqualTo(cursor).isEqualTo(2);
        assertThat(seqs(link)).containsExactly(1L, 2L);
    }

    @Test
    void aSubscriptionAnsweredByOneBroadcasterIsNotAnsweredAgainByTheNext() throws InterruptedException {
        FakeLink link = stage.link("s");
        stage.settle();
        Shard second = new Shard(
                "second",
                () -> stage.journal,
                stage.codecs::get,
                stage.transport.batch(),
                stage.clock,
                TimeOfDay::micros);
        Thread[] thief = new Thread[1];
        link.afterSend(() -> {
            link.afterSend(() -> {});
            // another one takes the link while the first has sent and not yet noted it
            second.look(link);
            thief[0] = new Thread(second::turn);
            thief[0].start();
            awaitBlockedOrEnd(thief[0]);
        });
        stage.subscribe(link, latest(), 1);
        stage.settle();
        thief[0].join(10_000);
        stage.settle();
        assertThat(link.messages(ServerMessage.Ack.class)).hasSize(1);
        assertThat(link.messages(ServerMessage.Snapshot.class)).hasSize(1);
    }

    private static void awaitBlockedOrEnd(Thread thread) {
        while (thread.isAlive() && thread.getState() != Thread.State.BLOCKED) {
            Thread.onSpinWait();
        }
    }

    // ---- trouble

    @Test
    void aCodecThatFailsForOneDisplayHoldsUpNoOther() {
        FakeLink cbor = stage.transport.connect(Map.of("codec", "compositor.v1.cbor", "session", "s-cbor"));
        stage.subscribe(cbor, every(), 1);
        FakeLink json = stage.display(every());
        stage.codecs.put("compositor.v1.cbor", new CodecRef(new Failing(), 2));
        for (int i = 0; i < 10; i++) {
            stage.move("a");
            stage.settle();
        }
        stage.pass(10_200);
        assertThat(seqs(json)).hasSize(10);
        assertThat(json.messages(ServerMessage.Heartbeat.class)).hasSize(1);
        stage.codecs.put("compositor.v1.cbor", new CodecRef(Codecs.cbor(), 3));
        stage.pass(200);
        assertThat(seqs(cbor)).hasSize(10).doesNotHaveDuplicates();
    }

    /** A codec whose bundle is just going. */
    private static final class Failing implements Codec {
        @Override
        public String subprotocol() {
            return "compositor.v1.cbor";
        }

        @Override
        public boolean text() {
            return false;
        }

        @Override
        public byte[] encode(ServerMessage message) {
            throw new NoClassDefFoundError("gone");
        }

        @Override
        public byte[] encode(ClientMessage message) {
            throw new NoClassDefFoundError("gone");
        }

        @Override
        public ClientMessage decodeClient(ByteBuffer message) {
            throw new NoClassDefFoundError("gone");
        }

        @Override
        public ServerMessage decodeServer(ByteBuffer message) {
            throw new NoClassDefFoundError("gone");
        }
    }

    @Test
    void aDisplayThatClosesIsForgotten() {
        FakeLink link = stage.display(latest());
        link.end();
        stage.move("a");
        stage.pass(10_200);
        assertThat(link.messages()).isEmpty();
    }

    @Test
    void aWriterThatFellBehindTheJournalGivesItsDisplaysAGap() {
        stage.journal = new FakeJournal("first", 20, 20);
        FakeLink link = stage.display(every());
        for (int i = 0; i < 100; i++) {
            stage.move("a");
        }
        stage.settle();
        stage.move("a");
        stage.settle();
        assertThat(link.messages())
                .extracting(m -> m.getClass().getSimpleName())
                .containsExactly("Gap", "Snapshot", "Camera");
    }

    // ---- heartbeats

    @Test
    void heartbeatsComeOnScheduleWhateverTheTraffic() {
        FakeLink still = stage.link("s");
        FakeLink moving = stage.display(every());
        for (int i = 0; i < 3_000; i++) {
            stage.move("a");
            stage.pass(10);
        }
        for (FakeLink link : List.of(still, moving)) {
            List<Long> times = link.arrivals().stream()
                    .filter(a -> a.message() instanceof ServerMessage.Heartbeat)
                    .map(FakeLink.Arrival::at)
                    .toList();
            assertThat(times).hasSize(3);
            assertThat(times.get(1) - times.get(0)).isBetween(9_800_000_000L, 10_000_000_000L);
        }
        assertThat(moving.pings()).as("a ping every 900 ms while data flows").isBetween(31, 40);
    }

    @Test
    void thePingsOfManyDoNotComeAllAtOnce() {
        assertThat(mostPingsAtOnce(100, latest())).isLessThanOrEqualTo(2 * 16);
    }

    @Test
    void thePingsOfManyThatWantEveryUpdateComeGroupByGroup() {
        assertThat(mostPingsAtOnce(600, every())).isBetween(Group.SIZE / 2, 2 * Group.SIZE);
    }

    /** The most pings within 10 ms to displays that all get one every 900 ms. */
    private int mostPingsAtOnce(int displays, Subscription subscription) {
        List<FakeLink> links = IntStream.range(0, displays)
                .mapToObj(i -> stage.display(subscription))
                .toList();
        int most = 0;
        int before = 0;
        for (int step = 0; step < 300; step++) {
            stage.move("a");
            stage.pass(10);
            int pings = links.stream().mapToInt(FakeLink::pings).sum();
            if (step > 50) {
                most = Math.max(most, pings - before);
            }
            before = pings;
        }
        assertThat(links)
                .as("in three seconds")
                .allSatisfy(link -> assertThat(link.pings()).isBetween(3, 5));
        return most;
    }

    @Test
    void aHeartbeatNotTakenComesAsSoonAsItCan() {
        FakeLink link = stage.display(latest());
        link.busy(true);
        stage.pass(15_000);
        assertThat(link.messages()).isEmpty();
        link.busy(false);
        stage.pass(200);
        assertThat(link.messages(ServerMessage.Heartbeat.class)).hasSize(1);
    }

    @Test
    void theIntervalCanChangeWhileDisplaysAreConnected() {
        FakeLink link = stage.display(latest());
        link.attributes().put("heartbeat.interval", 1_000L);
        stage.pass(15_000);
        assertThat(link.messages(ServerMessage.Heartbeat.class).size()).isBetween(5, 7);
    }

    @Test
    void eachDisplayHasItsHeartbeatsInItsOwnTime() {
        FakeLink early = stage.link("early");
        FakeLink twin = stage.link("twin");
        stage.pass(4_000);
        FakeLink late = stage.link("late");
        late.attributes().put("heartbeat.interval", 20_000L);
        stage.pass(3_000);
        twin.end();
        stage.pass(25_000);

        assertThat(twin.messages()).isEmpty();
        assertThat(beats(early)).containsExactly(9_900L, 19_800L, 29_700L);
        assertThat(beats(late)).containsExactly(23_900L);
    }

    /** When heartbeats came, in milliseconds since the beginning, to the tenth of a second. */
    private List<Long> beats(FakeLink link) {
        long began = -TimeUnit.DAYS.toMillis(3);
        return link.arrivals().stream()
                .filter(arrival -> arrival.message() instanceof ServerMessage.Heartbeat)
                .map(arrival -> (TimeUnit.NANOSECONDS.toMillis(arrival.at()) - began) / 100 * 100)
                .toList();
    }

    @Test
    void whatIsWantedByTwoIsEncodedOnce() {
        int[] encoded = new int[1];
        Codec json = Codecs.json();
        Codec counting = (Codec) java.lang.reflect.Proxy.newProxyInstance(
                Codec.class.getClassLoader(), new Class<?>[] {Codec.class}, (proxy, method, args) -> {
                    encoded[0] += args != null && args[0] instanceof ServerMessage.Camera ? 1 : 0;
                    return method.invoke(json, args);
                });
        stage.codecs.put("compositor.v1.json", new CodecRef(counting, 5));
        FakeLink one = stage.display(latest());
        FakeLink two = stage.display(every("a"));
        FakeLink three = stage.display(latest());
        for (int i = 0; i < 10; i++) {
            stage.move("a");
            stage.settle();
        }
        assertThat(encoded[0]).isEqualTo(10);
        assertThat(List.of(one, two, three))
                .allSatisfy(link -> assertThat(seqs(link)).hasSize(10));
    }

    @Test
    void theHostItselfGetsAnEmptySnapshotWithoutHelloAndNothingMore() {
        stage.move("a");
        FakeLink display = stage.display(latest());
        FakeLink own = stage.transport.connect(LinkMemory.ofLoopback("compositor.v1.json"));
        stage.settle();
        assertThat(own.messages(ServerMessage.Snapshot.class)).singleElement().satisfies(snapshot -> {
            assertThat(snapshot.cameras()).isEmpty();
            assertThat(snapshot.seq()).isEqualTo(stage.journal.head());
        });
        stage.move("a");
        stage.settle();
        assertThat(own.messages(ServerMessage.class)).hasSize(1);
        assertThat(seqs(display)).hasSize(1);
    }
}
