package org.geometryos.compositor.benchmark.micro;

import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Fence;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.journal.Page;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Appending a view, and reading the newest ones, in a journal that is full: each append drops the oldest view. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@State(Scope.Benchmark)
public class JournalBenchmark {
    private static final int CAMERAS = 10;
    /** More than the ring holds. */
    private static final int FILL = 100_000;

    private static final int PAGE = 64;

    private final Change[] changes = new Change[CAMERAS];
    private Journal journal;
    private int next;

    @Setup
    public void prepare() {
        journal = Journals.ring();
        for (int i = 0; i < CAMERAS; i++) {
            changes[i] = SampleCameras.change("camera/" + i, SampleCameras.view2d());
        }
        for (int i = 0; i < FILL; i++) {
            append();
        }
    }

    @Benchmark
    public Object append() {
        next = (next + 1) % CAMERAS;
        return journal.append(changes[next], Fence.NONE);
    }

    @Benchmark
    public Page read64() {
        return journal.read(journal.head() - PAGE, PAGE);
    }
}
