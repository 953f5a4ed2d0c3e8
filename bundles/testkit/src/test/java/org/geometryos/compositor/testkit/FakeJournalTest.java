package org.geometryos.compositor.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.journal.Journal;
import org.junit.jupiter.api.Test;

class FakeJournalTest extends JournalContract {
    private static int made;

    @Override
    protected Journal large(Runnable wake) {
        return new FakeJournal("epoch-" + made++).onAppend(wake);
    }

    @Override
    protected Journal small() {
        return new FakeJournal("epoch-" + made++, 70, 100);
    }

    @Test
    void whatItIsToldToForgetIsGone() {
        FakeJournal journal = new FakeJournal("e")
                .view("a", 1)
                .control("a", "x")
                .view("a", 2)
                .control("a", null)
                .forget(3);
        assertThat(journal.read(0, 10)).satisfies(page -> {
            assertThat(page.gone()).isEqualTo(3);
            assertThat(page.entries()).extracting(Entry::seq).containsExactly(4L);
        });
        assertThat(journal.holds(2, Set.of("a"))).isFalse();
        assertThat(journal.holds(3, Set.of("a"))).isTrue();
        assertThat(journal.all()).hasSize(4);
        assertThat(journal.entry(2).change()).isEqualTo(Changes.held("a", "x"));
        assertThat(journal.holders("a")).containsExactly("x", null);
    }

    @Test
    void numbersThatPassLeaveNothingToRead() {
        FakeJournal journal = new FakeJournal("e").passTo(100).forgetOrdered(90).forgetViews("a", 95);
        assertThat(journal.append(Changes.view("b"))).isEqualTo(101);
        assertThat(journal.holds(90, Set.of("b"))).isTrue();
        assertThat(journal.holds(89, Set.of("b"))).isFalse();
        assertThat(journal.holds(94, Set.of("a"))).isFalse();
        assertThat(journal.holdsAll(94)).isFalse();
        assertThat(journal.holdsAll(95)).isTrue();
    }
}
