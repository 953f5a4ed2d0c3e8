package org.geometryos.compositor.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.connection.Delivery;
import org.geometryos.compositor.api.connection.Near;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.tiles.NoSuchTilesetException;
import org.geometryos.compositor.api.tiles.TileLayer;
import org.geometryos.compositor.api.tiles.TileOp;
import org.geometryos.compositor.api.tiles.TileTree;
import org.geometryos.compositor.api.tiles.Tiles;
import org.geometryos.compositor.api.tiles.Tileset;
import org.geometryos.compositor.api.value.Size;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.testkit.FakeJournal;
import org.geometryos.compositor.testkit.FakeLink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Displays that want tiles near a camera. The canvas of these tests is 4096 units wide, with tiles of 16 units. */
class NearTest {
    private static final int LEVELS = 8;
    private static final Size SCREEN = new Size(160, 90);
    private static final Subscription NEAR = Subscription.NONE.withTiles(new Near("a", 1, Optional.of(SCREEN)));

    private final Stage stage = new Stage();
    private Tiles tiles = Tiles.NONE;

    private static Tileset tileset(String id, double x) {
        return new Tileset(id, x, 0, 16, 16, 0, LEVELS, Optional.empty(), "/t/{z}/{x}/{y}/{v}", 0, 1);
    }

    private long change(TileOp... ops) {
        List<TileOp> all = List.of(ops);
        try {
            tiles = tiles.after(all);
        } catch (NoSuchTilesetException e) {
            throw new AssertionError(e);
        }
        return stage.journal.append(new Change.TilesChanged(all, Optional.empty(), Optional.empty(), tiles, 1));
    }

    private long put(String id, int x, int y, long version) {
        return change(new TileOp.Put(id, TileTree.tile(LEVELS, x, y, version)));
    }

    private long look(String camera, double x, double y, double zoom) {
        return stage.journal.append(new Change.CameraChanged(new CameraState(
                camera,
                new View2d(x, y, zoom, 0, Optional.of(SCREEN)),
                1,
                1,
                OptionalLong.empty(),
                Optional.empty(),
                "test",
                Optional.empty(),
                false)));
    }

    private void world() {
        change(new TileOp.Declare(tileset("world", 0)));
        change(new TileOp.Put("world", TileTree.pyramid(0, 0, 0, LEVELS, 1)));
    }

    /** What a display makes of what it was sent. */
    private static final class Screen {
        private FakeLink link;
        private int read;
        private Tiles tiles;
        private long seq;

        private Screen(FakeLink link) {
            this.link = link;
        }

        Screen read(int most) {
            List<ServerMessage> messages = link.messages();
            for (int n = 0; n < most && read < messages.size(); n++) {
                take(messages.get(read++));
            }
            return this;
        }

        private void take(ServerMessage message) {
            if (message instanceof ServerMessage.Snapshot snapshot) {
                seq = snapshot.seq();
                snapshot.tiles().ifPresent(state -> tiles = new Tiles(0, state.layers()));
            } else if (message instanceof ServerMessage.Tiles change) {
                assertThat(change.seq()).isGreaterThanOrEqualTo(seq);
                seq = change.seq();
                try {
                    tiles = tiles.after(change.ops());
                } catch (NoSuchTilesetException e) {
                    throw new AssertionError(e);
                }
            } else if (message instanceof ServerMessage.Heartbeat beat) {
                assertThat(beat.delivered()).isNotNegative();
                assertThat(beat.superseded()).isNotNegative();
                seq = Math.max(seq, beat.seq());
            } else if (message instanceof ServerMessage.Camera camera) {
                seq = Math.max(seq, camera.seq().orElse(0));
            }
        }

        TileTree tiles(String id) {
            return tiles.layer(id).map(TileLayer::tiles).orElseThrow();
        }
    }

    private Screen screen(Subscription subscription) {
        FakeLink link = stage.link("s-" + (stage.links.size() + 1));
        stage.subscribe(link, subscription, 1);
        stage.settle();
        return new Screen(link).read(Integer.MAX_VALUE);
    }

    /** It has all that is to be seen, and nothing that is not so. */
    private void agrees(Screen screen, double x, double y, double zoom, double margin) {
        assertThat(screen.tiles.layers())
                .extracting(layer -> layer.tileset().id())
                .containsExactlyElementsOf(tiles.layers().stream()
                        .map(layer -> layer.tileset().id())
                        .toList());
        for (TileLayer layer : tiles.layers()) {
            TileTree has = screen.tiles(layer.tileset().id());
            assertThat(has.unlike(layer.tiles()).isEmpty())
                    .as("%s has %s, and there are %s", layer.tileset().id(), has, layer.tiles())
                    .isTrue();
            double width = SCREEN.width() / zoom * (0.5 + margin);
            double height = SCREEN.height() / zoom * (0.5 + margin);
            double left = layer.tileset().x();
            TileTree seen = layer.tiles()
                    .within(TileTree.around(
                            LEVELS,
                            (long) Math.floor((x - width - left) / 16),
                            (long) Math.floor((y - height) / 16),
                            (long) Math.floor((x + width - left) / 16),
                            (long) Math.floor((y + height) / 16),
                            LEVELS));
            assertThat(seen.unlike(has).isEmpty())
                    .as(
                            "of what is seen of %s something is missing",
                            layer.tileset().id())
                    .isTrue();
        }
    }

