package org.geometryos.compositor.simulation;

import java.util.ArrayDeque;
import java.util.Locale;

/** What happened last, and a number that stands for all that happened: the same seed gives the same. */
final class History {
    private static final int KEPT = Integer.getInteger("simulation.history", 400);

    private record Event(long at, String who, Object what) {}

    private final Timeline time;
    private final ArrayDeque<Event> events = new ArrayDeque<>();
    private long print = 1;
    private long count;

    History(Timeline time) {
        this.time = time;
    }

    void note(String who, Object what) {
        if (events.size() == KEPT) {
            events.poll();
        }
        events.add(new Event(time.passed(), who, what));
        mix(what instanceof Parcel parcel ? parcel.hash : what.toString().hashCode());
    }

    /** Something that happens too often to be kept. */
    void mix(long number) {
        count++;
        print = (print * 31 + number) * 31 + time.getAsLong();
    }

    long print() {
        return print;
    }

    long count() {
        return count;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Event event : events) {
            text.append(String.format(Locale.ROOT, "%11.6f %-8s ", event.at / 1e9, event.who))
                    .append(shortened(event.what.toString()))
                    .append('\n');
        }
        return text.toString();
    }

    private static String shortened(String text) {
        return text.length() <= 400 ? text : text.substring(0, 400) + "...";
    }
}
