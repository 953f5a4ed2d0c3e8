package org.geometryos.compositor.scene;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Fence;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.scene.Model;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.api.scene.SceneOp;
import org.geometryos.compositor.api.scene.SceneOutcome;
import org.geometryos.compositor.api.tiles.Tiles;
import org.geometryos.compositor.api.value.Answer;
import org.geometryos.compositor.api.value.Quaternion;
import org.geometryos.compositor.api.value.Vector3;
import org.geometryos.compositor.protocol.ClientMessage;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.protocol.codec.Codecs;
import org.geometryos.compositor.testkit.Changes;
import org.geometryos.compositor.testkit.FakeJournal;
import org.junit.jupiter.api.Test;

class SceneKeeperTest {
    private static final Driver WALL = new Driver("wall", Optional.of("s-1"), 10);
    private static final Driver BUNDLE = new Driver("bundle", Optional.empty(), 0);
    private static final Settings SETTINGS = new Settings(4, 2_600);

    private final FakeJournal journal = new FakeJournal("epoch");
    private long now = 1_000_000;
    private TestCameras cameras = new TestCameras(journal);
    private final SceneKeeper keeper = keeper(Scene.EMPTY, journal);

    private SceneKeeper keeper(Scene stored, FakeJournal on) {
        SceneKeeper made = new SceneKeeper(() -> cameras, stored, SETTINGS, () -> now);
        made.setJournal(on);
        return made;
    }

    private static SceneOp put(String id) {
        return new SceneOp.Put(new Model(id, "models/" + id + ".glb"));
    }

    private static SceneOp label(String id, String text) {
        return new SceneOp.Patch(
                id,
                SceneOp.Field.absent(),
                SceneOp.Field.absent(),
                SceneOp.Field.absent(),
                SceneOp.Field.absent(),
                SceneOp.Field.absent(),
                SceneOp.Field.of(text),
                SceneOp.Field.absent());
    }

    private static Optional<CameraUpdate> moved(String camera) {
        return Optional.of(new CameraUpdate(camera, new View2d(1, 2, 1, 0)));
    }

    private long seq(SceneOp... ops) {
        SceneOutcome outcome =
                keeper.change(WALL, List.of(ops), Optional.empty()).now(null);
        assertThat(outcome).isInstanceOf(SceneOutcome.Accepted.class);
        return ((SceneOutcome.Accepted) outcome).seq().getAsLong();
    }

    private void refused(Answer<SceneOutcome> outcome, Outcome.Reason reason, String field, String... words) {
        assertThat(outcome).isInstanceOfSatisfying(SceneOutcome.Refused.class, refusal -> {
            assertThat(refusal.reason()).isEqualTo(reason);
            assertThat(refusal.field()).isEqualTo(Optional.ofNullable(field));
            assertThat(refusal.message()).contains(words);
        });
    }

    private static List<String> ids(Scene scene) {
        return scene.models().stream().map(Model::id).toList();
    }

    @Test
    void aTransactionIsOneEntryThatHoldsWhatStandsAfterIt() {
        assertThat(seq(put("b"), put("a"), new SceneOp.Select(List.of("b")))).isEqualTo(1);
        assertThat(seq(new SceneOp.Remove("b"))).isEqualTo(2);
        assertThat(keeper.scene()).isEqualTo(new Scene(2, List.of(new Model("a", "models/a.glb")), List.of()));
        assertThat(journal.changes(Change.SceneChanged.class)).hasSize(2);
        assertThat(journal.changes(Change.SceneChanged.class).get(0)).satisfies(change -> {
            assertThat(change.ops()).hasSize(3);
            assertThat(change.origin()).contains("s-1");
            assertThat(ids(change.scene())).containsExactly("a", "b");
            assertThat(change.scene().selected()).containsExactly("b");
        });
    }

    @Test
    void whatABundleChangesHasNoOrigin() {
        assertThat(keeper.change(BUNDLE, List.of(put("a")), Optional.empty()))
                .isEqualTo(new SceneOutcome.Accepted(OptionalLong.of(1)));
        assertThat(journal.changes(Change.SceneChanged.class).get(0).origin()).isEmpty();
    }

