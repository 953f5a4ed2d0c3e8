package org.geometryos.compositor.broadcast;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;

/**
 * Displays of one writer that want the same in the same form: what goes to them is laid out once per pass. More than
 * {@link #SIZE} of them are several groups, so that a pass over thousands takes in what is new between one group and
 * the next. A display that limits its rate or leaves out its own echo has a group to itself.
 */
final class Group {
    /** Members at most: at 5 to 8 µs for each, a turn of a group takes less than 1 ms. */
    static final int SIZE = 128;

    /** @param session empty unless the group is for one session alone */
    record Key(String codec, Subscription subscription, String session) {

        static Key of(String codec, Subscription subscription, String session) {
            boolean alone = subscription.rate().isPresent() || !subscription.echo();
            return new Key(codec, subscription, alone ? session : "");
        }
    }

    final Key key;
    final Subscription subscription;
    /** Members that have everything up to the writer's position, but for what is pending. */
    final List<Display> inSync = new ArrayList<>();

    final Set<Display> members = new LinkedHashSet<>();
    /** Entries that the members want and those in sync have not got yet. */
    final List<Entry> pending = new ArrayList<>();
    /** Entries that the members wanted since the group began, without those pending. */
    long count;

    Group(Key key) {
        this.key = key;
        this.subscription = key.subscription();
    }

    /** Whether the members want an entry. */
    boolean wants(Entry entry) {
        Change change = entry.change();
        return subscribed(change)
                && (subscription.echo() || !change.origin().orElse("").equals(key.session()));
    }

    private boolean subscribed(Change change) {
        if (change instanceof Change.CameraChanged changed) {
            return subscription.wants(changed.state().camera());
        }
        if (change instanceof Change.SceneChanged changed) {
            return subscription.scene()
                    || changed.camera().isPresent()
                            && subscription.wants(changed.camera().get().camera());
        }
        if (change instanceof Change.CameraRemoved removed) {
            return subscription.wants(removed.camera());
        }
        if (change instanceof Change.PresenceChanged) {
            return subscription.presence();
        }
        return change instanceof Change.ControlChanged control
                && subscription.wants(control.state().camera());
    }

    /**
     * Whether to the members an entry is one view of a camera among others, which a newer one supersedes; all else
     * comes one by one.
     */
    boolean view(Entry entry) {
        return entry.change() instanceof Change.CameraChanged
                || entry.change() instanceof Change.SceneChanged && !subscription.scene();
    }

    /** What of an entry that the members want goes to them. */
    Part part(Entry entry) {
        if (!(entry.change() instanceof Change.SceneChanged changed)
                || changed.camera().isEmpty()) {
            return Part.WHOLE;
        }
        return !subscription.scene()
                ? Part.CAMERA
                : subscription.wants(changed.camera().get().camera()) ? Part.WHOLE : Part.SCENE;
    }

    /** What of the pending entries is sent: all, or of each camera's views the newest. */
    List<Entry> due() {
        return subscription.every() || pending.size() == 1 ? pending : newest(pending);
    }

    /** Leaves out each view of a camera that a later entry of the list supersedes. */
    private List<Entry> newest(List<Entry> entries) {
        Set<String> seen = new HashSet<>();
        List<Entry> kept = new ArrayList<>(entries.size());
        for (int i = entries.size() - 1; i >= 0; i--) {
            Entry entry = entries.get(i);
            if (view(entry)) {
                if (seen.add(entry.change().view().orElseThrow().camera())) {
                    kept.add(entry);
                }
            } else {
                if (entry.change() instanceof Change.CameraRemoved removed) {
                    seen.add(removed.camera());
                } else if (part(entry) == Part.WHOLE) {
                    entry.change().view().ifPresent(state -> seen.add(state.camera()));
                }
                kept.add(entry);
            }
        }
        java.util.Collections.reverse(kept);
        return kept;
    }

    void enter(Display display) {
        display.index = inSync.size();
        inSync.add(display);
    }

    void leave(Display display) {
        if (display.index >= 0) {
            Display last = inSync.remove(inSync.size() - 1);
            if (last != display) {
                inSync.set(display.index, last);
                last.index = display.index;
            }
            display.index = -1;
        }
    }
}
