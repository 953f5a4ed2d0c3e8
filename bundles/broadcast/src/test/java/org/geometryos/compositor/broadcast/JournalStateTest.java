package org.geometryos.compositor.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.geometryos.compositor.api.connection.Presence;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.testkit.Changes;
import org.geometryos.compositor.testkit.FakeJournal;
import org.junit.jupiter.api.Test;

class JournalStateTest {
    private final FakeJournal journal = new FakeJournal("first");
    private final JournalState state = new JournalState();

    private List<Long> takeAll() {
        List<Long> taken = new ArrayList<>();
        state.take(journal.read(state.position(), 1024), entry -> taken.add(entry.seq()));
        return taken;
    }

    private void changeEverything() {
        journal.view("a", 1)
                .view("b", 2)
                .control("a", "ann")
                .control("b", "bob")
                .joined("wall");
        journal.append(Changes.presence(Presence.Action.JOINED, "lamp", "s-lamp", true));
        journal.transaction("m-1", "c");
        journal.append(Changes.removed("b"));
        journal.append(Changes.held("b", null));
        journal.append(Changes.presence(Presence.Action.LEFT, "lamp", "s-lamp", false));
    }

    @Test
    void whatIsTakenEntryByEntryIsWhatASnapshotSays() {
        state.follow(journal);
        changeEverything();
        assertThat(takeAll()).hasSize((int) journal.head()).isSorted();
        JournalState other = new JournalState();
        assertThat(other.follow(journal)).isTrue();

        assertThat(state.position()).isEqualTo(other.position()).isEqualTo(journal.head());
        assertThat(state.views()).isEqualTo(other.views()).containsOnlyKeys("a", "c");
        assertThat(state.holders()).isEqualTo(other.holders()).containsOnlyKeys("a");
        assertThat(List.copyOf(state.present()))
                .isEqualTo(List.copyOf(other.present()))
                .hasSize(1);
        assertThat(state.scene()).isEqualTo(other.scene());
        assertThat(state.scene().models()).hasSize(1);
    }

    @Test
    void aJournalThatComesBackIsTakenAsItStands() {
        state.follow(journal);
        journal.view("a", 1);
        assertThat(takeAll()).containsExactly(1L);
        assertThat(state.follow(null)).isFalse();
        assertThat(state.journal()).isNull();
        assertThat(state.position()).isEqualTo(1);
        journal.view("a", 2);

        assertThat(state.follow(journal)).isTrue();
        assertThat(state.position()).isEqualTo(2);
    }

    @Test
    void anotherSequenceReplacesTheState() {
        state.follow(journal);
        changeEverything();
        takeAll();
        FakeJournal next = new FakeJournal("second").view("z", 1);

        assertThat(state.follow(next)).isTrue();
        assertThat(state.position()).isEqualTo(1);
        assertThat(state.views()).containsOnlyKeys("z");
        assertThat(state.holders()).isEmpty();
        assertThat(state.present()).isEmpty();
        assertThat(state.scene().models()).isEmpty();
    }

    @Test
    void aSnapshotIsEstimatedByWhatIsAskedFor() {
        state.follow(journal);
        changeEverything();
        takeAll();
        int one = state.estimate(Stage.latest("a"), state.tiles());
        assertThat(one).isPositive();
        assertThat(state.estimate(Stage.latest(), state.tiles())).isEqualTo(2 * one);
        assertThat(state.estimate(Stage.scene(Stage.latest("a")), state.tiles()))
                .isGreaterThan(one);
        assertThat(state.estimate(Stage.presence(true), state.tiles()))
                .isPositive()
                .isLessThan(one);
    }

    @Test
    void viewsThatAreGoneAreLostForThoseAloneWhoWantEach() {
        state.follow(journal);
        journal.view("a", 1).view("b", 2).view("a", 3);
        takeAll();
        assertThat(state.lost(Stage.every("a"), 0)).isFalse();
        journal.forgetViews("a", 1);
        assertThat(state.lost(Stage.every("a"), 0)).isTrue();
        assertThat(state.lost(Stage.every("a"), 1)).isFalse();
        assertThat(state.lost(Stage.every("b"), 0)).isFalse();
        assertThat(state.lost(Stage.latest("a"), 0)).isFalse();
        journal.control("a", "ann").forgetOrdered(4);
        assertThat(state.lost(Stage.latest("a"), 3)).isTrue();
    }

    @Test
    void displaysThatAreThereStandInTheOrderInWhichTheyCame() {
        journal.joined("one").joined("two").joined("three");
        state.follow(journal);
        assertThat(state.present()).extracting(Entry::seq).containsExactly(1L, 2L, 3L);
    }
}