    @Test
    void aSnapshotHasTheTilesOfTheAreaAndOnlyChangesThereFollow() {
        world();
        look("a", 1000, 1000, 1);
        Screen screen = screen(NEAR);
        agrees(screen, 1000, 1000, 1, 1);
        assertThat(screen.tiles("world").size()).isLessThan(2_000);
        assertThat(screen.tiles("world").version(LEVELS, 200, 200)).isEmpty();
        screen.link.clear();
        put("world", 200, 200, 2);
        put("world", 62, 62, 2);
        stage.settle();
        List<ServerMessage.Tiles> came = screen.link.messages(ServerMessage.Tiles.class);
        assertThat(came).hasSize(1);
        assertThat(came.get(0).seq()).isEqualTo(stage.journal.head());
        assertThat(came.get(0).time()).isPresent();
    }

    @Test
    void ofATransactionComesWhatLiesInTheArea() {
        world();
        look("a", 1000, 1000, 1);
        Screen screen = screen(NEAR);
        change(new TileOp.Put(
                "world",
                TileTree.tile(LEVELS, 62, 62, 5)
                        .plus(TileTree.tile(LEVELS, 200, 200, 6))
                        .plus(TileTree.tile(0, 0, 0, 7))));
        stage.settle();
        screen.read(9);
        agrees(screen, 1000, 1000, 1, 1);
        assertThat(screen.tiles("world").version(LEVELS, 62, 62)).hasValue(5);
        assertThat(screen.tiles("world").version(0, 0, 0)).hasValue(7);
        assertThat(screen.tiles("world").version(LEVELS, 200, 200)).isEmpty();
    }

    @Test
    void whereTheCameraGoesTheTilesAreAndWhereItWasTheyStayAMoment() {
        world();
        look("a", 1000, 1000, 1);
        Screen screen = screen(NEAR);
        look("a", 3000, 3000, 1);
        stage.settle();
        screen.read(9);
        agrees(screen, 3000, 3000, 1, 1);
        agrees(screen, 1000, 1000, 1, 1);
        put("world", 62, 62, 3);
        stage.settle();
        screen.read(9);
        assertThat(screen.tiles("world").version(LEVELS, 62, 62)).hasValue(3);
        stage.pass(2_500);
        screen.read(9);
        agrees(screen, 3000, 3000, 1, 1);
        assertThat(screen.tiles("world").version(LEVELS, 62, 62)).isEmpty();
        put("world", 62, 62, 4);
        stage.settle();
        look("a", 1000, 1000, 1);
        stage.settle();
        agrees(screen.read(9), 1000, 1000, 1, 1);
    }

    @Test
    void aSmallMoveOfTheCameraSendsNothing() {
        world();
        look("a", 1000, 1000, 1);
        Screen screen = screen(NEAR);
        screen.link.clear();
        for (int i = 0; i < 40; i++) {
            look("a", 1000 + i, 1000 + i, 1 + i / 100.0);
        }
        stage.settle();
        assertThat(screen.link.messages()).isEmpty();
    }

    @Test
    void partsOfSetsDoNotCountInTheAccount() {
        world();
        look("a", 1000, 1000, 1);
        Screen screen = screen(NEAR);
        look("a", 3000, 3000, 1);
        put("world", 187, 187, 3);
        stage.settle();
        stage.pass(10_100);
        ServerMessage.Heartbeat beat = Stage.heartbeat(screen.link);
        assertThat(beat.delivered()).isEqualTo(1);
        assertThat(beat.superseded()).isZero();
        assertThat(beat.refused()).isZero();
        assertThat(beat.seq()).isEqualTo(stage.journal.head());
    }

    @Test
    void thereIsNoTileWhileThereIsNoCamera() {
        world();
        Screen screen = screen(NEAR);
        assertThat(screen.tiles("world").isEmpty()).isTrue();
        look("a", 1000, 1000, 1);
        stage.settle();
        agrees(screen.read(9), 1000, 1000, 1, 1);
    }

    @Test
    void aTilesetThatIsDeclaredElsewhereComesAnew() {
        world();
        look("a", 1000, 1000, 1);
        Screen screen = screen(NEAR);
        change(new TileOp.Declare(tileset("world", 900)));
        stage.settle();
        agrees(screen.read(9), 1000, 1000, 1, 1);
        change(new TileOp.Drop("world"));
        stage.settle();
        agrees(screen.read(9), 1000, 1000, 1, 1);
    }

