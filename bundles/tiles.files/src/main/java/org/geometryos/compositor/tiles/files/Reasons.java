package org.geometryos.compositor.tiles.files;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** Why things are refused, by their names: a bounded number of them, as there is no end of what may lie in a folder. */
final class Reasons {
    static final int MOST = 100;
    private static final int LONGEST = 200;

    private final SortedMap<String, String> reasons = new TreeMap<>();

    void put(String name, String reason) {
        if (reasons.size() < MOST) {
            reasons.put(shown(name), shown(reason));
        }
    }

    SortedMap<String, String> all() {
        return Collections.unmodifiableSortedMap(reasons);
    }

    /** A name or reason that others made, for a log: in one line, and not too long. */
    static String shown(String text) {
        String line = String.valueOf(text).replaceAll("\\p{Cntrl}", "?");
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "\u2026";
    }
}
