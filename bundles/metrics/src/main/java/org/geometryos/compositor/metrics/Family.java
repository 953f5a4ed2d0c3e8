package org.geometryos.compositor.metrics;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** All figures of one name. One thread at a time. */
final class Family {
    final String name;
    final Kind kind;
    final String help;
    /** The names of the labels, sorted. */
    final List<String> labels;
    /** By their labels as {@link Scrape} writes them. */
    final Map<String, Figure> figures = new TreeMap<>();

    /** What a figure means. */
    enum Kind {
        COUNTER,
        GAUGE,
        HISTOGRAM
    }

    Family(String name, Kind kind, String help, List<String> labels) {
        this.name = name;
        this.kind = kind;
        this.help = help;
        this.labels = labels;
    }
}
