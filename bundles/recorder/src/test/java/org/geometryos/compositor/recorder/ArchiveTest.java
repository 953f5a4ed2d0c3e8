package org.geometryos.compositor.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.geometryos.compositor.api.recording.RecordedEntry;
import org.geometryos.compositor.api.recording.Selection;
import org.geometryos.compositor.protocol.codec.Codecs;
import org.geometryos.compositor.testkit.FakeJournal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The newest entry of each camera, as a seek asks for it. */
class ArchiveTest {
    private static final long NOW = 1_700_000_000_000_000L;

    @TempDir
    Path folder;

    private List<Long> newest(long to, long before, String... cameras) throws Exception {
        return new Archive(folder.resolve("r.db"))
                .newest(new Selection("e1", Long.MIN_VALUE, to, Set.of(cameras), true), before).stream()
                        .map(RecordedEntry::seq)
                        .sorted(Comparator.naturalOrder())
                        .toList();
    }

    private void record(FakeJournal journal) {
        Follower follower = new Follower(
                Codecs.json(),
                1,
                new Settings(true, folder.resolve("r.db"), 0, 1L << 30, 200, Set.of()),
                () -> 5_000_000_000L,
                () -> NOW);
        follower.setJournal(journal);
        follower.pass();
        follower.close();
    }

    @Test
    void ofEachCameraTheLastAtATimeIsFound() throws Exception {
        FakeJournal journal = new FakeJournal("e1");
        for (int i = 0; i < 50; i++) {
            journal.view(i % 10 == 0 ? "slow" : "fast", NOW + i * 1_000L);
        }
        record(journal);
        assertThat(newest(Long.MAX_VALUE, Long.MAX_VALUE, "slow", "fast")).containsExactly(41L, 50L);
        assertThat(newest(NOW + 25_000, Long.MAX_VALUE, "slow", "fast")).containsExactly(21L, 26L);
        assertThat(newest(NOW + 24_999, Long.MAX_VALUE, "slow", "fast")).containsExactly(21L, 25L);
        assertThat(newest(Long.MAX_VALUE, 21, "slow", "fast")).containsExactly(11L, 20L);
        assertThat(newest(NOW, Long.MAX_VALUE, "slow", "fast")).containsExactly(1L);
        assertThat(newest(NOW - 1, Long.MAX_VALUE, "slow", "fast")).isEmpty();
        assertThat(newest(Long.MAX_VALUE, Long.MAX_VALUE)).isEmpty();
        assertThat(newest(Long.MAX_VALUE, Long.MAX_VALUE, "other")).isEmpty();
    }
}
