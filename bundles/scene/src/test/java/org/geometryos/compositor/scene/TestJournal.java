package org.geometryos.compositor.scene;

import java.util.ArrayList;
import java.util.Collection;
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

/** A journal that keeps all, of what concerns the scene. */
final class TestJournal implements Journal {
    private final List<Entry> entries = new ArrayList<>();
    private Entry scene;
    /** Run before the next conditional append; to let something happen at that very moment. */
    Runnable before = () -> {};

    synchronized List<Change.SceneChanged> changes() {
        return entries.stream().map(entry -> (Change.SceneChanged) entry.change()).toList();
    }

    @Override
    public String epoch() {
        return "epoch-" + System.identityHashCode(this);
    }

    @Override
    public synchronized long head() {
        return entries.size();
    }

    @Override
    public long append(Change change) {
        return appendIf(j -> true, change).getAsLong();
    }

    @Override
    public OptionalLong appendIf(Predicate<Journal> condition, Change change) {
        Runnable first = before;
        before = () -> {};
        first.run();
        synchronized (this) {
            if (!condition.test(this)) {
                return OptionalLong.empty();
            }
            scene = new Entry(entries.size() + 1, change);
            entries.add(scene);
            return OptionalLong.of(scene.seq());
        }
    }

    @Override
    public synchronized Optional<Entry> scene() {
        return Optional.ofNullable(scene);
    }

    @Override
    public Optional<Entry> camera(String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Entry> control(String camera) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Map<String, Entry> holders() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Entry> display(String session) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int cameras() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Snapshot snapshot() {
        throw new UnsupportedOperationException();
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
    public boolean holds(long after, Collection<String> cameras) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean holdsAll(long after) {
        throw new UnsupportedOperationException();
    }
}
