package org.geometryos.compositor.tiles.files;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.scene.SceneOutcome;
import org.geometryos.compositor.api.tiles.TileLayer;
import org.geometryos.compositor.api.tiles.TileOp;
import org.geometryos.compositor.api.tiles.TileService;
import org.geometryos.compositor.api.tiles.TileSource;
import org.geometryos.compositor.api.tiles.TileTree;
import org.geometryos.compositor.api.tiles.Tileset;

/**
 * The pictures of one source: finds what is new, changed or gone, checks it, and says it to those who keep tiles. A
 * version is the time at which a batch of pictures was taken, seconds since the Unix epoch, and above all before it. So
 * after a restart a picture that was made before its version is the one that was served under it.
 *
 * <p>One thread looks; any thread asks for pictures.
 */
final class Shelf {
    /** Bytes of an encoded set in a transaction. */
    private static final int PART = 300_000;

    private static final int MOST_REFUSED = 100;
    private static final long MILLIS = 1000;

    private final TileSource source;
    private final Driver driver;
    private final Limits limits;
    private final LongSupplier seconds;
    /** What the last look found: a picture is taken when two find the same. */
    private TileTree seen;
    /** Stamps of what is served, or was refused. */
    private volatile TileTree taken = TileTree.EMPTY;

    private volatile Map<String, String> refused = Map.of();
    private boolean begun;
    private long newest;

    /** Of each picture. */
    record Limits(int bytes, int pixels) {}

    /** @param seconds the time of day */
    Shelf(TileSource source, Driver driver, Limits limits, LongSupplier seconds) {
        this.source = source;
        this.driver = driver;
        this.limits = limits;
        this.seconds = seconds;
    }

    /**
     * Looks once.
     *
     * @return a reason why what was found could not be said; it is tried again
     * @throws IOException if the source cannot say what there is; what is known stays
     */
    Optional<String> look(TileService tiles) throws IOException {
        TileTree now = source.pictures();
        TileTree before = seen;
        seen = now;
        if (before == null) {
            return Optional.empty();
        }
        Optional<String> problem = declare(tiles);
        if (problem.isPresent()) {
            return problem;
        }
        if (!begun) {
            begin(tiles.tiles().layer(source.tileset().id()).orElseThrow(), now);
        }
        // in both looks, with one stamp
        TileTree settled = now.minus(now.unlike(before));
        TileTree changed = settled.unlike(taken);
        TileTree gone = taken.minus(now).minus(before);
        if (changed.isEmpty() && gone.isEmpty()) {
            return Optional.empty();
        }
        return say(tiles, changed, gone);
    }

    private Optional<String> declare(TileService tiles) {
        Tileset wanted = source.tileset();
        boolean there = tiles.tiles()
                .layer(wanted.id())
                .filter(layer -> layer.tileset().equals(wanted))
                .isPresent();
        return there ? Optional.empty() : change(tiles, List.of(new TileOp.Declare(wanted)));
    }

    /** What was put before and is older than its version is what was put. */
    private void begin(TileLayer layer, TileTree now) {
        long[] last = new long[1];
        TileTree[] same = {TileTree.EMPTY};
        layer.tiles().forEach((z, x, y, v) -> {
            last[0] = Math.max(last[0], v);
            OptionalLong stamp = now.version(z, x, y);
            // one that is gone is to be found gone
            if (stamp.isEmpty() || stamp.getAsLong() / MILLIS < v) {
                same[0] = same[0].plus(TileTree.tile(z, x, y, stamp.orElse(0)));
            }
        });
        newest = last[0];
        taken = same[0];
        begun = true;
    }

    private Optional<String> say(TileService tiles, TileTree changed, TileTree gone) {
        newest = Math.max(newest + 1, seconds.getAsLong());
        String id = source.tileset().id();
        List<TileTree> good = new ArrayList<>(List.of(TileTree.EMPTY));
        SortedMap<String, String> problems = new TreeMap<>();
        changed.forEach((z, x, y, stamp) -> {
            String problem = check(z, x, y);
            if (problem.isEmpty()) {
                good.set(0, good.get(0).plus(TileTree.tile(z, x, y, newest)));
            } else if (problems.size() < MOST_REFUSED) {
                problems.put(z + "/" + x + "/" + y, problem);
            }
        });
        for (TileTree part : good.get(0).split(PART)) {
            Optional<String> problem = change(tiles, List.of(new TileOp.Put(id, part)));
            if (problem.isPresent()) {
                return problem;
            }
        }
        if (!gone.isEmpty()) {
            for (TileTree part : gone.split(PART)) {
                Optional<String> problem = change(tiles, List.of(new TileOp.Remove(id, part)));
                if (problem.isPresent()) {
                    return problem;
                }
            }
        }
        refused = Map.copyOf(problems);
        taken = taken.minus(gone).plus(changed);
        return Optional.empty();
    }

    private Optional<String> change(TileService tiles, List<TileOp> ops) {
        SceneOutcome outcome = tiles.change(driver, ops, List.of(), Optional.empty());
        return outcome instanceof SceneOutcome.Refused refusal ? Optional.of(refusal.message()) : Optional.empty();
    }

    private String check(int z, int x, int y) {
        try {
            read(z, x, y);
            return "";
        } catch (IOException | Picture.RefusedPictureException e) {
            return e.getMessage();
        }
    }

    private Picture read(int z, int x, int y) throws IOException, Picture.RefusedPictureException {
        try (InputStream in = source.open(z, x, y)) {
            return Picture.read(in, limits.bytes(), limits.pixels());
        }
    }

    /** Why pictures are not served, by tile. Any thread. */
    Map<String, String> refused() {
        return refused;
    }
}
