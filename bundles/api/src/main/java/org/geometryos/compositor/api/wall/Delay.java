package org.geometryos.compositor.api.wall;

import java.util.ArrayList;
import java.util.List;

/**
 * The delay of a wall over the server's time: a list of changes, ascending by {@link DelayChange#from()}. Any thread.
 */
public final class Delay {
    /** Changes that a wall's state has at most. */
    public static final int MAX_CHANGES = 4;

    private Delay() {}

    /**
     * The delay at a time, microseconds. Before the first change begins it is what that begins with; 0 if there is
     * none.
     *
     * @param time the server's, microseconds
     */
    public static double at(List<DelayChange> changes, long time) {
        if (changes.isEmpty()) {
            return 0;
        }
        int i = changes.size() - 1;
        while (i > 0 && changes.get(i).from() > time) {
            i--;
        }
        return changes.get(i).at(time);
    }

    /**
     * The list with one more change. What was to begin at its time or later is replaced by it; of what is over at
     * {@code now} only the last one stays, and of all no more than {@link #MAX_CHANGES}.
     *
     * @param now the server's time, microseconds
     */
    public static List<DelayChange> with(List<DelayChange> changes, DelayChange next, long now) {
        List<DelayChange> all = new ArrayList<>(changes);
        all.removeIf(change -> change.from() >= next.from());
        all.add(next);
        while (all.size() > 1 && (all.size() > MAX_CHANGES || all.get(1).from() <= now)) {
            all.remove(0);
        }
        return List.copyOf(all);
    }
}
