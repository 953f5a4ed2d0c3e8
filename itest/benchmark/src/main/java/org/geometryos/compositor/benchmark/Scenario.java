package org.geometryos.compositor.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Something to measure. Another one is a class that implements this, and a name in {@link Main}. */
interface Scenario {
    String name();

    /** What was measured under which conditions, one paragraph for the report. */
    String conditions();

    List<Metric> metrics();

    /** Those who take part in each round, in this order; the first is compared to the second. */
    List<Contender> contenders();

    /** Starts a contender, measures it, ends it. @param folder empty, for what the processes write */
    Run measure(Contender contender, int round, Path folder) throws IOException, InterruptedException;
}
