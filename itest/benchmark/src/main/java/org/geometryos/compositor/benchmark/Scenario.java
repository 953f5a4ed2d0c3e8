package org.geometryos.compositor.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Something to measure. Another one is a class that implements this, and a line in {@link Scenarios}. */
interface Scenario {
    String name();

    /** What was measured under which conditions, one paragraph for the report. */
    String conditions();

    List<Metric> metrics();

    /** Those who take part in each round, in this order; the first is compared to each other. */
    List<Contender> contenders();

    Plan plan();

    /** Starts a contender, measures it, ends it. @param folder empty, for what the processes write */
    Run measure(Contender contender, int round, Path folder) throws IOException, InterruptedException;

    /** What follows from all runs beyond the tables, as Markdown; empty if nothing does. */
    default String findings(Report report) {
        return "";
    }

    /** Plots of its own beside that of the ratios, as SVG, by the end of the file's name. */
    default Map<String, String> plots(Report report) {
        return Map.of();
    }
}
