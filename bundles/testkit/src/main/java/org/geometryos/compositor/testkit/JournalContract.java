package org.geometryos.compositor.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.geometryos.compositor.testkit.Changes.held;
import static org.geometryos.compositor.testkit.Changes.put;
import static org.geometryos.compositor.testkit.Changes.removed;
import static org.geometryos.compositor.testkit.Changes.view;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.geometryos.compositor.api.connection.Presence;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.journal.Fence;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.journal.Page;
import org.geometryos.compositor.api.journal.Snapshot;
import org.geometryos.compositor.api.journal.Verdict;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.api.tiles.Tiles;
import org.junit.jupiter.api.Test;

/** What every {@link Journal} keeps. */
public abstract class JournalContract {
    /** So many entries of a kind are more than a small journal holds. */
    private static final int MANY = 1_000;

    private static final int ALL = 100_000;
    private static final long LIMIT_SECONDS = 60;

    private final AtomicInteger woken = new AtomicInteger();
    private final Journal journal = large(woken::incrementAndGet);

    /** A journal that holds at least 20,000 entries of each kind. @param wake called after each append */
    protected abstract Journal large(Runnable wake);

    /** A journal that holds at least 20 and at most 500 entries, of views and of all else each. */
    protected abstract Journal small();

    protected static long append(Journal on, Change change) {
        return ((Verdict.Counted) on.append(change, Fence.NONE).now(null)).seq();
    }

    private static List<Long> seqs(Page page) {
        return page.entries().stream().map(Entry::seq).toList();
    }

    private static Change.SceneChanged transaction(String camera) {
        return Changes.transaction(
                Scene.EMPTY, camera == null ? null : Changes.state(camera, 5, 1, null), null, put("m"));
    }

    private static void storm(Journal on, String camera) {
        for (int i = 0; i < MANY; i++) {
            append(on, view(camera));
        }
    }

    // ---- numbers

    @Test
    void eachRunHasAnEpochOfItsOwn() {
        assertThat(journal.epoch())
                .isNotEmpty()
                .isEqualTo(journal.epoch())
                .isNotEqualTo(large(() -> {}).epoch());
    }

    @Test
    void aNewOneIsEmpty() {
        assertThat(journal.head()).isZero();
        assertThat(journal.cameras()).isZero();
        assertThat(journal.camera("a")).isEmpty();
        assertThat(journal.control("a")).isEmpty();
        assertThat(journal.holders()).isEmpty();
        assertThat(journal.display("s")).isEmpty();
        assertThat(journal.scene()).isEmpty();
        assertThat(journal.read(0, 10)).isEqualTo(new Page(List.of(), 0, 0));
        assertThat(journal.holdsAll(0)).isTrue();
        assertThat(journal.snapshot().seq()).isZero();
    }

    @Test
    void numbersAscendWithoutHolesAndEachAppendWakesTheListeners() {
        assertThat(append(journal, view("a"))).isEqualTo(1);
        assertThat(append(journal, held("a", "x"))).isEqualTo(2);
        assertThat(append(journal, view("b"))).isEqualTo(3);
        assertThat(journal.head()).isEqualTo(3);
        assertThat(woken).hasValue(3);
        assertThat(seqs(journal.read(0, 10))).containsExactly(1L, 2L, 3L);
    }

    private static boolean counts(Journal on, Change change, Fence fence) {
        boolean fits = on.fits(change, fence);
        Verdict verdict = on.append(change, fence).now(null);
        assertThat(verdict instanceof Verdict.Counted).as("what fits counts").isEqualTo(fits);
        return fits;
    }

