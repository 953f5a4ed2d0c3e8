package org.geometryos.compositor.benchmark.micro;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.connection.Near;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Fence;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.tiles.NoSuchTilesetException;
import org.geometryos.compositor.api.tiles.TileOp;
import org.geometryos.compositor.api.tiles.TileTree;
import org.geometryos.compositor.api.tiles.Tiles;
import org.geometryos.compositor.api.tiles.Tileset;
import org.geometryos.compositor.api.value.Size;
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
 * A change of one tile anywhere in a set of more than a million, from what becomes of the set to the links of those in
 * whose area it lies, among that many displays near a camera of their own each.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@State(Scope.Benchmark)
public class NearBenchmark {
    private static final int LEVELS = 10;
    private static final int SIDE = 1 << LEVELS;
    private static final int PIXELS = 256;

    @Param({"1", "100", "1000"})
    public int displays;

    private final CodecRef codec = new CodecRef(Codecs.json(), 1);
    private final SplittableRandom random = new SplittableRandom(1);
    private final List<TakingLink> links = new ArrayList<>();
    private Journal journal;
    private Shard shard;
    private Tiles tiles = Tiles.NONE;
    private long version;

    @Setup
    public void prepare() {
        journal = Journals.ring();
        shard = new Shard("near", () -> journal, name -> codec, new CountingBatch(), System::nanoTime, () -> 0);
        append(new TileOp.Declare(new Tileset("world", PIXELS, PIXELS, LEVELS, "/t/{z}/{x}/{y}/{v}")));
        append(new TileOp.Put("world", TileTree.pyramid(0, 0, 0, LEVELS, 1)));
        for (int i = 0; i < displays; i++) {
            String camera = "camera/" + i;
            View2d view = new View2d(anywhere(), anywhere(), 1, 0, Optional.of(new Size(1920, 1080)));
            journal.append(SampleCameras.change(camera, view), Fence.NONE);
            TakingLink link =
                    new TakingLink(i, journal.epoch(), journal.head(), Subscription.NONE.withTiles(new Near(camera)));
            links.add(link);
            shard.look(link);
        }
        while (shard.turn()) {
            // until all are in sync
        }
        links.forEach(link -> link.taken = 0);
    }

    private double anywhere() {
        return random.nextDouble() * SIDE * PIXELS;
    }

    private void append(TileOp op) {
        List<TileOp> ops = List.of(op);
        try {
            tiles = tiles.after(ops);
        } catch (NoSuchTilesetException e) {
            throw new IllegalStateException(e);
        }
        journal.append(new Change.TilesChanged(ops, Optional.empty(), Optional.empty(), tiles, 1), Fence.NONE);
    }

    @Benchmark
    public boolean change() {
        append(new TileOp.Put(
                "world", TileTree.tile(LEVELS, random.nextInt(SIDE), random.nextInt(SIDE), ++version & 0xff)));
        return shard.turn();
    }

    /** Whoever skips the displays would be fast. */
    @TearDown(Level.Iteration)
    public void check() {
        if (links.stream().mapToLong(link -> link.taken).sum() == 0) {
            throw new IllegalStateException("no change reached a display");
        }
        links.forEach(link -> link.taken = 0);
    }
}
