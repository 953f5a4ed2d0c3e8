package org.geometryos.compositor.metrics;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.geometryos.compositor.api.metrics.Durations;
import org.geometryos.compositor.api.metrics.Readings;
import org.geometryos.compositor.metrics.Family.Kind;

/** The figures of all parts at one time. One thread at a time. */
final class Scrape implements Readings {
    /** Names of figures. */
    static final int FAMILIES = 500;
    /** Figures of one name. */
    static final int FIGURES = 200;
    /** Characters of a label's value. */
    static final int VALUE = 128;

    static final String OTHER = "other";
    static final String TOTAL = "_total";
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,127}");

    private final Map<String, Family> families = new TreeMap<>();

    /** Sorted by name. */
    Collection<Family> families() {
        return families.values();
    }

    @Override
    public void counter(String name, String help, double value, String... labels) {
        if (!name.endsWith(TOTAL)) {
            throw new IllegalArgumentException("the name of a counter must end with _total, not " + name);
        }
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(name + " must be 0 or more and finite, not " + value);
        }
        figure(name, Kind.COUNTER, help, labels).value += value;
    }

    @Override
    public void gauge(String name, String help, double value, String... labels) {
        if (name.endsWith(TOTAL)) {
            throw new IllegalArgumentException("the name of a gauge must not end with _total, as " + name + " does");
        }
        figure(name, Kind.GAUGE, help, labels).value += value;
    }

    @Override
    public void durations(String name, String help, Durations durations, String... labels) {
        if (!name.endsWith("_seconds")) {
            throw new IllegalArgumentException("the name of durations must end with _seconds, not " + name);
        }
        figure(name, Kind.HISTOGRAM, help, labels).add(durations);
    }

    private Figure figure(String name, Kind kind, String help, String[] labels) {
        Map<String, String> sorted = sorted(name, labels);
        List<String> names = List.copyOf(sorted.keySet());
        Family family = families.get(name);
        if (family == null) {
            family = begin(name, kind, help, names);
        } else if (family.kind != kind || !family.labels.equals(names)) {
            throw new IllegalArgumentException(name + " must be a " + family.kind + " with the labels " + family.labels
                    + ", as it was before, not a " + kind + " with " + names);
        }
        String text = text(sorted);
        if (family.figures.size() >= FIGURES && !family.figures.containsKey(text)) {
            sorted.replaceAll((label, value) -> OTHER);
            text = text(sorted);
        }
        return family.figures.computeIfAbsent(text, key -> new Figure());
    }

    private Family begin(String name, Kind kind, String help, List<String> labels) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("a name must match " + NAME + ", not \"" + name + "\"");
        }
        String clash = kind == Kind.COUNTER ? name.substring(0, name.length() - TOTAL.length()) : name + TOTAL;
        if (families.containsKey(clash)) {
            // OpenMetrics names a counter without its end
            throw new IllegalArgumentException(name + " must not stand beside " + clash);
        }
        if (families.size() >= FAMILIES) {
            throw new IllegalArgumentException(name + " is one name too many: there may be " + FAMILIES);
        }
        Family family = new Family(name, kind, help, labels);
        families.put(name, family);
        return family;
    }

    private static Map<String, String> sorted(String name, String[] labels) {
        if (labels.length % 2 != 0) {
            throw new IllegalArgumentException(name + ": labels must be names and values in turn");
        }
        Map<String, String> sorted = new TreeMap<>();
        for (int i = 0; i < labels.length; i += 2) {
            if (!NAME.matcher(labels[i]).matches() || labels[i].equals("le") || labels[i].equals("quantile")) {
                throw new IllegalArgumentException(name + ": a label must match " + NAME
                        + " and be neither le nor quantile, not \"" + labels[i] + "\"");
            }
            String value = labels[i + 1];
            if (sorted.put(labels[i], value.length() <= VALUE ? value : value.substring(0, VALUE)) != null) {
                throw new IllegalArgumentException(name + ": the label " + labels[i] + " must not come twice");
            }
        }
        return sorted;
    }

    /** As it stands between braces. */
    private static String text(Map<String, String> labels) {
        List<String> pairs = new ArrayList<>();
        labels.forEach((label, value) -> pairs.add(label + "=\"" + TextFormat.escaped(value, true) + "\""));
        return String.join(",", pairs);
    }
}
