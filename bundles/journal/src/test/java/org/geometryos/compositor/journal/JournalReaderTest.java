package org.geometryos.compositor.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.geometryos.compositor.api.journal.Fence;
import org.geometryos.compositor.api.journal.JournalReader;
import org.geometryos.compositor.testkit.Changes;
import org.geometryos.compositor.testkit.FakeJournal;
import org.junit.jupiter.api.Test;

class JournalReaderTest {
    private final FakeJournal journal = new FakeJournal("first", 100, 100);
    private final JournalReader reader = new JournalReader();
    private final List<Long> got = new ArrayList<>();

    private boolean read(FakeJournal from) {
        return reader.read(from, entry -> got.add(entry.seq()));
    }

    private void append(int count) {
        for (int i = 0; i < count; i++) {
            journal.append(Changes.view("a"), Fence.NONE);
        }
    }

    @Test
    void itBeginsWithAStateAndThenGivesWhatIsNewOnce() {
        append(3);
        assertThat(read(journal)).isFalse();
        reader.begin(journal, journal.head());
        assertThat(read(journal)).isTrue();
        append(2);
        assertThat(read(journal)).isTrue();
        assertThat(read(journal)).isTrue();
        assertThat(got).containsExactly(4L, 5L);
        assertThat(reader.position()).isEqualTo(5);
    }

    @Test
    void whatIsGoneMeansToBeginAnew() {
        reader.begin(journal, 0);
        append(500);
        assertThat(read(journal)).isFalse();
        reader.begin(journal, journal.head());
        append(1);
        got.clear();
        assertThat(read(journal)).isTrue();
        assertThat(got).containsExactly(501L);
    }

    @Test
    void soDoesAnotherJournalAndNone() {
        reader.begin(journal, 0);
        assertThat(reader.follows(journal)).isTrue();
        assertThat(read(new FakeJournal("second"))).isFalse();
        reader.forget();
        assertThat(read(journal)).isFalse();
    }

    @Test
    void whoIsFarBehindBeginsAnewAlthoughAllIsThere() {
        FakeJournal large = new FakeJournal("large");
        reader.begin(large, 0);
        for (int i = 0; i < 30_000; i++) {
            large.append(Changes.view("a"), Fence.NONE);
        }
        assertThat(read(large)).isFalse();
    }
}