    @Test
    void ofATransactionThatNamesAnUnknownModelNothingHappens() {
        refused(
                keeper.change(WALL, List.of(put("a"), new SceneOp.Remove("b")), Optional.empty()),
                Outcome.Reason.NOT_FOUND,
                "ops[1].id",
                "\"b\"");
        refused(
                keeper.change(WALL, List.of(label("a", "x")), Optional.empty()),
                Outcome.Reason.NOT_FOUND,
                "ops[0].id",
                "\"a\"");
        refused(
                keeper.change(WALL, List.of(put("a"), new SceneOp.Select(List.of("a", "c"))), Optional.empty()),
                Outcome.Reason.NOT_FOUND,
                "ops[1].ids[1]",
                "\"c\"");
        assertThat(keeper.scene()).isEqualTo(Scene.EMPTY);
        assertThat(journal.changes(Change.SceneChanged.class)).isEmpty();
    }

    @Test
    void nothingAskedForIsNothingDone() {
        assertThat(keeper.change(WALL, List.of(), Optional.empty()))
                .isEqualTo(new SceneOutcome.Accepted(OptionalLong.empty()));
        assertThat(journal.changes(Change.SceneChanged.class)).isEmpty();
    }

    @Test
    void modelsAreLimitedAndALimitThatIsLoweredOnlyStopsGrowing() {
        seq(put("a"), put("b"), put("c"), put("d"));
        refused(
                keeper.change(WALL, List.of(put("e")), Optional.empty()),
                Outcome.Reason.LIMIT,
                "ops",
                "5 models",
                "there may be 4");
        seq(new SceneOp.Remove("a"), put("e"));
        keeper.configure(new Settings(2, 2_600));
        assertThat(keeper.maxModels()).isEqualTo(2);
        seq(label("b", "still here"));
        seq(new SceneOp.Remove("b"));
        refused(
                keeper.change(WALL, List.of(put("f")), Optional.empty()),
                Outcome.Reason.LIMIT,
                "ops",
                "4 models",
                "there may be 2");
    }

    @Test
    void modelsAreLimitedTogetherByWhatTheyTakeInAMessage() {
        seq(put("a"), label("a", "x".repeat(256)), put("b"), label("b", "\u0001".repeat(256)));
        refused(
                keeper.change(WALL, List.of(put("c"), label("c", "\u20ac".repeat(256))), Optional.empty()),
                Outcome.Reason.LIMIT,
                "ops",
                "there may be 2600");
        seq(label("b", ""), put("c"), label("c", "\u20ac".repeat(256)));
    }

    @Test
    void aTransactionThatIsTooLongForAMessageIsRefused() {
        List<SceneOp> many = Collections.nCopies(8_000, put("a"));
        refused(keeper.change(BUNDLE, many, Optional.empty()), Outcome.Reason.LIMIT, "ops", "there may be 1000000");
        List<SceneOp> most = Collections.nCopies(4_000, put("a"));
        assertThat(keeper.change(BUNDLE, most, Optional.empty())).isInstanceOf(SceneOutcome.Accepted.class);
        assertThat(Codecs.json()
                        .encode(new ServerMessage.Scene(
                                1, most, Optional.empty(), Optional.empty(), OptionalLong.of(1)))
                        .length)
                .isLessThanOrEqualTo((int) Sizes.message(most));
    }

    @Test
    void whatADisplayCanSayInOneMessageIsNotTooLong() {
        SceneOp patch = new SceneOp.Patch(
                "a",
                SceneOp.Field.absent(),
                SceneOp.Field.absent(),
                SceneOp.Field.absent(),
                SceneOp.Field.absent(),
                SceneOp.Field.absent(),
                SceneOp.Field.absent(),
                SceneOp.Field.absent());
        seq(put("a"));
        for (SceneOp op : List.of(
                new SceneOp.Put(new Model("a", "b")), patch, new SceneOp.Select(List.of()), new SceneOp.Clear())) {
            byte[] alone =
                    Codecs.cbor().encode(new ClientMessage.Scene(Optional.empty(), List.of(op), Optional.empty()));
            // a model is sent with its defaults, and taken without them
            int count = 65_536 / (op instanceof SceneOp.Put ? 26 : alone.length - 12);
            assertThat(keeper.change(WALL, Collections.nCopies(count, op), Optional.empty()))
                    .as("%s times %s", count, op)
                    .isInstanceOf(SceneOutcome.Accepted.class);
        }
    }

