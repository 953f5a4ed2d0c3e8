package org.geometryos.compositor.benchmark.micro;

import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.api.connection.Delivery;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Fence;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.broadcast.CodecRef;
import org.geometryos.compositor.broadcast.Shard;
import org.geometryos.compositor.protocol.codec.Codecs;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * An update to a camera with one subscriber, from the journal to the one link, among that many displays that are
 * subscribed to a camera of their own each. Encoding is in it, sockets are not.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@State(Scope.Benchmark)
public class LookupBenchmark {
    @Param({"1", "1000"})
    public int groups;

    private final Change change = SampleCameras.change("camera/0", SampleCameras.view2d());
    private final CodecRef codec = new CodecRef(Codecs.json(), 1);
    private Journal journal;
    private Shard shard;
    private TakingLink subscriber;

    @Setup
    public void prepare() {
        journal = Journals.ring();
        shard = new Shard("lookup", () -> journal, name -> codec, new CountingBatch(), System::nanoTime, () -> 0);
        for (int i = 0; i < groups; i++) {
            TakingLink link = new TakingLink(
                    i,
                    journal.epoch(),
                    journal.head(),
                    Subscription.toCameras("camera/" + i).with(Delivery.EVERY));
            subscriber = i == 0 ? link : subscriber;
            shard.look(link);
        }
        while (shard.turn()) {
            // until all are in sync
        }
        update();
        check();
    }

    @Benchmark
    public boolean update() {
        journal.append(change, Fence.NONE);
        return shard.turn();
    }

    /** Whoever skips the subscriber would be fast. */
    @TearDown(Level.Iteration)
    public void check() {
        if (subscriber.taken == 0) {
            throw new IllegalStateException("no update reached the subscriber");
        }
        subscriber.taken = 0;
    }
}
