package org.geometryos.compositor.tracking.out;

import java.util.Optional;
import java.util.function.Consumer;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.journal.JournalReader;

/** A position in the journal, for the views of one camera. One thread. */
final class Feed {
    private final JournalReader reader = new JournalReader();
    private String camera = "";
    private boolean present;

    /**
     * Reads on. After the journal or the camera has changed, and where too much is new, it begins with the newest view.
     *
     * @param journal null while there is none
     * @param taken gets the new views, the oldest first
     */
    void read(Journal journal, String wanted, Consumer<CameraState> taken) {
        if (journal == null) {
            return;
        }
        boolean same = wanted.equals(camera);
        camera = wanted;
        if (!same || !reader.read(journal, entry -> take(entry, taken))) {
            begin(journal, taken);
        }
    }

    private void begin(Journal journal, Consumer<CameraState> taken) {
        long head = journal.head();
        Optional<Entry> entry = journal.camera(camera);
        present = entry.isPresent();
        reader.begin(journal, Math.max(head, entry.map(Entry::seq).orElse(0L)));
        entry.flatMap(found -> found.change().view()).ifPresent(taken);
    }

    private void take(Entry entry, Consumer<CameraState> taken) {
        Optional<CameraState> view =
                entry.change().view().filter(state -> state.camera().equals(camera));
        if (view.isPresent()) {
            present = true;
            taken.accept(view.get());
        } else if (entry.change() instanceof Change.CameraRemoved gone
                && gone.camera().equals(camera)) {
            present = false;
        }
    }

    /** Whether the camera was there when it was last looked. */
    boolean present() {
        return present;
    }
}
