package org.geometryos.compositor.rings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.geometryos.compositor.testkit.Changes.held;
import static org.geometryos.compositor.testkit.Changes.view;

import java.util.Set;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.journal.Fence;
import org.junit.jupiter.api.Test;

/** How much is held, and what becomes of the rest. */
class RingJournalBoundsTest {
    private static final RingJournal.Limits SMALL =
            new RingJournal.Limits(RingJournal.Limits.MIN, RingJournal.Limits.MIN);
    private static final RingJournal.Limits DEFAULT = new RingJournal.Limits(48L << 20, 8L << 20);

    private final RingJournal journal = new RingJournal(SMALL, () -> {});

    private static void append(RingJournal on, Change change) {
        on.append(change, Fence.NONE);
    }

    @Test
    void seventyFiveSecondsAtSixHundredPerSecondAreHeldByDefault() {
        journal.setLimits(DEFAULT);
        Change moved = view("a");
        append(journal, held("a", "first"));
        for (int i = 0; i < 75 * 600; i++) {
            append(journal, moved);
        }
        assertThat(journal.holds(0, Set.of("a"))).isTrue();
        assertThat(journal.holdsAll(0)).isTrue();
        for (int i = 0; i < 600 * 600; i++) {
            append(journal, moved);
        }
        assertThat(journal.holds(0, Set.of("a"))).isFalse();
        assertThat(journal.holds(0, Set.of()))
                .as("what is ordered is never pushed out by views")
                .isTrue();
    }

    @Test
    void manyRemovedCamerasAreForgottenAndThenCountAsLost() {
        append(journal, view("kept"));
        for (int i = 0; i < 65_600; i++) {
            append(journal, view("c" + i));
            append(journal, new Change.CameraRemoved("c" + i));
        }
        assertThat(journal.cameras()).isEqualTo(1);
        assertThat(journal.holds(0, Set.of("c7"))).isFalse();
        assertThat(journal.holds(journal.head(), Set.of("c7"))).isTrue();
    }

    @Test
    void limitsShrinkAndGrowWhileItRuns() {
        journal.setLimits(DEFAULT);
        for (int i = 0; i < 2000; i++) {
            append(journal, i % 2 == 0 ? view("a") : held("a", "x" + i));
        }
        assertThat(journal.holdsAll(0)).isTrue();
        journal.setLimits(SMALL);
        assertThat(journal.holdsAll(0)).isFalse();
        int few = journal.read(0, 10_000).entries().size();
        assertThat(few).isBetween(50, 300);
        assertThat(journal.camera("a")).map(Entry::seq).contains(1999L);
        journal.setLimits(DEFAULT);
        fill();
        assertThat(journal.read(0, 10_000).entries()).hasSize(few + 1000);
    }

    @Test
    void ringsStayWithinTheirBytesAndShrinkWithThem() {
        fill();
        int before = journal.read(0, 10_000).entries().size();
        assertThat(before).isBetween(10, 200);
        journal.setLimits(new RingJournal.Limits(4 * RingJournal.Limits.MIN, RingJournal.Limits.MIN));
        fill();
        assertThat(journal.read(0, 10_000).entries().size()).isBetween(3 * before, 5 * before);
        journal.setLimits(SMALL);
        assertThat(journal.read(0, 10_000).entries()).hasSize(before);
    }

    private void fill() {
        for (int i = 0; i < 1000; i++) {
            append(journal, view("a"));
        }
    }
}