    @Test
    void aViewCountsWhileItsCameraIsHeldByTheEntryItWasMadeUnder() {
        assertThat(counts(journal, view("a"), Fence.under(0))).as("free").isTrue();
        long first = append(journal, held("a", "x"));
        assertThat(counts(journal, view("a"), Fence.under(0))).isFalse();
        assertThat(counts(journal, view("a"), Fence.under(first))).isTrue();
        long second = append(journal, held("a", "x"));
        assertThat(counts(journal, view("a"), Fence.under(first)))
                .as("the same holder again is another entry")
                .isFalse();
        assertThat(counts(journal, transaction("a"), Fence.under(first))).isFalse();
        assertThat(counts(journal, transaction("a"), Fence.under(second))).isTrue();
        assertThat(counts(journal, transaction(null), Fence.under(first)))
                .as("moves no camera")
                .isTrue();
        assertThat(counts(journal, removed("a"), Fence.under(first))).isFalse();
        append(journal, held("a", null));
        assertThat(counts(journal, view("a"), Fence.under(second))).isFalse();
        assertThat(counts(journal, removed("a"), Fence.under(0))).isTrue();
    }

    @Test
    void aChangeCountsWhileWhatItReplacesIsTheNewest() {
        assertThat(counts(journal, view("a"), Fence.replacing(0))).isTrue();
        assertThat(counts(journal, view("a"), Fence.replacing(0))).isFalse();
        assertThat(counts(journal, removed("a"), Fence.replacing(1))).isTrue();
        assertThat(counts(journal, view("a"), Fence.replacing(0))).as("gone").isTrue();
        assertThat(counts(journal, held("a", "x"), Fence.replacing(0))).isTrue();
        long control = journal.head();
        assertThat(counts(journal, held("a", "y"), Fence.replacing(0))).isFalse();
        assertThat(counts(journal, held("a", null), Fence.replacing(control))).isTrue();
        assertThat(counts(journal, held("a", "y"), Fence.replacing(0))).isTrue();
        assertThat(counts(journal, transaction(null), Fence.replacing(0))).isTrue();
        long scene = journal.head();
        assertThat(counts(journal, transaction("a"), Fence.replacing(0))).isFalse();
        assertThat(counts(journal, transaction("b"), Fence.replacing(scene))).isTrue();
        assertThat(counts(journal, view("b"), Fence.replacing(scene + 1)))
                .as("a transaction gives a view")
                .isTrue();
        Change joined = Changes.presence(Presence.Action.JOINED, "wall", "s-1", true);
        assertThat(counts(journal, joined, Fence.replacing(0))).isTrue();
        assertThat(counts(journal, joined, Fence.replacing(0))).isFalse();
        assertThat(counts(
                        journal,
                        Changes.presence(Presence.Action.LEFT, "wall", "s-1", false),
                        Fence.replacing(journal.head())))
                .isTrue();
        assertThat(counts(journal, joined, Fence.replacing(0))).isTrue();
        assertThat(counts(journal, Changes.wall("main", "left"), Fence.replacing(0)))
                .isTrue();
        long wall = journal.head();
        assertThat(counts(journal, Changes.wall("main", "right"), Fence.replacing(0)))
                .isFalse();
        assertThat(counts(journal, Changes.wallRemoved("main"), Fence.replacing(0)))
                .isFalse();
        assertThat(counts(journal, Changes.wallRemoved("main"), Fence.replacing(wall)))
                .isTrue();
    }

    private static Change tiles(Change.SceneChanged scene) {
        return Changes.tiles(Tiles.NONE, scene, 1);
    }

