package org.geometryos.compositor.broadcast;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Predicate;

import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.journal.Page;
import org.geometryos.compositor.api.journal.Snapshot;

/** A journal for tests, bounded in entries; it remembers for the test what it has dropped. */
final class MemoryJournal implements Journal {
    private final String epoch;
    private final int maxViews;
    private final int maxOrdered;
    private final NavigableMap<Long, Entry> views = new TreeMap<>();
    private final NavigableMap<Long, Entry> ordered = new TreeMap<>();
    private final Map<String, Entry> newest = new HashMap<>();
    private final Map<String, Entry> holders = new HashMap<>();
    private final Map<String, Entry> displays = new HashMap<>();
    private final Map<String, Long> viewGone = new HashMap<>();
    private Entry scene;
    private long viewsGone;
    private long orderedGone;
    private final List<Entry> all = new ArrayList<>();
    /** Run before each read; to let something happen at that very moment. */
    Runnable beforeRead = () -> {};

    MemoryJournal(String epoch, int maxViews, int maxOrdered) {
        this.epoch = epoch;
        this.maxViews = maxViews;
        this.maxOrdered = maxOrdered;
    }

    MemoryJournal(String epoch) {
        this(epoch, Integer.MAX_VALUE, Integer.MAX_VALUE);
    }

    /** Every entry there ever was, also those dropped; that of number n at n - 1. */
    List<Entry> all() {
        return Collections.unmodifiableList(all);
    }

    @Override
    public String epoch() {
        return epoch;
    }

    @Override
    public synchronized long head() {
        return all.size();
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
        Entry entry = new Entry(all.size() + 1, change);
        all.add(entry);
        if (change instanceof Change.CameraChanged changed) {
            newest.put(changed.state().camera(), entry);
            views.put(entry.seq(), entry);
            while (views.size() > maxViews) {
                Entry old = views.pollFirstEntry().getValue();
                viewsGone = old.seq();
                viewGone.put(((Change.CameraChanged) old.change()).state().camera(), old.seq());
            }
            return OptionalLong.of(entry.seq());
        }
        change.view().ifPresent(state -> newest.put(state.camera(), entry));
        if (change instanceof Change.SceneChanged) {
            scene = entry;
        } else if (change instanceof Change.CameraRemoved removed) {
            newest.remove(removed.camera());
        } else if (change instanceof Change.ControlChanged control) {
            if (control.state().holder().isPresent()) {
                holders.put(control.state().camera(), entry);
            } else {
                holders.remove(control.state().camera());
            }
        } else if (change instanceof Change.PresenceChanged presence) {
            if (presence.presence().action() == org.geometryos.compositor.api.connection.Presence.Action.LEFT) {
                displays.remove(presence.presence().session());
            } else {
                displays.put(presence.presence().session(), entry);
            }
        }
        ordered.put(entry.seq(), entry);
        while (ordered.size() > maxOrdered) {
            orderedGone = ordered.pollFirstEntry().getKey();
        }
        return OptionalLong.of(entry.seq());
    }

    @Override
    public synchronized Optional<Entry> camera(String name) {
        return Optional.ofNullable(newest.get(name));
    }

    @Override
    public synchronized Optional<Entry> control(String camera) {
        return Optional.ofNullable(holders.get(camera));
    }

    @Override
    public synchronized Map<String, Entry> holders() {
        return Map.copyOf(holders);
    }

    @Override
    public synchronized Optional<Entry> display(String session) {
        return Optional.ofNullable(displays.get(session));
    }

    @Override
    public synchronized Optional<Entry> scene() {
        return Optional.ofNullable(scene);
    }

    @Override
    public synchronized int cameras() {
        return newest.size();
    }

    @Override
    public synchronized Snapshot snapshot() {
        return new Snapshot(epoch, head(), newest, holders, displays, scene());
    }

    @Override
    public Page read(long after, int max) {
        beforeRead.run();
        synchronized (this) {
            NavigableMap<Long, Entry> both = new TreeMap<>(views.tailMap(after, false));
            both.putAll(ordered.tailMap(after, false));
            return page(both, after, max, Math.max(viewsGone, orderedGone));
        }
    }

    @Override
    public Page readOrdered(long after, int max) {
        beforeRead.run();
        synchronized (this) {
            return page(ordered.tailMap(after, false), after, max, orderedGone);
        }
    }

    private Page page(NavigableMap<Long, Entry> from, long after, int max, long gone) {
        List<Entry> found = from.values().stream().limit(max).toList();
        long to = found.size() < max ? head() : found.get(found.size() - 1).seq();
        return new Page(found, Math.max(to, after), gone > after ? gone : 0);
    }

    @Override
    public synchronized boolean holds(long after, Collection<String> cameras) {
        return orderedGone <= after && cameras.stream().allMatch(c -> viewGone.getOrDefault(c, 0L) <= after);
    }

    @Override
    public synchronized boolean holdsAll(long after) {
        return orderedGone <= after && viewsGone <= after;
    }
}