    @Test
    void sizesAreNeverLessThanTheMessage() {
        double longest = -1.2345678901234567e-300;
        String text = "\u0001\"\\\u007f\u00e9\u20ac\ud83d\ude00".repeat(30);
        Model model = new Model(
                "x".repeat(64),
                "models/x.glb",
                new Vector3(longest, longest, longest),
                new Quaternion(0.5000000000000001, -0.5000000000000001, 0.5000000000000001, -0.4999999999999999),
                new Vector3(longest, longest, longest),
                false,
                Optional.of(text),
                Optional.of(text));
        SceneOp.Patch patch = new SceneOp.Patch(
                model.id(),
                SceneOp.Field.of(model.uri()),
                SceneOp.Field.of(model.position()),
                SceneOp.Field.of(model.orientation()),
                SceneOp.Field.of(model.scale()),
                SceneOp.Field.of(false),
                SceneOp.Field.of(text),
                SceneOp.Field.of(text));
        List<SceneOp> ops = List.of(
                new SceneOp.Put(model),
                patch,
                new SceneOp.Select(List.of(model.id())),
                new SceneOp.Remove(model.id()),
                new SceneOp.Clear());
        for (SceneOp op : ops) {
            int nothing = Codecs.json()
                    .encode(new ServerMessage.Scene(
                            1, List.of(), Optional.empty(), Optional.empty(), OptionalLong.of(1)))
                    .length;
            int message = Codecs.json()
                    .encode(new ServerMessage.Scene(
                            1, List.of(op), Optional.empty(), Optional.empty(), OptionalLong.of(1)))
                    .length;
            assertThat(Sizes.message(List.of(op))).as("%s", op).isGreaterThanOrEqualTo(message - nothing + 1);
        }
    }

    @Test
    void aCameraMovesWithTheTransactionUnderTheSameNumber() {
        assertThat(keeper.change(WALL, List.of(put("a")), moved("tour")))
                .isEqualTo(new SceneOutcome.Accepted(OptionalLong.of(1)));
        assertThat(journal.changes(Change.SceneChanged.class).get(0).camera()).hasValueSatisfying(state -> {
            assertThat(state.camera()).isEqualTo("tour");
            assertThat(state.origin()).contains("s-1");
        });
    }

    private Optional<SceneOutcome> part(Journal sequence, long tiles, Optional<CameraUpdate> camera) {
        return keeper.change(
                        WALL,
                        List.of(put("b")),
                        camera,
                        sequence,
                        Fence.replacing(tiles),
                        scene -> Changes.tiles(Tiles.NONE, scene, 1))
                .now(null);
    }

    @Test
    void aPartOfSomethingLargerCountsIfTheWholeDoes() {
        seq(put("a"));
        long tiles = journal.append(Changes.tiles(Tiles.NONE, null, 1));
        assertThat(part(journal, 0, Optional.empty())).as("other tiles").isEmpty();
        assertThat(part(journal, 0, moved("a"))).isEmpty();
        assertThat(part(new FakeJournal("another"), tiles, Optional.empty()))
                .as("numbers of another sequence")
                .isEmpty();
        journal.beforeAppend(() -> journal.transact(null, null, put("c")));
        assertThat(part(journal, tiles, Optional.empty())).as("another scene").isEmpty();
        assertThat(ids(keeper.scene())).containsExactly("a", "c");
        assertThat(part(journal, tiles, Optional.empty())).contains(new SceneOutcome.Accepted(OptionalLong.of(4)));
        assertThat(part(journal, 4, moved("a"))).contains(new SceneOutcome.Accepted(OptionalLong.of(5)));
        assertThat(journal.scene()).isEqualTo(journal.tiles()).isEqualTo(journal.camera("a"));
        assertThat(ids(keeper.scene())).containsExactly("a", "b", "c");
    }

    @Test
    void whereTheCameraIsRefusedNothingHappensToTheScene() {
        cameras.refusal = new Outcome.Refused(Outcome.Reason.HELD, "camera \"tour\" is held by \"desk\"");
        refused(keeper.change(WALL, List.of(put("a")), moved("tour")), Outcome.Reason.HELD, "camera", "desk");
        cameras = null;
        refused(
                keeper.change(WALL, List.of(put("a")), moved("tour")),
                Outcome.Reason.UNAVAILABLE,
                null,
                "camera bridge");
        assertThat(journal.changes(Change.SceneChanged.class)).isEmpty();
        seq(put("a"));
    }

