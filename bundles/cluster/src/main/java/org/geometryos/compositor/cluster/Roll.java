package org.geometryos.compositor.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The hosts, and which of their records were read: of each run of a host the records count in the order of their
 * numbers, each once. One that was read before is passed over, and so is one before which another is missing; its
 * author puts both again. One thread at a time.
 */
class Roll {
    /** What becomes of a record by its author and number. */
    enum Turn {
        NEXT,
        /** Before it one is missing. */
        TOO_EARLY,
        /** Read before, or of a run that is over. */
        OVER
    }

    /**
     * A host.
     *
     * @param entry the record by which it joined, or by which it was found to be gone
     * @param next the number of the record that counts next
     */
    record Host(String name, long entry, long next, boolean gone) {}

    private static final class Line {
        private long entry;
        private long next;
        private boolean gone;
    }

    private final Map<String, Line> hosts = new TreeMap<>();

    /** As it stands in a checkpoint. */
    void begin(List<Host> all) {
        hosts.clear();
        for (Host host : all) {
            Line line = new Line();
            line.entry = host.entry;
            line.next = host.next;
            line.gone = host.gone;
            hosts.put(host.name, line);
        }
    }

    List<Host> all() {
        List<Host> all = new ArrayList<>();
        hosts.forEach((name, line) -> all.add(new Host(name, line.entry, line.next, line.gone)));
        return all;
    }

    Optional<Host> host(String name) {
        return Optional.ofNullable(hosts.get(name)).map(line -> new Host(name, line.entry, line.next, line.gone));
    }

    /** The record by which a host joined or was found to be gone; 0 if it was never there. */
    long entry(String name) {
        Line line = hosts.get(name);
        return line == null ? 0 : line.entry;
    }

    /** Whether this run of a host is the present one. */
    boolean isThere(String name, long start) {
        Line line = hosts.get(name);
        return line != null && !line.gone && line.entry == start;
    }

    /** @return whether it counts */
    boolean join(String name, long seq, long replaces) {
        if (entry(name) != replaces) {
            return false;
        }
        Line line = hosts.computeIfAbsent(name, host -> new Line());
        line.entry = seq;
        line.next = 1;
        line.gone = false;
        return true;
    }

    /** @return whether it counts */
    boolean leave(String name, long seq, long start) {
        if (!isThere(name, start)) {
            return false;
        }
        Line line = hosts.get(name);
        line.entry = seq;
        line.gone = true;
        return true;
    }

    /** Looks at a record, and takes note of it if it is the next one. */
    Turn turn(LogRecord.Author by) {
        if (!isThere(by.host(), by.start())) {
            return Turn.OVER;
        }
        Line line = hosts.get(by.host());
        if (by.number() != line.next) {
            return by.number() > line.next ? Turn.TOO_EARLY : Turn.OVER;
        }
        line.next++;
        return Turn.NEXT;
    }

    /** The first by name of those that are there. */
    Optional<String> first() {
        return hosts.entrySet().stream()
                .filter(each -> !each.getValue().gone)
                .map(Map.Entry::getKey)
                .findFirst();
    }
}
