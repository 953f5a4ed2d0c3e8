package org.geometryos.compositor.recorder;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Predicate;

import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.ControlState;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.connection.DisplaySettings;
import org.geometryos.compositor.api.connection.Presence;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.journal.Page;
import org.geometryos.compositor.api.journal.Snapshot;
import org.geometryos.compositor.api.scene.Model;
import org.geometryos.compositor.api.scene.NoSuchModelException;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.api.scene.SceneOp;

/** A journal for tests that forgets when it is told to. */
final class FakeJournal implements Journal {
    private final String epoch;
    private final TreeMap<Long, Entry> entries = new TreeMap<>();
    private final Map<String, Entry> cameras = new LinkedHashMap<>();
    private Entry scene;
    private long head;
    private long gone;

    FakeJournal(String epoch) {
        this.epoch = epoch;
    }

    /** A view whose x is the number of the entry, received so many microseconds after the Unix epoch. */
    synchronized FakeJournal view(String camera, long received) {
        append(new Change.CameraChanged(new CameraState(camera, new View2d(head + 1, 0, 1, 0), received - 500, received, OptionalLong.empty(),
                Optional.empty(), "test", Optional.empty(), false)));
        return this;
    }

    FakeJournal views(String camera, int count, long received) {
        for (int i = 0; i < count; i++) {
            view(camera, received + i);
        }
        return this;
    }

    FakeJournal control(String camera, String holder) {
        append(new Change.ControlChanged(new ControlState(camera, Optional.of(holder), Optional.empty(), 0)));
        return this;
    }

    FakeJournal joined(String display) {
        append(new Change.PresenceChanged(new Presence(Presence.Action.JOINED, display, "s-" + display, "ann", true, DisplaySettings.EMPTY, Optional.empty())));
        return this;
    }

    /** A transaction that puts a model, and moves a camera with it unless that is null. */
    synchronized FakeJournal transaction(String id, String camera) {
        SceneOp put = new SceneOp.Put(new Model(id, id + ".glb"));
        Scene before = scene == null ? Scene.EMPTY : ((Change.SceneChanged) scene.change()).scene();
        try {
            append(new Change.SceneChanged(List.of(put), Optional.of("s-1"), Optional.ofNullable(camera).map(name -> new CameraState(name,
                    new View2d(head + 1, 0, 1, 0), 1, 2, OptionalLong.empty(), Optional.empty(), "test", Optional.empty(), false)), before.after(List.of(put))));
        } catch (NoSuchModelException e) {
            throw new AssertionError(e);
        }
        return this;
    }

    /** Drops all entries up to a number. */
    synchronized FakeJournal forget(long upTo) {
        entries.headMap(upTo, true).clear();
        gone = upTo;
        return this;
    }

    @Override
    public String epoch() {
        return epoch;
    }

    @Override
    public synchronized long head() {
        return head;
    }

    @Override
    public synchronized long append(Change change) {
        head++;
        Entry entry = new Entry(head, change);
        entries.put(head, entry);
        change.view().ifPresent(state -> cameras.put(state.camera(), entry));
        if (change instanceof Change.SceneChanged) {
            scene = entry;
        }
        return head;
    }

    @Override
    public synchronized Page read(long after, int max) {
        List<Entry> found = entries.tailMap(after, false).values().stream().limit(max).toList();
        long to = found.size() < max ? head : found.get(found.size() - 1).seq();
        return new Page(found, Math.max(to, after), gone > after ? gone : 0);
    }

    @Override
    public synchronized Snapshot snapshot() {
        return new Snapshot(epoch, head, cameras, Map.of(), Map.of(), Optional.ofNullable(scene));
    }

    @Override
    public synchronized boolean holdsAll(long after) {
        return gone <= after;
    }

    @Override
    public OptionalLong appendIf(Predicate<Journal> condition, Change change) {
        throw new UnsupportedOperationException();
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
    public Optional<Entry> scene() {
        throw new UnsupportedOperationException();
    }

    @Override
    public int cameras() {
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
}
