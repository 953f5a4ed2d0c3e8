package org.geometryos.compositor.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.ControlState;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.journal.Page;
import org.junit.jupiter.api.Test;

/** What is held, what is gone, and who is told. */
class RingJournalBoundsTest {
    private static final RingJournal.Limits SMALL = new RingJournal.Limits(RingJournal.Limits.MIN, RingJournal.Limits.MIN);
    private static final RingJournal.Limits DEFAULT = new RingJournal.Limits(48L << 20, 8L << 20);

    private RingJournal journal = new RingJournal(SMALL, () -> {});

    private static Change view(String camera) {
        return new Change.CameraChanged(new CameraState(camera, new View2d(1, 2, 1, 0), 1, 1, OptionalLong.empty(), Optional.empty(), "s", Optional.empty(), false));
    }

    private static Change held(String camera, String holder) {
        return new Change.ControlChanged(new ControlState(camera, Optional.of(holder), Optional.empty(), 0));
    }

    @Test
    void seventyFiveSecondsAtSixHundredPerSecondAreHeldByDefault() {
        journal = new RingJournal(DEFAULT, () -> {});
        Change moved = view("a");
        journal.append(held("a", "first"));
        for (int i = 0; i < 75 * 600; i++) {
            journal.append(moved);
        }
        assertThat(journal.holds(0, Set.of("a"))).isTrue();
        assertThat(journal.holdsAll(0)).isTrue();
        for (int i = 0; i < 600 * 600; i++) {
            journal.append(moved);
        }
        assertThat(journal.holds(0, Set.of("a"))).isFalse();
        assertThat(journal.holds(0, Set.of())).as("what is ordered is never pushed out by views").isTrue();
    }

    @Test
    void manyOrderedEntriesNeverPushViewsOut() {
        journal.append(view("a"));
        for (int i = 0; i < 1000; i++) {
            journal.append(held("a", "x" + i));
        }
        assertThat(journal.read(0, 1).entries().get(0).seq()).isEqualTo(1);
        assertThat(journal.holds(0, Set.of("a"))).as("but the holders are").isFalse();
    }

    @Test
    void whatIsGoneIsToldPerCameraToTheVeryNumber() {
        long quiet = journal.append(view("quiet"));
        long n = 0;
        for (int i = 0; i < 500; i++) {
            n = journal.append(view("busy"));
        }
        assertThat(journal.holds(0, Set.of("quiet"))).isFalse();
        assertThat(journal.holds(quiet, Set.of("quiet"))).as("nothing of it after that").isTrue();
        assertThat(journal.holds(quiet, Set.of("quiet", "busy"))).isFalse();
        assertThat(journal.holds(0, Set.of("unknown"))).isTrue();
        assertThat(journal.holdsAll(quiet)).isFalse();
        assertThat(journal.holdsAll(n)).isTrue();
        Page page = journal.read(0, 10_000);
        assertThat(page.gone()).isEqualTo(page.entries().get(0).seq() - 1);
        assertThat(page.entries()).hasSize((int) (n - page.gone()));
        assertThat(journal.read(page.gone(), 1).gone()).isZero();
        assertThat(journal.holds(page.gone(), Set.of("busy"))).isTrue();
        assertThat(journal.holds(page.gone() - 1, Set.of("busy"))).isFalse();
    }

    @Test
    void aRemovedCameraStaysLostAlsoWhenItComesAgain() {
        long last = journal.append(view("a"));
        journal.append(new Change.CameraRemoved("a"));
        for (int i = 0; i < 200; i++) {
            journal.append(view("b"));
        }
        assertThat(journal.holds(0, Set.of("a"))).isFalse();
        assertThat(journal.holds(last, Set.of("a"))).isTrue();
        journal.append(view("a"));
        assertThat(journal.holds(last - 1, Set.of("a"))).isFalse();
        assertThat(journal.holds(last, Set.of("a"))).isTrue();
    }

    @Test
    void manyRemovedCamerasAreForgottenAndThenCountAsLost() {
        journal.append(view("kept"));
        for (int i = 0; i < 65_600; i++) {
            journal.append(view("c" + i));
            journal.append(new Change.CameraRemoved("c" + i));
        }
        assertThat(journal.cameras()).isEqualTo(1);
        assertThat(journal.holds(0, Set.of("c7"))).isFalse();
        assertThat(journal.holds(journal.head(), Set.of("c7"))).isTrue();
    }

    @Test
    void limitsShrinkAndGrowWhileItRuns() {
        journal.limits(DEFAULT);
        for (int i = 0; i < 2000; i++) {
            journal.append(i % 2 == 0 ? view("a") : held("a", "x" + i));
        }
        assertThat(journal.holdsAll(0)).isTrue();
        journal.limits(SMALL);
        assertThat(journal.holdsAll(0)).isFalse();
        int few = journal.read(0, 10_000).entries().size();
        assertThat(few).isBetween(50, 300);
        assertThat(journal.camera("a")).map(Entry::seq).contains(1999L);
        journal.limits(DEFAULT);
        for (int i = 0; i < 1000; i++) {
            journal.append(view("a"));
        }
        assertThat(journal.read(0, 10_000).entries()).hasSize(few + 1000);
    }

    @Test
    void aPositionIsNeverMovedBack() {
        assertThat(journal.read(0, 10).to()).isZero();
        journal.append(view("a"));
        assertThat(journal.read(99, 10).to()).isEqualTo(99);
        assertThat(journal.readOrdered(0, 10).to()).as("no ordered entry up to the head").isEqualTo(1);
    }

    @Test
    void listenersAreWokenOutsideTheLock() {
        ExecutorService other = Executors.newSingleThreadExecutor();
        List<Long> seen = new ArrayList<>();
        RingJournal[] itself = new RingJournal[1];
        itself[0] = new RingJournal(DEFAULT, () -> {
            try {
                seen.add(other.submit(() -> itself[0].snapshot().seq()).get(10, TimeUnit.SECONDS));
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        itself[0].append(view("a"));
        other.shutdown();
        assertThat(seen).containsExactly(1L);
    }

    @Test
    void onlyOneOfManyWinsACondition() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Future<OptionalLong>> tries = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String name = "x" + i;
            tries.add(threads.submit(() -> journal.appendIf(j -> j.control("a").isEmpty(), held("a", name))));
        }
        int won = 0;
        for (Future<OptionalLong> one : tries) {
            won += one.get(60, TimeUnit.SECONDS).isPresent() ? 1 : 0;
        }
        threads.shutdown();
        assertThat(won).isEqualTo(1);
        assertThat(journal.head()).isEqualTo(1);
    }
}
