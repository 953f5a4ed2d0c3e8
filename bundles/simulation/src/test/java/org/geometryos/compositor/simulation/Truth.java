package org.geometryos.compositor.simulation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.ControlState;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.journal.Change;

/**
 * What was appended, in all sequences that anybody may still know, and what holds for it: only the holder of a camera
 * moves it, and nobody loses control to an equal before the lease is over.
 */
final class Truth {
    private static final int EPOCHS = 12;
    private static final long LEASE = TimeUnit.SECONDS.toNanos(5);
    /** Until a lease that is over ends, at most: the clock comes ten times a second. */
    private static final long EXPIRY = TimeUnit.MILLISECONDS.toNanos(500);

    private final Timeline time;
    private final Map<String, Sequence> sequences = new LinkedHashMap<>();
    private final CameraState[] lastView = new CameraState[8];
    /** When the holder of a camera took or moved it, and when it last may have renewed it in some other way. */
    private final long[] renewed = new long[8];

    private final long[] mayBeRenewed = new long[8];
    private long revision;
    private Sequence current;

    Truth(Timeline time) {
        this.time = time;
        Arrays.fill(renewed, Timeline.START);
        Arrays.fill(mayBeRenewed, Timeline.START);
    }

    Sequence begin(String epoch) {
        Sequence next = new Sequence(epoch);
        sequences.put(epoch, next);
        List<String> names = new ArrayList<>(sequences.keySet());
        if (names.size() > EPOCHS) {
            sequences.remove(names.get(0));
        }
        current = next;
        renewAll();
        return next;
    }

    Sequence sequence(String epoch) {
        Sequence found = sequences.get(epoch);
        if (found == null) {
            throw new Violation("nobody knows epoch " + epoch);
        }
        return found;
    }

    Sequence current() {
        return current;
    }

    /** A bundle was replaced: leases may begin anew. */
    void renewAll() {
        for (int i = 0; i < mayBeRenewed.length; i++) {
            mayBeRenewed[i] = time.getAsLong();
        }
    }

    /** Somebody asked to take a camera: if it is the holder, the lease begins anew. */
    void mayRenew(int camera) {
        mayBeRenewed[camera] = time.getAsLong();
    }

    void appended(Sequence sequence, long seq, Change change) {
        long now = time.getAsLong();
        change.view().ifPresent(view -> moved(sequence, view, now));
        if (change instanceof Change.ControlChanged control) {
            taken(sequence, control.state(), now);
        }
        if (change instanceof Change.SceneChanged scene) {
            // it outlives the sequence, and whoever keeps it
            if (scene.scene().revision() < revision) {
                throw new Violation("the scene's revision was " + revision + " and is "
                        + scene.scene().revision());
            }
            revision = scene.scene().revision();
        }
        sequence.add(seq, change, now);
    }

    private void moved(Sequence sequence, CameraState view, long now) {
        int camera = Names.number(view.camera());
        Optional<ControlState> holder = sequence.holder(camera);
        boolean his = holder.isPresent()
                && holder.get().holder().get().equals(view.source())
                && holder.get().session().equals(view.origin());
        if (his) {
            renewed[camera] = now;
        } else if (!view.equals(lastView[camera])) {
            throw new Violation("camera " + view.camera() + " is moved by " + view.source() + " and held by "
                    + holder.flatMap(ControlState::holder).orElse("nobody"));
        }
        lastView[camera] = view;
    }

    private void taken(Sequence sequence, ControlState next, long now) {
        int camera = Names.number(next.camera());
        Optional<ControlState> before = sequence.holder(camera);
        if (next.holder().isPresent()
                && before.isPresent()
                && next.priority() <= before.get().priority()
                && next.priority() != Driver.FORCED
                && now - renewed[camera] < LEASE) {
            throw new Violation("camera " + next.camera() + " goes from " + before.get() + " to " + next
                    + " although the lease has " + (LEASE - (now - renewed[camera])) / 1_000_000 + " ms left");
        }
        // a new sequence begins with what was held before, and the lease goes on
        if (!sequence.neverHeld(camera)) {
            renewed[camera] = now;
        }
    }

    /** No lease lasts longer than it may. @param calm whether all who have to see to it are there */
    void checkLeases(boolean calm) {
        long now = time.getAsLong();
        for (int camera = 0; camera < renewed.length; camera++) {
            if (!calm) {
                mayBeRenewed[camera] = now;
            }
            Optional<ControlState> holder = current.holder(camera);
            if (holder.isPresent() && now - Math.max(renewed[camera], mayBeRenewed[camera]) > LEASE + EXPIRY) {
                throw new Violation("the lease of camera " + Names.camera(camera) + " does not end: "
                        + holder.get() + ", not moved for "
                        + (now - Math.max(renewed[camera], mayBeRenewed[camera])) / 1_000_000 + " ms");
            }
        }
    }
}