    @Test
    void whatAnotherKeeperDidInBetweenIsTakenIntoAccount() {
        SceneKeeper other = keeper(Scene.EMPTY, journal);
        seq(put("a"));
        journal.beforeAppend(() -> other.change(BUNDLE, List.of(new SceneOp.Remove("a")), Optional.empty()));
        refused(
                keeper.change(WALL, List.of(label("a", "x")), Optional.empty()),
                Outcome.Reason.NOT_FOUND,
                "ops[0].id",
                "\"a\"");
        journal.beforeAppend(() -> other.change(BUNDLE, List.of(put("b")), Optional.empty()));
        assertThat(keeper.change(WALL, List.of(put("c")), moved("tour"))).isInstanceOf(SceneOutcome.Accepted.class);
        assertThat(ids(keeper.scene())).containsExactly("b", "c");
        assertThat(keeper.scene().revision()).isEqualTo(4);
    }

    @Test
    void keepersSideBySideLoseNoTransaction() throws Exception {
        SceneKeeper other = keeper(Scene.EMPTY, journal);
        List<SceneOutcome> outcomes = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = IntStream.range(0, 8)
                .mapToObj(n -> new Thread(() -> {
                    for (int i = 0; i < 200; i++) {
                        SceneOp op = i % 3 == 2 ? new SceneOp.Remove("m") : put("m");
                        outcomes.add((n % 2 == 0 ? keeper : other)
                                .change(BUNDLE, List.of(op), n % 4 == 0 ? moved("tour") : Optional.empty())
                                .now(null));
                    }
                }))
                .toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join(30_000);
        }
        long accepted = outcomes.stream()
                .filter(SceneOutcome.Accepted.class::isInstance)
                .count();
        assertThat(outcomes).hasSize(1_600);
        assertThat(journal.changes(Change.SceneChanged.class)).hasSize((int) accepted);
        assertThat(keeper.scene().revision()).isEqualTo(accepted);
        Scene followed = Scene.EMPTY;
        for (Change.SceneChanged change : journal.changes(Change.SceneChanged.class)) {
            followed = followed.after(change.ops());
            assertThat(followed).isEqualTo(change.scene());
        }
    }

    @Test
    void aTransactionHasTheTimeOfItsCameraOrThatAtWhichItWasTaken() {
        seq(put("a"));
        keeper.change(WALL, List.of(put("b")), moved("tour"));
        now = 2_000_000;
        seq(put("c"));
        List<Change.SceneChanged> changes = journal.changes(Change.SceneChanged.class);
        assertThat(changes.get(0).time()).isEqualTo(1_000_000);
        assertThat(changes.get(1).time())
                .isEqualTo(changes.get(1).camera().orElseThrow().time())
                .isNotEqualTo(1_000_000);
        assertThat(changes.get(2).time()).isEqualTo(2_000_000);
    }

    @Test
    void aNewJournalIsToldTheSceneAndOneThatKnowsItIsNot() {
        seq(put("a"), new SceneOp.Select(List.of("a")));
        Scene before = keeper.scene();
        keeper.journalGone(journal);
        assertThat(keeper.scene()).isEqualTo(before);
        refused(keeper.change(WALL, List.of(put("b")), Optional.empty()), Outcome.Reason.UNAVAILABLE, null, "journal");
        FakeJournal next = new FakeJournal("epoch");
        keeper.setJournal(next);
        keeper.journalGone(journal);
        assertThat(next.changes(Change.SceneChanged.class)).singleElement().satisfies(change -> {
            assertThat(change.scene()).isEqualTo(before);
            assertThat(new Scene(9, List.of(new Model("z", "z.glb")), List.of())
                            .after(change.ops())
                            .models())
                    .isEqualTo(before.models());
        });
        keeper(new Scene(77, List.of(), List.of()), next);
        assertThat(next.changes(Change.SceneChanged.class))
                .as("what the journal knows goes before what was stored")
                .hasSize(1);
        assertThat(keeper(new Scene(77, List.of(), List.of()), next).scene()).isEqualTo(before);
    }

    @Test
    void theStoredSceneIsThereAtOnce() {
        Scene stored = new Scene(5, List.of(new Model("a", "models/a.glb")), List.of("a"));
        FakeJournal fresh = new FakeJournal("epoch");
        cameras = new TestCameras(fresh);
        SceneKeeper made = keeper(stored, fresh);
        assertThat(made.scene()).isEqualTo(stored);
        assertThat(made.change(WALL, List.of(put("b")), Optional.empty())).isInstanceOf(SceneOutcome.Accepted.class);
        assertThat(made.scene().revision()).isEqualTo(6);
        assertThat(made.scene().selected()).containsExactly("a");
    }
}
