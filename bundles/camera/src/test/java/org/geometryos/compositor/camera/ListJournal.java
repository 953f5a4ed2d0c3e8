package org.geometryos.compositor.camera;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.journal.Page;
import org.geometryos.compositor.api.journal.Snapshot;

/** A journal that keeps everything; for one thread. */
final class ListJournal implements Journal {
    final List<Change> changes = new ArrayList<>();
    private final Map<String, Entry> cameras = new HashMap<>();
    private final Map<String, Entry> control = new HashMap<>();

    @Override
    public String epoch() {
        return "list";
    }

    @Override
    public long head() {
        return changes.size();
    }

    @Override
    public long append(Change change) {
        changes.add(change);
        Entry entry = new Entry(head(), change);
        if (change instanceof Change.CameraChanged c) {
            cameras.put(c.state().camera(), entry);
        } else if (change instanceof Change.CameraRemoved c) {
            cameras.remove(c.camera());
        } else if (change instanceof Change.ControlChanged c && c.state().holder().isPresent()) {
            control.put(c.state().camera(), entry);
        } else if (change instanceof Change.ControlChanged c) {
            control.remove(c.state().camera());
        }
        return head();
    }

    @Override
    public OptionalLong appendIf(Predicate<Journal> condition, Change change) {
        return condition.test(this) ? OptionalLong.of(append(change)) : OptionalLong.empty();
    }

    @Override
    public Optional<Entry> camera(String name) {
        return Optional.ofNullable(cameras.get(name));
    }

    @Override
    public Optional<Entry> control(String camera) {
        return Optional.ofNullable(control.get(camera));
    }

    @Override
    public int cameras() {
        return cameras.size();
    }

    @Override
    public Snapshot snapshot() {
        return new Snapshot(epoch(), head(), cameras, control);
    }

    @Override
    public Page read(long after, int max) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Page readOrdered(long after, int max) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean holds(long after, Collection<String> names) {
        return true;
    }

    @Override
    public boolean holdsAll(long after) {
        return true;
    }
}
