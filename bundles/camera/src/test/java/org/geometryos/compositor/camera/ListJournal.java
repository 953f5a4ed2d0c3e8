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

/** A journal that keeps all. */
final class ListJournal implements Journal {
    final List<Change> changes = new ArrayList<>();
    private final Map<String, Entry> cameras = new HashMap<>();
    private final Map<String, Entry> control = new HashMap<>();
    private Entry scene;

    /** The holders of a camera one after the other; null where it was free. */
    synchronized List<String> holders(String camera) {
        List<String> holders = new ArrayList<>();
        for (Change change : changes) {
            if (change instanceof Change.ControlChanged c && c.state().camera().equals(camera)) {
                holders.add(c.state().holder().orElse(null));
            }
        }
        return holders;
    }

    @Override
    public String epoch() {
        return "epoch-" + System.identityHashCode(this);
    }

    @Override
    public synchronized long head() {
        return changes.size();
    }

    @Override
    public long append(Change change) {
        return appendIf(j -> true, change).getAsLong();
    }

    @Override
    public synchronized OptionalLong appendIf(Predicate<Journal> condition, Change change) {
        if (!condition.test(this)) {
            return OptionalLong.empty();
        }
        changes.add(change);
        Entry entry = new Entry(changes.size(), change);
        change.view().ifPresent(state -> cameras.put(state.camera(), entry));
        if (change instanceof Change.SceneChanged) {
            scene = entry;
        } else if (change instanceof Change.CameraRemoved c) {
            cameras.remove(c.camera());
        } else if (change instanceof Change.ControlChanged c) {
            if (c.state().holder().isPresent()) {
                control.put(c.state().camera(), entry);
            } else {
                control.remove(c.state().camera());
            }
        }
        return OptionalLong.of(entry.seq());
    }

    @Override
    public synchronized Optional<Entry> camera(String name) {
        return Optional.ofNullable(cameras.get(name));
    }

    @Override
    public synchronized Optional<Entry> control(String camera) {
        return Optional.ofNullable(control.get(camera));
    }

    @Override
    public Map<String, Entry> holders() {
        return snapshot().control();
    }

    @Override
    public Optional<Entry> display(String session) {
        return Optional.empty();
    }

    @Override
    public synchronized Optional<Entry> scene() {
        return Optional.ofNullable(scene);
    }

    @Override
    public synchronized int cameras() {
        return cameras.size();
    }

    @Override
    public synchronized Snapshot snapshot() {
        return new Snapshot(epoch(), head(), cameras, control, Map.of(), scene());
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
