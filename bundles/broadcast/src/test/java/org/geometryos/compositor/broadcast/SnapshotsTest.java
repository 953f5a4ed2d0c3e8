package org.geometryos.compositor.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.tiles.TileOp;
import org.geometryos.compositor.api.tiles.TileTree;
import org.geometryos.compositor.api.tiles.Tiles;
import org.geometryos.compositor.api.wall.Fit;
import org.geometryos.compositor.api.wall.Placement;
import org.geometryos.compositor.api.wall.Unit;
import org.geometryos.compositor.api.wall.View;
import org.geometryos.compositor.api.wall.Wall;
import org.geometryos.compositor.api.wall.WallMember;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.protocol.codec.Codecs;
import org.geometryos.compositor.testkit.Changes;
import org.geometryos.compositor.testkit.FakeClock;
import org.geometryos.compositor.testkit.FakeJournal;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SnapshotsTest {
    private final FakeJournal journal = new FakeJournal("first");
    private final JournalState state = new JournalState();
    private final FakeClock clock = new FakeClock();
    private final TileEncodings encodings = new TileEncodings(1 << 20);
    private final Snapshots snapshots = new Snapshots(state, new Areas(state, clock), encodings, clock);
    private final CodecRef codec = new CodecRef(Codecs.json(), 1);

    @BeforeEach
    void fill() {
        journal.view("a", 1).view("b", 2).control("a", "ann").joined("wall").transaction("m-1", null);
        state.follow(journal);
    }

    private byte[] encode(Subscription wanted, Subscription had) {
        return snapshots.encode(codec, wanted, had, had.none()).get(0);
    }

    private ServerMessage.Snapshot snapshot(Subscription wanted, Subscription had) throws Exception {
        return (ServerMessage.Snapshot) Codecs.json().decodeServer(ByteBuffer.wrap(encode(wanted, had)));
    }

    @Test
    void itHoldsWhatIsWantedAndWasNotHadBefore() throws Exception {
        ServerMessage.Snapshot first = snapshot(Stage.scene(Stage.latest("a")), Subscription.NONE);
        assertThat(first.all()).isTrue();
        assertThat(first.seq()).isEqualTo(journal.head());
        assertThat(first.cameras()).extracting(c -> c.state().camera()).containsExactly("a");
        assertThat(first.control()).hasSize(1);
        assertThat(first.scene()).isPresent();
        assertThat(first.displays()).isEmpty();

        ServerMessage.Snapshot next = snapshot(Stage.scene(Stage.latest()), Stage.scene(Stage.latest("a")));
        assertThat(next.all()).isFalse();
        assertThat(next.cameras()).extracting(c -> c.state().camera()).containsExactly("b");
        assertThat(next.control()).isEmpty();
        assertThat(next.scene()).isEmpty();
    }

    @Test
    void displaysComeWithPresenceAlone() throws Exception {
        assertThat(snapshot(Stage.presence(true), Subscription.NONE).displays())
                .hasValueSatisfying(displays -> assertThat(displays).hasSize(1));
        assertThat(snapshot(Stage.presence(true), Stage.presence(false)).displays())
                .isEmpty();
    }

    @Test
    void wallsComeByNameOrAllOfThemAndOnlyWhatIsNew() throws Exception {
        journal.withWall("main", "left", "right").withWall("side", "far");
        state.take(journal.read(state.position(), 10), entry -> {});
        Subscription main = Subscription.NONE.withWalls(Set.of("main", "not-there"));
        assertThat(snapshot(Stage.latest("a"), Subscription.NONE).walls()).isEmpty();
        ServerMessage.Snapshot first = snapshot(main, Subscription.NONE);
        assertThat(first.walls().orElseThrow()).containsExactly((ServerMessage.Wall)
                CodecRef.message(journal.wall("main").orElseThrow(), Extent.WHOLE));
        ServerMessage.Snapshot next = snapshot(Subscription.NONE.with(Subscription.Topic.ALL_WALLS), main);
        assertThat(next.walls().orElseThrow())
                .extracting(wall -> wall.state().name())
                .containsExactly("side");
        assertThat(snapshot(main, main).walls()).contains(List.of());
        journal.append(Changes.wallRemoved("main"));
        state.take(journal.read(state.position(), 10), entry -> {});
        assertThat(snapshot(main, Subscription.NONE).walls()).contains(List.of());
    }

    private static Change.TilesChanged put(Tiles before, TileTree tiles) throws Exception {
        List<TileOp> ops = List.of(new TileOp.Put("world", tiles));
        return new Change.TilesChanged(ops, Optional.empty(), Optional.empty(), before.after(ops), 1);
    }

    @Test
    void tilesComeWithThePartsThatFitAndTheRestBehind() throws Exception {
        Subscription tiles = Stage.latest("a").with(Subscription.Topic.TILES);
        assertThat(snapshot(tiles, Subscription.NONE).tiles()).contains(new ServerMessage.TilesState(0, List.of(), 0));
        assertThat(snapshot(tiles, tiles).tiles()).isEmpty();
        Change.TilesChanged declared = Changes.tiles(Tiles.NONE, null, 5);
        journal.append(declared);
        state.take(journal.read(state.position(), 10), entry -> {});
        assertThat(snapshot(tiles, Subscription.NONE).tiles())
                .contains(new ServerMessage.TilesState(1, declared.tiles().layers(), 0));
        assertThat(snapshot(tiles, Stage.latest("a")).tiles()).isPresent();

        Random random = new Random(1);
        TileTree scattered = TileTree.EMPTY;
        for (int i = 0; i < 400_000; i++) {
            scattered = scattered.plus(
                    TileTree.tile(18, random.nextInt(1 << 18), random.nextInt(1 << 18), random.nextInt(1 << 20)));
        }
        Change.TilesChanged many = put(declared.tiles(), scattered);
        journal.append(many);
        state.take(journal.read(state.position(), 10), entry -> {});
        List<byte[]> messages = snapshots.encode(codec, tiles, Subscription.NONE, true);
        assertThat(messages)
                .hasSizeGreaterThan(2)
                .allSatisfy(message -> assertThat(message).hasSizeLessThan(1 << 20));
        ServerMessage.Snapshot first =
                (ServerMessage.Snapshot) Codecs.json().decodeServer(ByteBuffer.wrap(messages.get(0)));
        assertThat(first.tiles().orElseThrow().following()).isEqualTo(messages.size() - 1);
        Tiles all = new Tiles(0, first.tiles().orElseThrow().layers());
        for (byte[] message : messages.subList(1, messages.size())) {
            ServerMessage.Tiles part = (ServerMessage.Tiles) Codecs.json().decodeServer(ByteBuffer.wrap(message));
            assertThat(part.seq()).isEqualTo(first.seq());
            assertThat(part.time()).isEmpty();
            all = all.after(part.ops());
        }
        assertThat(all.layers()).isEqualTo(many.tiles().layers());
    }

    @Test
    void wallsThatDoNotFitFollowAsMessagesOfTheirOwn() throws Exception {
        double n = -1.2345678901234567e-300;
        for (int w = 0; w < 8; w++) {
            List<WallMember> members = new ArrayList<>();
            for (int i = 0; i < Wall.MAX_MEMBERS; i++) {
                members.add(new WallMember(
                        "x".repeat(60) + i,
                        n,
                        n,
                        -n,
                        -n,
                        270,
                        0.12345678901234567,
                        Optional.of(new Placement(List.of(n, n, n), n, n))));
            }
            journal.append(new Change.WallChanged(new Wall(
                    "w" + w,
                    Optional.of("\u0001".repeat(256)),
                    Optional.of("a"),
                    -n,
                    -n,
                    Unit.MM,
                    Fit.COVER,
                    View.CAMERA,
                    Optional.empty(),
                    members,
                    List.of(),
                    Optional.empty())));
        }
        for (int i = 0; i < 1000; i++) {
            journal.joined("display-" + i);
        }
        for (int i = 0; i < 340; i++) {
            journal.append(new Change.CameraChanged(Changes.state("c".repeat(60) + i, n, 1, "o".repeat(1000))));
        }
        while (state.position() < journal.head()) {
            state.take(journal.read(state.position(), 1000), entry -> {});
        }
        Subscription all =
                Subscription.toAllCameras().with(Subscription.Topic.ALL_WALLS).with(Subscription.Topic.PRESENCE);
        List<byte[]> messages = snapshots.encode(codec, all, Subscription.NONE, true);
        List<String> names = new ArrayList<>();
        for (byte[] message : messages) {
            assertThat(message).hasSizeLessThan(1 << 20);
            ServerMessage read = Codecs.json().decodeServer(ByteBuffer.wrap(message));
            if (read instanceof ServerMessage.Snapshot snapshot) {
                assertThat(snapshot.walls().orElseThrow()).isNotEmpty();
                snapshot.walls().get().forEach(wall -> names.add(wall.state().name()));
            } else {
                names.add(((ServerMessage.Wall) read).state().name());
            }
        }
        assertThat(messages).hasSizeGreaterThan(1);
        assertThat(names).containsExactlyInAnyOrder("w0", "w1", "w2", "w3", "w4", "w5", "w6", "w7");
    }

    @Test
    void thoseWhoAskForTheSameGetTheSameBytes() {
        byte[] first = encode(Stage.latest("a"), Subscription.NONE);
        assertThat(encode(Stage.latest("a"), Subscription.NONE)).isSameAs(first);
        // how it is delivered makes no difference to it
        assertThat(encode(Stage.every("a"), Subscription.NONE)).isSameAs(first);
        assertThat(encode(Stage.rate(2, "a"), Subscription.NONE)).isSameAs(first);
        assertThat(encode(Stage.latest("b"), Subscription.NONE)).isNotSameAs(first);
    }

    @Test
    void anotherPositionOrCodecIsEncodedAnew() {
        byte[] first = encode(Stage.latest("a"), Subscription.NONE);
        assertThat(snapshots
                        .encode(new CodecRef(Codecs.json(), 2), Stage.latest("a"), Subscription.NONE, true)
                        .get(0))
                .isNotSameAs(first);
        first = encode(Stage.latest("a"), Subscription.NONE);
        journal.view("z", 3);
        state.take(journal.read(state.position(), 10), entry -> {});
        assertThat(encode(Stage.latest("a"), Subscription.NONE)).isNotSameAs(first);
        first = encode(Stage.latest("a"), Subscription.NONE);
        snapshots.forget();
        assertThat(encode(Stage.latest("a"), Subscription.NONE)).isNotSameAs(first);
    }
}
