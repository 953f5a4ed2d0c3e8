package org.geometryos.compositor.simulation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.journal.Fence;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.journal.Page;
import org.geometryos.compositor.api.journal.Snapshot;
import org.geometryos.compositor.api.journal.Verdict;
import org.geometryos.compositor.api.value.Answer;

/**
 * The journal of the product as one part sees it: what is appended is noted as the truth, and faults can be planted.
 */
final class SeenJournal implements Journal {
    /** Who looks. */
    enum By {
        BROADCAST,
        OTHERS
    }

    private final Journal journal;
    private final Sequence sequence;
    private final Truth truth;
    private final Faults faults;
    private final boolean broadcast;

    SeenJournal(Journal journal, Sequence sequence, Truth truth, Faults faults, By by) {
        this.journal = journal;
        this.sequence = sequence;
        this.truth = truth;
        this.faults = faults;
        this.broadcast = by == By.BROADCAST;
    }

    private boolean on(Fault fault) {
        return faults.active() && faults.on(fault);
    }

    @Override
    public String epoch() {
        return broadcast && on(Fault.EPOCH_STAYS) ? "always the same" : journal.epoch();
    }

    @Override
    public long head() {
        return broadcast && on(Fault.HEAD_LAGS) ? Math.max(0, journal.head() - 1) : journal.head();
    }

    @Override
    public Answer<Verdict> append(Change change, Fence fence) {
        Answer<Verdict> answer = journal.append(change, on(Fault.FENCE_IS_IGNORED) ? Fence.NONE : fence);
        answer.then(verdict -> {
            if (verdict instanceof Verdict.Counted counted) {
                truth.appended(sequence, counted.seq(), change);
            }
        });
        return answer;
    }

    @Override
    public boolean fits(Change change, Fence fence) {
        return on(Fault.FENCE_IS_IGNORED) || journal.fits(change, fence);
    }

    @Override
    public Optional<Entry> camera(String name) {
        return journal.camera(name);
    }

    @Override
    public Optional<Entry> control(String camera) {
        return on(Fault.CONTROL_IS_FORGOTTEN) ? Optional.empty() : journal.control(camera);
    }

    @Override
    public Map<String, Entry> holders() {
        return journal.holders();
    }

    @Override
    public Optional<Entry> display(String session) {
        return journal.display(session);
    }

    @Override
    public Optional<Entry> scene() {
        return journal.scene();
    }

    @Override
    public Optional<Entry> tiles() {
        return journal.tiles();
    }

    @Override
    public Optional<Entry> wall(String name) {
        return journal.wall(name);
    }

    @Override
    public Map<String, Entry> walls() {
        return journal.walls();
    }

    @Override
    public int cameras() {
        return journal.cameras();
    }

    @Override
    public Snapshot snapshot() {
        Snapshot s = journal.snapshot();
        if (!broadcast || !faults.active()) {
            return s;
        }
        if (on(Fault.SNAPSHOT_IS_OLD)) {
            return new Snapshot(
                    s.epoch(),
                    Math.max(0, s.seq() - 3),
                    s.cameras(),
                    s.control(),
                    s.displays(),
                    s.scene(),
                    s.tiles(),
                    s.walls());
        }
        boolean empty = on(Fault.SNAPSHOT_IS_EMPTY);
        return new Snapshot(
                s.epoch(),
                s.seq(),
                empty ? Map.of() : s.cameras(),
                empty || on(Fault.SNAPSHOT_WITHOUT_HOLDERS) ? Map.of() : s.control(),
                empty || on(Fault.SNAPSHOT_WITHOUT_DISPLAYS) ? Map.of() : s.displays(),
                empty || on(Fault.SNAPSHOT_WITHOUT_SCENE) ? Optional.empty() : s.scene(),
                empty ? Optional.empty() : s.tiles(),
                empty || on(Fault.SNAPSHOT_WITHOUT_WALLS) ? Map.of() : s.walls());
    }

    @Override
    public Page read(long after, int max) {
        Page page = journal.read(after, max);
        if (!broadcast || !faults.active() || page.entries().isEmpty()) {
            return page;
        }
        List<Entry> entries = new ArrayList<>(page.entries());
        if (on(Fault.READ_SKIPS_AN_ENTRY)) {
            entries.remove(0);
        }
        entries.removeIf(entry -> entry.change() instanceof Change.ControlChanged && on(Fault.READ_SKIPS_A_CONTROL));
        entries.removeIf(entry -> entry.change() instanceof Change.WallChanged && on(Fault.READ_SKIPS_A_WALL));
        if (!entries.isEmpty() && on(Fault.READ_REPEATS_AN_ENTRY)) {
            entries.add(0, entries.get(0));
        }
        if (entries.size() > 1 && on(Fault.READ_TURNS_ENTRIES)) {
            Collections.reverse(entries);
        }
        return new Page(entries, page.to(), page.gone());
    }

    @Override
    public Page readOrdered(long after, int max) {
        Page page = journal.readOrdered(after, max);
        if (!broadcast || !faults.active() || page.entries().isEmpty()) {
            return page;
        }
        if (on(Fault.ORDERED_READ_IS_EMPTY)) {
            return new Page(List.of(), page.to(), page.gone());
        }
        List<Entry> entries = new ArrayList<>(page.entries());
        if (on(Fault.ORDERED_READ_SKIPS)) {
            entries.remove(entries.size() - 1);
        }
        return new Page(entries, page.to(), page.gone());
    }

    @Override
    public boolean holds(long after, Collection<String> cameras) {
        return on(Fault.HOLDS_EVERYTHING) || journal.holds(after, cameras);
    }

    @Override
    public boolean holdsAll(long after) {
        return on(Fault.HOLDS_EVERYTHING) || journal.holdsAll(after);
    }
}
