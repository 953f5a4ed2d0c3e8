package org.geometryos.compositor.rings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Set;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.scene.Model;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.api.scene.SceneOp;
import org.geometryos.compositor.api.value.Quaternion;
import org.geometryos.compositor.testkit.Changes;
import org.geometryos.compositor.testkit.JournalContract;
import org.junit.jupiter.api.Test;

class RingJournalTest extends JournalContract {

    @Override
    protected Journal large(Runnable wake) {
        return new RingJournal(new RingJournal.Limits(1 << 26, 1 << 26), wake);
    }

    @Override
    protected Journal small() {
        return new RingJournal(new RingJournal.Limits(RingJournal.Limits.MIN, RingJournal.Limits.MIN), () -> {});
    }

    @Test
    void transactionsTakeRoomByWhatTheySay() {
        Journal journal = small();
        SceneOp put = new SceneOp.Put(new Model(
                "m",
                "m.glb",
                Model.ORIGIN,
                Quaternion.IDENTITY,
                Model.UNSCALED,
                true,
                Optional.of("x".repeat(256)),
                Optional.empty()));
        for (int i = 0; i < 40; i++) {
            append(journal, Changes.transaction(Scene.EMPTY, null, null, put));
        }
        assertThat(journal.holds(0, Set.of())).isFalse();
        assertThat(journal.readOrdered(0, 100).entries()).hasSizeBetween(5, 30);
    }

    @Test
    void entryIsEncodedOncePerCodecAndGeneration() {
        Journal journal = small();
        append(journal, Changes.view("a"));
        Entry entry = journal.camera("a").orElseThrow();
        byte[] first = entry.encoded("json", 1, () -> new byte[] {1});
        assertThat(entry.encoded("json", 1, () -> new byte[] {2})).isSameAs(first);
        assertThat(entry.encoded("cbor", 7, () -> new byte[] {3})).containsExactly(3);
        assertThat(entry.encoded("json", 1, () -> new byte[] {4})).isSameAs(first);
        assertThat(entry.encoded("json", 2, () -> new byte[] {5}))
                .as("a new generation")
                .containsExactly(5);
        assertThat(entry.encoded("cbor", 7, () -> new byte[] {6})).containsExactly(3);
    }
}
