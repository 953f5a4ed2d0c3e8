package org.geometryos.compositor.broadcast;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Groups that want the same kind of entries. Coming and going costs the same however many there are, and walking over
 * them as little as can be.
 */
final class Roster {
    private final List<Group> groups = new ArrayList<>();
    private final List<Group> view = Collections.unmodifiableList(groups);
    private final Map<Group, Integer> places = new HashMap<>();

    void add(Group group) {
        places.put(group, groups.size());
        groups.add(group);
    }

    void remove(Group group) {
        Integer place = places.remove(group);
        if (place != null) {
            Group last = groups.remove(groups.size() - 1);
            if (last != group) {
                groups.set(place, last);
                places.put(last, place);
            }
        }
    }

    boolean isEmpty() {
        return groups.isEmpty();
    }

    /** In no particular order. */
    List<Group> groups() {
        return view;
    }
}