    @Test
    void whoOnlyLooksOtherwiseComesNotAnew() {
        world();
        look("a", 1000, 1000, 1);
        Screen screen = screen(NEAR);
        screen.link.clear();
        Tileset sheer = new Tileset("world", 0, 0, 16, 16, 0, LEVELS, Optional.empty(), "/t/{z}/{x}/{y}/{v}", 7, 0.5);
        change(new TileOp.Declare(sheer));
        stage.settle();
        List<ServerMessage.Tiles> came = screen.link.messages(ServerMessage.Tiles.class);
        assertThat(came).hasSize(1);
        assertThat(came.get(0).ops()).containsExactly(new TileOp.Declare(sheer));
    }

    @Test
    void aJournalThatWasAwayForAMomentLosesNothingOfAnArea() {
        world();
        look("a", 1000, 1000, 1);
        Screen screen = screen(NEAR);
        FakeJournal journal = stage.journal;
        stage.journal = null;
        stage.settle();
        stage.journal = journal;
        look("a", 3000, 3000, 1);
        put("world", 187, 187, 9);
        stage.settle();
        agrees(screen.read(99), 3000, 3000, 1, 1);
    }

    @Test
    void aNewEpochIsASnapshotOfTheArea() {
        world();
        look("a", 1000, 1000, 1);
        Screen screen = screen(NEAR);
        stage.journal = new FakeJournal("second");
        tiles = Tiles.NONE;
        world();
        look("a", 3000, 3000, 1);
        stage.settle();
        agrees(screen.read(99), 3000, 3000, 1, 1);
        assertThat(screen.tiles("world").version(LEVELS, 62, 62)).isEmpty();
    }

