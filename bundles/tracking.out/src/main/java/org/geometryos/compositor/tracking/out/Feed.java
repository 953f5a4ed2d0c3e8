package org.geometryos.compositor.tracking.out;

import java.util.Optional;
import java.util.function.Consumer;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.journal.Page;

/** A position in the journal, for the views of one camera. One thread. */
final class Feed {
    private static final int PAGE = 500;
    /** Pages in one go; what is further behind is left out. */
    private static final int PAGES = 8;

    private Journal followed;
    private String camera = "";
    private long position;
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
        if (journal != followed || !wanted.equals(camera)) {
            followed = journal;
            camera = wanted;
            begin(taken);
            return;
        }
        for (int i = 0; i < PAGES; i++) {
            if (journal.head() == position) {
                return;
            }
            Page page = journal.read(position, PAGE);
            if (page.gone() > position) {
                begin(taken);
                return;
            }
            page.entries().forEach(entry -> take(entry, taken));
            position = Math.max(position, page.to());
        }
        begin(taken);
    }

    private void begin(Consumer<CameraState> taken) {
        long head = followed.head();
        Optional<Entry> entry = followed.camera(camera);
        present = entry.isPresent();
        position = Math.max(head, entry.map(Entry::seq).orElse(0L));
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