    @Test
    void tilesCountWithAllThatBelongsToThemOrNotAtAll() {
        assertThat(counts(journal, tiles(null), Fence.replacing(0))).isTrue();
        long first = journal.head();
        assertThat(counts(journal, tiles(null), Fence.replacing(0))).isFalse();
        long scene = append(journal, transaction(null));
        assertThat(counts(journal, tiles(null), Fence.replacing(first).withScene(0)))
                .as("changes no scene")
                .isTrue();
        Fence tiles = Fence.replacing(journal.head());
        assertThat(counts(journal, tiles(transaction(null)), tiles.withScene(0)))
                .as("another scene")
                .isFalse();
        assertThat(counts(
                        journal,
                        tiles(transaction(null)),
                        Fence.replacing(first).withScene(scene)))
                .as("other tiles")
                .isFalse();
        assertThat(counts(journal, tiles(transaction(null)), tiles.withScene(scene)))
                .isTrue();
        long whole = journal.head();
        Fence both = Fence.replacing(whole).withScene(whole);
        long control = append(journal, held("a", "x"));
        assertThat(counts(journal, tiles(transaction("a")), both.withUnder(0)))
                .as("held by now")
                .isFalse();
        assertThat(counts(journal, tiles(transaction("a")), both.withUnder(control)))
                .isTrue();
        assertThat(counts(journal, transaction(null), Fence.replacing(whole)))
                .as("the scene's newest entry is that of the tiles")
                .isFalse();
        assertThat(counts(journal, transaction(null), Fence.replacing(journal.head())))
                .isTrue();
    }

    @Test
    void whatIsPassedOverChangesNothingAndWakesNobody() {
        append(journal, held("a", "x"));
        assertThat(counts(journal, view("a"), Fence.under(0))).isFalse();
        assertThat(journal.head()).isEqualTo(1);
        assertThat(journal.camera("a")).isEmpty();
        assertThat(woken).hasValue(1);
    }

