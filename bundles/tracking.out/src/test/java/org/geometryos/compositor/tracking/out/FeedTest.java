package org.geometryos.compositor.tracking.out;

import static org.assertj.core.api.Assertions.assertThat;
import static org.geometryos.compositor.tracking.out.Fixtures.NOW;

import java.util.ArrayList;
import java.util.List;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.testkit.Changes;
import org.geometryos.compositor.testkit.FakeJournal;
import org.junit.jupiter.api.Test;

class FeedTest {
    private final FakeJournal journal = new FakeJournal("a");
    private final Feed feed = new Feed();
    private final List<Long> times = new ArrayList<>();

    private void append(FakeJournal to, long time) {
        to.append(new Change.CameraChanged(Fixtures.at(0, time, 0)));
    }

    private List<Long> read(Journal from) {
        times.clear();
        feed.read(from, "stage", state -> times.add(state.time()));
        return List.copyOf(times);
    }

    @Test
    void itBeginsWithTheNewestAndGoesOnWithEach() {
        append(journal, NOW);
        append(journal, NOW + 1);
        assertThat(read(journal)).containsExactly(NOW + 1);
        append(journal, NOW + 2);
        journal.append(Changes.view("other"));
        append(journal, NOW + 3);
        assertThat(read(journal)).containsExactly(NOW + 2, NOW + 3);
        assertThat(read(journal)).isEmpty();
        assertThat(feed.present()).isTrue();
    }

    @Test
    void whatIsGoneIsLeftOut() {
        append(journal, NOW);
        read(journal);
        append(journal, NOW + 1);
        append(journal, NOW + 2);
        journal.forget(journal.head() - 1);
        assertThat(read(journal)).containsExactly(NOW + 2);
    }

    @Test
    void itGoesOnInTheNextJournal() {
        append(journal, NOW);
        read(journal);
        assertThat(read(null)).isEmpty();
        assertThat(feed.present())
                .as("while there is none, nothing is known to have changed")
                .isTrue();
        FakeJournal next = new FakeJournal("b");
        assertThat(read(next)).isEmpty();
        assertThat(feed.present()).isFalse();
        append(next, NOW);
        assertThat(read(next)).containsExactly(NOW);
        assertThat(feed.present()).isTrue();
    }

    @Test
    void aRemovedCameraIsGoneUntilItIsBack() {
        append(journal, NOW);
        read(journal);
        journal.append(Changes.removed("stage"));
        assertThat(read(journal)).isEmpty();
        assertThat(feed.present()).isFalse();
        append(journal, NOW + 5);
        read(journal);
        assertThat(feed.present()).isTrue();
    }

    @Test
    void farBehindItTakesTheNewest() {
        append(journal, NOW);
        read(journal);
        for (int i = 1; i <= 25_000; i++) {
            append(journal, NOW + i);
        }
        List<Long> found = read(journal);
        assertThat(found).hasSizeLessThan(25_000);
        assertThat(found.get(found.size() - 1)).isEqualTo(NOW + 25_000);
        assertThat(read(journal)).isEmpty();
    }
}