    /** A change far away costs a glance, however many look elsewhere. */
    @Test
    void eachGetsTheChangesOfItsAreaAlone() {
        world();
        List<Screen> screens = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            look("c" + i, 50 + 100 * i, 2000, 1);
            screens.add(screen(Subscription.NONE.withTiles(new Near("c" + i, 0.5, Optional.of(SCREEN)))));
        }
        screens.forEach(screen -> screen.link.clear());
        for (int x = 0; x < 256; x++) {
            put("world", x, 125, 2);
            stage.settle();
        }
        for (int i = 0; i < 40; i++) {
            // 160 units on each side of the middle, in squares of 16
            int least = Math.max(0, (50 + 100 * i - 160) / 16);
            int most = Math.min(255, (50 + 100 * i + 160) / 16);
            assertThat(screens.get(i).link.messages(ServerMessage.Tiles.class)).hasSize(most - least + 1);
        }
    }

    @Test
    void anotherAreaIsAnotherSetInTheSnapshotAndTheSameIsNot() {
        world();
        look("a", 1000, 1000, 1);
        look("b", 3000, 3000, 1);
        Screen screen = screen(NEAR);
        stage.subscribe(screen.link, NEAR.with(Subscription.Topic.SCENE), 2);
        stage.settle();
        assertThat(screen.link.last(ServerMessage.Snapshot.class).tiles()).isEmpty();
        stage.subscribe(screen.link, Subscription.NONE.withTiles(new Near("b", 1, Optional.of(SCREEN))), 3);
        stage.settle();
        agrees(screen.read(9), 3000, 3000, 1, 1);
        assertThat(screen.tiles("world").version(LEVELS, 62, 62)).isEmpty();
        stage.subscribe(screen.link, Subscription.NONE.with(Subscription.Topic.TILES), 4);
        stage.settle();
        assertThat(screen.read(9).tiles("world"))
                .isEqualTo(tiles.layers().get(0).tiles());
    }

    @Test
    void aBusyDisplayGetsItsAreaWhenItTakesMore() {
        world();
        look("a", 1000, 1000, 1);
        Screen screen = screen(NEAR);
        screen.link.busy(true);
        for (int i = 0; i < 20; i++) {
            look("a", 1000 + 100 * i, 1000, 1);
            put("world", 62 + 6 * i, 62, 100 + i);
            stage.settle();
        }
        screen.link.busy(false);
        stage.settle();
        agrees(screen.read(99), 2900, 1000, 1, 1);
    }

    @Test
    void aRateHoldsBackViewsAndNotTheTilesOfAnArea() {
        world();
        look("a", 1000, 1000, 1);
        Screen screen = screen(NEAR.with(Subscription.Topic.ALL_CAMERAS).withRate(0.1));
        look("a", 1001, 1000, 1);
        stage.settle();
        screen.link.clear();
        screen.read = 0;
        look("a", 3000, 3000, 1);
        stage.settle();
        assertThat(screen.link.messages(ServerMessage.Camera.class)).isEmpty();
        agrees(screen.read(9), 3000, 3000, 1, 1);
    }

    @Test
    void whoMissedMoreThanIsKnownGetsASnapshot() {
        world();
        look("a", 1000, 1000, 1);
        Screen screen = screen(NEAR);
        screen.link.busy(true);
        for (int i = 0; i < 100; i++) {
            look("a", i % 2 == 0 ? 3000 : 1000, 1000, 1);
            stage.settle();
        }
        screen.link.clear();
        screen.link.busy(false);
        stage.settle();
        assertThat(screen.link.messages(ServerMessage.Gap.class)).hasSize(1);
        screen.read = 0;
        agrees(screen.read(9), 1000, 1000, 1, 1);
    }

    /** Random schedules with fixed seeds: whatever happens, at the end each display has what it should have. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15, 37, 150, 160})
    void eachHasItsAreaWhateverHappens(int seed) {
        Random random = new Random(seed);
        world();
        change(new TileOp.Declare(tileset("other", 1000)));
        double[] at = {1000, 1000, 1};
        look("a", at[0], at[1], at[2]);
        List<Screen> screens = new ArrayList<>(List.of(
                screen(NEAR),
                screen(NEAR.with(Subscription.Topic.ALL_CAMERAS)),
                screen(NEAR.with(Subscription.Topic.ALL_CAMERAS).withRate(20)),
                screen(NEAR.with(Delivery.EVERY))));
        for (int step = 0; step < 600; step++) {
            Screen screen = screens.get(random.nextInt(screens.size()));
            int dice = random.nextInt(100);
            if (dice < 25) {
                wander(random, at);
                look("a", at[0], at[1], at[2]);
            } else if (dice < 60) {
                some(random, at);
            } else if (dice < 75) {
                stage.shards.get(0).turn();
            } else if (dice < 85) {
                screen.link.busy(!screen.link.busy());
            } else if (dice < 93) {
                stage.clock.passMillis(random.nextInt(random.nextInt(10) == 0 ? 3_000 : 40));
            } else if (dice < 97) {
                screen.read(random.nextInt(20));
            } else if (dice < 98) {
                stage.end(stage.shards.get(0));
                stage.shard();
            } else {
                resume(screen, screens.indexOf(screen), random);
            }
        }
        screens.forEach(screen -> screen.link.busy(false));
        stage.settle();
        stage.pass(5_000);
        screens.forEach(screen -> agrees(screen.read(Integer.MAX_VALUE), at[0], at[1], at[2], 0.5));
    }

    private static void wander(Random random, double[] at) {
        boolean jump = random.nextInt(8) == 0;
        for (int axis = 0; axis < 2; axis++) {
            double next = jump ? random.nextDouble() * 4096 : at[axis] + random.nextGaussian() * 60 / at[2];
            at[axis] = Math.max(0, Math.min(4096, next));
        }
        at[2] = Math.max(0.05, Math.min(4, at[2] * Math.exp(random.nextGaussian() * (jump ? 1 : 0.2))));
    }

    /** A change of some tiles, near what is seen or anywhere. */
    private void some(Random random, double[] at) {
        String id = random.nextInt(4) == 0 ? "other" : "world";
        if (random.nextInt(25) == 0) {
            change(new TileOp.Declare(tileset("other", random.nextInt(2000))));
            return;
        }
        TileTree some = TileTree.EMPTY;
        for (int n = random.nextInt(random.nextInt(5) == 0 ? 20 : 2); n >= 0; n--) {
            int z = random.nextInt(3) == 0 ? random.nextInt(LEVELS) : LEVELS;
            boolean near = random.nextBoolean();
            int last = (1 << z) - 1;
            int x = near ? (int) (at[0] / 16 + random.nextGaussian() * 12) >> LEVELS - z : random.nextInt(last + 1);
            int y = near ? (int) (at[1] / 16 + random.nextGaussian() * 12) >> LEVELS - z : random.nextInt(last + 1);
            int levels = random.nextInt(6) == 0 ? random.nextInt(LEVELS - z + 1) : 0;
            some = some.plus(TileTree.pyramid(
                    z, Math.max(0, Math.min(last, x)), Math.max(0, Math.min(last, y)), levels, random.nextInt(50)));
        }
        change(random.nextInt(3) == 0 ? new TileOp.Remove(id, some) : new TileOp.Put(id, some));
    }

    private void resume(Screen screen, int index, Random random) {
        Subscription subscription =
                Subscription.fromMap(screen.link.attributes().get("subscription"));
        if (subscription.none()) {
            return;
        }
        screen.read(random.nextInt(30));
        screen.link.end();
        screen.link = stage.resumed("s-" + (index + 1), subscription, screen.seq);
        screen.read = 0;
    }
}