    @Test
    void onlyOneOfManyWinsWithTheSameFence() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Future<Verdict>> tries = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String name = "x" + i;
            tries.add(threads.submit(
                    () -> journal.append(held("a", name), Fence.replacing(0)).now(null)));
        }
        int won = 0;
        for (Future<Verdict> one : tries) {
            won += one.get(LIMIT_SECONDS, TimeUnit.SECONDS) instanceof Verdict.Counted ? 1 : 0;
        }
        threads.shutdown();
        assertThat(won).isEqualTo(1);
        assertThat(journal.head()).isEqualTo(1);
    }

    @Test
    void listenersAreWokenOutsideTheLockAndSeeWhatWasAppended() {
        ExecutorService other = Executors.newSingleThreadExecutor();
        List<Long> seen = new ArrayList<>();
        Journal[] itself = new Journal[1];
        itself[0] = large(() -> {
            try {
                seen.add(other.submit(() -> itself[0].snapshot().seq()).get(LIMIT_SECONDS, TimeUnit.SECONDS));
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        append(itself[0], view("a"));
        other.shutdown();
        assertThat(seen).containsExactly(1L);
    }

    @Test
    void everyoneReadsTheSameSequenceWhileManyAppend() throws Exception {
        int writers = 4;
        int each = 2000;
        ExecutorService threads = Executors.newFixedThreadPool(writers);
        List<Future<?>> running = new ArrayList<>();
        for (int w = 0; w < writers; w++) {
            String camera = "c" + w;
            running.add(threads.submit(() -> {
                for (int i = 0; i < each; i++) {
                    append(journal, i % 10 == 0 ? held(camera, "x") : view(camera));
                }
            }));
        }
        List<Long> read = new ArrayList<>();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        for (long at = 0; at < (long) writers * each && System.nanoTime() - deadline < 0; ) {
            Page page = journal.read(at, 64);
            read.addAll(seqs(page));
            at = page.to();
        }
        for (Future<?> one : running) {
            one.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        }
        threads.shutdown();
        assertThat(read).hasSize(writers * each);
        for (int i = 0; i < read.size(); i++) {
            assertThat(read.get(i)).isEqualTo(i + 1L);
        }
    }

    // ---- the newest state

    @Test
    void aCameraCanGoAndComeBack() {
        append(journal, view("a"));
        append(journal, removed("nobody"));
        assertThat(journal.cameras()).isEqualTo(1);
        append(journal, removed("a"));
        assertThat(journal.camera("a")).isEmpty();
        assertThat(journal.cameras()).isZero();
        append(journal, view("a"));
        assertThat(journal.cameras()).isEqualTo(1);
        assertThat(journal.camera("a")).map(Entry::seq).hasValue(4L);
    }

    @Test
    void snapshotHoldsTheNewestOfEachCameraAndTheHoldersAndDoesNotChange() {
        append(journal, view("a"));
        append(journal, view("a"));
        append(journal, held("a", "x"));
        append(journal, view("b"));
        append(journal, removed("b"));
        Snapshot snapshot = journal.snapshot();
        assertThat(snapshot.epoch()).isEqualTo(journal.epoch());
        assertThat(snapshot.seq()).isEqualTo(5);
        assertThat(snapshot.cameras()).containsOnlyKeys("a");
        assertThat(snapshot.cameras().get("a").seq()).isEqualTo(2);
        assertThat(snapshot.control()).containsOnlyKeys("a").isEqualTo(journal.holders());
        append(journal, held("a", null));
        assertThat(journal.control("a")).isEmpty();
        assertThat(journal.holders()).isEmpty();
        assertThat(snapshot.control()).as("a snapshot does not change").hasSize(1);
    }

    @Test
    void aHolderOutlivesTheViewsAndTheCamera() {
        append(journal, held("a", "x"));
        append(journal, view("a"));
        append(journal, removed("a"));
        assertThat(journal.control("a")).map(Entry::seq).hasValue(1L);
        append(journal, held("a", "y"));
        assertThat(journal.control("a")).map(Entry::seq).hasValue(4L);
    }

    @Test
    void aDisplayIsThereUntilItLeaves() {
        long joined = append(journal, Changes.presence(Presence.Action.JOINED, "wall", "s-1", true));
        assertThat(journal.display("s-1")).map(Entry::seq).hasValue(joined);
        long changed = append(journal, Changes.presence(Presence.Action.CHANGED, "wall", "s-1", false));
        assertThat(journal.snapshot().displays())
                .containsOnlyKeys("s-1")
                .hasEntrySatisfying("s-1", entry -> assertThat(entry.seq()).isEqualTo(changed));
        append(journal, Changes.presence(Presence.Action.LEFT, "wall", "s-1", false));
        assertThat(journal.display("s-1")).isEmpty();
        assertThat(journal.snapshot().displays()).isEmpty();
        assertThat(seqs(journal.readOrdered(0, 10))).containsExactly(1L, 2L, 3L);
    }

    @Test
    void aWallIsThereUntilItIsRemoved() {
        assertThat(journal.wall("main")).isEmpty();
        append(journal, Changes.wall("main", "left"));
        long changed = append(journal, Changes.wall("main", "left", "right"));
        long side = append(journal, Changes.wall("side"));
        assertThat(journal.wall("main")).map(Entry::seq).hasValue(changed);
        assertThat(journal.walls())
                .containsOnlyKeys("main", "side")
                .isEqualTo(journal.snapshot().walls());
        append(journal, Changes.wallRemoved("main"));
        append(journal, Changes.wallRemoved("nobody"));
        assertThat(journal.wall("main")).isEmpty();
        assertThat(journal.snapshot().walls())
                .containsOnlyKeys("side")
                .hasEntrySatisfying("side", entry -> assertThat(entry.seq()).isEqualTo(side));
        assertThat(seqs(journal.readOrdered(0, 10))).containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void aTransactionIsTheNewestOfItsCameraAndOfTheScene() {
        append(journal, view("a"));
        assertThat(journal.scene()).isEmpty();
        append(journal, transaction("a"));
        append(journal, transaction("b"));
        append(journal, transaction(null));
        assertThat(journal.camera("a")).map(Entry::seq).hasValue(2L);
        assertThat(journal.cameras()).isEqualTo(2);
        Snapshot snapshot = journal.snapshot();
        assertThat(snapshot.scene()).isEqualTo(journal.scene()).map(Entry::seq).hasValue(4L);
        assertThat(snapshot.cameras().get("b").change().view())
                .hasValueSatisfying(state -> assertThat(state.camera()).isEqualTo("b"));
        append(journal, removed("b"));
        assertThat(journal.camera("b")).isEmpty();
        assertThat(journal.scene()).as("the scene stays").map(Entry::seq).hasValue(4L);
    }

    @Test
    void aTransactionOnTilesIsTheNewestOfAllThatItHolds() {
        assertThat(journal.tiles()).isEmpty();
        append(journal, transaction("a"));
        append(journal, Changes.tiles(Tiles.NONE, null, 3));
        assertThat(journal.tiles()).map(Entry::seq).hasValue(2L);
        assertThat(journal.scene()).as("the scene is as before").map(Entry::seq).hasValue(1L);
        append(journal, Changes.tiles(Tiles.NONE, transaction("b"), 1));
        Snapshot snapshot = journal.snapshot();
        assertThat(snapshot.tiles())
                .isEqualTo(journal.tiles())
                .isEqualTo(journal.scene())
                .isEqualTo(snapshot.scene())
                .isEqualTo(journal.camera("b"))
                .map(Entry::seq)
                .hasValue(3L);
        assertThat(seqs(journal.readOrdered(0, 10))).containsExactly(1L, 2L, 3L);
    }

    // ---- reading

    @Test
    void pageSaysUpToWhereItIsComplete() {
        for (int i = 0; i < 10; i++) {
            append(journal, i % 2 == 0 ? view("a") : held("a" + i, "x"));
        }
        Page first = journal.read(0, 4);
        assertThat(seqs(first)).containsExactly(1L, 2L, 3L, 4L);
        assertThat(first.to()).isEqualTo(4);
        Page rest = journal.read(first.to(), ALL);
        assertThat(rest.entries()).hasSize(6);
        assertThat(rest.to()).isEqualTo(10);
        assertThat(journal.read(10, 5)).isEqualTo(new Page(List.of(), 10, 0));
        assertThat(seqs(journal.readOrdered(0, 3))).containsExactly(2L, 4L, 6L);
        assertThat(journal.readOrdered(0, 3).to()).isEqualTo(6);
        assertThat(journal.readOrdered(8, 3).to()).isEqualTo(10);
    }

    @Test
    void transactionsAreOrderedAndViewsAreNot() {
        append(journal, view("a"));
        append(journal, transaction("a"));
        append(journal, removed("a"));
        append(journal, held("a", "x"));
        append(journal, Changes.presence(Presence.Action.JOINED, "wall", "s-1", true));
        assertThat(seqs(journal.readOrdered(0, 10))).containsExactly(2L, 3L, 4L, 5L);
    }

    @Test
    void aPositionIsNeverMovedBack() {
        assertThat(journal.read(0, 10).to()).isZero();
        append(journal, view("a"));
        assertThat(journal.read(99, 10)).isEqualTo(new Page(List.of(), 99, 0));
        assertThat(journal.readOrdered(99, 10)).isEqualTo(new Page(List.of(), 99, 0));
        assertThat(journal.readOrdered(0, 10).to())
                .as("no ordered entry up to the head")
                .isEqualTo(1);
    }

    // ---- what is gone

    @Test
    void whatIsGoneIsToldPerCameraToTheVeryNumber() {
        Journal bounded = small();
        long quiet = append(bounded, view("quiet"));
        storm(bounded, "busy");
        assertThat(bounded.holds(0, Set.of("quiet"))).isFalse();
        assertThat(bounded.holds(quiet, Set.of("quiet")))
                .as("nothing of it after that")
                .isTrue();
        assertThat(bounded.holds(quiet, Set.of("quiet", "busy"))).isFalse();
        assertThat(bounded.holds(0, Set.of("unknown"))).isTrue();
        assertThat(bounded.camera("quiet"))
                .as("the newest state stays")
                .map(Entry::seq)
                .hasValue(quiet);
        assertThat(bounded.holdsAll(quiet)).isFalse();
        assertThat(bounded.holdsAll(bounded.head())).isTrue();
        Page page = bounded.read(0, ALL);
        assertThat(page.gone()).isEqualTo(page.entries().get(0).seq() - 1);
        assertThat(page.entries()).hasSize((int) (bounded.head() - page.gone()));
        assertThat(bounded.read(page.gone(), 1).gone()).isZero();
        assertThat(bounded.read(page.gone() - 1, 1).gone()).isEqualTo(page.gone());
        assertThat(bounded.holds(page.gone(), Set.of("busy"))).isTrue();
        assertThat(bounded.holds(page.gone() - 1, Set.of("busy"))).isFalse();
        assertThat(bounded.holdsAll(page.gone())).isTrue();
        assertThat(bounded.holdsAll(page.gone() - 1)).isFalse();
    }

    @Test
    void viewsNeverPushOutWhatIsOrdered() {
        Journal bounded = small();
        append(bounded, held("first", "x"));
        append(bounded, transaction("a"));
        storm(bounded, "a");
        assertThat(seqs(bounded.readOrdered(0, 10))).containsExactly(1L, 2L);
        assertThat(bounded.readOrdered(0, 10).gone()).isZero();
        assertThat(bounded.holds(0, Set.of())).isTrue();
        assertThat(bounded.holdsAll(0)).isFalse();
        assertThat(bounded.read(0, 10).gone()).isPositive();
    }

    @Test
    void whatIsOrderedNeverPushesViewsOut() {
        Journal bounded = small();
        append(bounded, view("a"));
        for (int i = 0; i < MANY; i++) {
            append(bounded, held("a", "x" + i));
        }
        assertThat(bounded.read(0, 1).entries().get(0).seq()).isEqualTo(1);
        assertThat(bounded.holds(0, Set.of("a"))).as("but the holders are").isFalse();
        assertThat(bounded.holds(0, Set.of())).isFalse();
        Page ordered = bounded.readOrdered(0, ALL);
        assertThat(ordered.gone()).isEqualTo(ordered.entries().get(0).seq() - 1);
        assertThat(bounded.holds(ordered.gone(), Set.of("a"))).isTrue();
    }

    @Test
    void aRemovedCameraStaysLostAlsoWhenItComesAgain() {
        Journal bounded = small();
        long last = append(bounded, view("a"));
        append(bounded, removed("a"));
        storm(bounded, "b");
        assertThat(bounded.holds(0, Set.of("a"))).isFalse();
        assertThat(bounded.holds(last, Set.of("a"))).isTrue();
        append(bounded, view("a"));
        assertThat(bounded.holds(last - 1, Set.of("a"))).isFalse();
        assertThat(bounded.holds(last, Set.of("a"))).isTrue();
    }

    @Test
    void whatIsPushedOutStaysTheNewestState() {
        Journal bounded = small();
        long holder = append(bounded, held("a", "x"));
        long scene = append(bounded, transaction("b"));
        long display = append(bounded, Changes.presence(Presence.Action.JOINED, "wall", "s-1", true));
        long wall = append(bounded, Changes.wall("main", "left"));
        for (int i = 0; i < MANY; i++) {
            append(bounded, held("c", "x" + i));
        }
        Snapshot snapshot = bounded.snapshot();
        assertThat(snapshot.control().get("a").seq()).isEqualTo(holder);
        assertThat(snapshot.scene()).map(Entry::seq).hasValue(scene);
        assertThat(snapshot.cameras().get("b").seq()).isEqualTo(scene);
        assertThat(snapshot.displays().get("s-1").seq()).isEqualTo(display);
        assertThat(snapshot.walls().get("main").seq()).isEqualTo(wall);
    }
}
