package org.geometryos.compositor.tiles.files;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.scene.SceneOutcome;
import org.geometryos.compositor.api.tiles.TileLayer;
import org.geometryos.compositor.api.tiles.TileOp;
import org.geometryos.compositor.api.tiles.TileService;
import org.geometryos.compositor.api.tiles.TileSource;
import org.geometryos.compositor.api.tiles.TileTree;
import org.geometryos.compositor.api.tiles.Tileset;
import org.geometryos.compositor.api.value.Answer;

/**
 * The pictures of one source: finds what is new, changed or gone, checks it, and says it to those who keep tiles. A
 * version is the time at which a batch of pictures was taken, milliseconds since the Unix epoch, and above all before
 * it. So after a restart a picture that was made before its version is the one that was served under it.
 *
 * <p>One thread looks; any thread asks for pictures.
 */
final class Shelf {
    /** Pictures that become tiles in one transaction. */
    static final int BATCH = 2_000;
    /** So many looks it is waited until nothing changes any more: what is written in one go is shown in one go. */
    static final int PATIENCE = 3;
    /** Bytes of an encoded set in a transaction. */
    private static final int PART = 300_000;

    private static final long ANSWER_SECONDS = 10;
    private static final String CLOSED = "it is being replaced";

    /** Who changes tiles. */
    static final Driver DRIVER = new Driver("tiles", Optional.empty(), 0);

    private final TileSource source;
    private final Supplier<Settings> settings;
    private final Room room;
    private final LongSupplier millis;

    private volatile Served served = Served.NOTHING;
    /** Stamps of pictures that were refused. */
    private volatile TileTree rejected = TileTree.EMPTY;

    private volatile Map<String, String> refused = Map.of();
    private volatile long refusals;
    private volatile boolean closed;
    private volatile boolean again;

    // of the thread that looks
    /** What the last look found: a picture is taken when two find the same. */
    private TileTree seen;

    private int waited;
    /** Tiles whose pictures could not be read in this look. */
    private TileTree unread = TileTree.EMPTY;

    private Map<String, Problem> problems = new LinkedHashMap<>();
    private long newest;

    /**
     * The tiles that were put, and the stamps of their pictures. A tile whose picture is not known has no stamp; one
     * whose picture is gone has one that no picture has.
     */
    private record Served(TileTree versions, TileTree stamps) {
        static final Served NOTHING = new Served(TileTree.EMPTY, TileTree.EMPTY);
    }

    private record Problem(int z, int x, int y, String reason) {}

    /** There is no picture under an address, and there will not be one. */
    static final class NoPictureException extends Exception {
        private static final long serialVersionUID = 1L;

        NoPictureException(String reason) {
            super(reason, null, false, false);
        }
    }

    /**
     * @param room for the pictures that are in memory
     * @param millis the time of day, milliseconds since the Unix epoch
     */
    Shelf(TileSource source, Supplier<Settings> settings, Room room, LongSupplier millis) {
        this.source = source;
        this.settings = settings;
        this.room = room;
        this.millis = millis;
    }

    /**
     * Looks once.
     *
     * @return why what was found could not be said; it is tried again
     * @throws IOException if the source cannot say what there is; what is known stays
     */
    Optional<String> look(TileService tiles) throws IOException {
        Tileset tileset = source.tileset();
        TileTree now = source.pictures();
        if (!now.isEmpty() && (now.minZoom() < tileset.minZoom() || now.maxZoom() > tileset.maxZoom())) {
            return Optional.of("its pictures are of levels " + now.minZoom() + " to " + now.maxZoom()
                    + "; they must be of levels " + tileset.minZoom() + " to " + tileset.maxZoom());
        }
        TileTree before = seen;
        seen = now;
        if (before == null) {
            return Optional.empty();
        }
        TileTree moving = now.unlike(before);
        if ((!moving.isEmpty() || !before.minus(now).isEmpty()) && waited++ < PATIENCE) {
            return Optional.empty();
        }
        waited = 0;
        Optional<String> problem = declare(tiles, tileset);
        if (problem.isPresent()) {
            return problem;
        }
        TileTree put = put(tiles, tileset.id());
        if (source.onRequest()) {
            return follow(tiles, put, now);
        }
        if (served == Served.NOTHING || !put.equals(served.versions)) {
            compare(put, now);
        } else {
            // what is shared is compared fast
            served = new Served(put, served.stamps);
        }
        if (again) {
            again = false;
            rejected = TileTree.EMPTY;
        }
        return take(tiles, now.minus(moving), known -> known.minus(now).minus(before));
    }

    private Optional<String> declare(TileService tiles, Tileset tileset) {
        if (!tileset.address().equals(TileSource.address(tileset.id()))) {
            return Optional.of("its address must be " + TileSource.address(tileset.id()) + ", not "
                    + Reasons.shown(tileset.address()));
        }
        boolean there = tiles.tiles()
                .layer(tileset.id())
                .filter(layer -> layer.tileset().equals(tileset))
                .isPresent();
        return there ? Optional.empty() : change(tiles, List.of(new TileOp.Declare(tileset)));
    }

    private static TileTree put(TileService tiles, String id) {
        return tiles.tiles().layer(id).map(TileLayer::tiles).orElse(TileTree.EMPTY);
    }

    /** The tiles are not those that were put here: another run put them, or somebody else has changed them. */
    private void compare(TileTree put, TileTree now) {
        Served before = served;
        TileTree[] stamps = {TileTree.EMPTY};
        put.forEach((z, x, y, v) -> {
            newest = Math.max(newest, v);
            OptionalLong own = before.versions.version(z, x, y);
            OptionalLong stamp =
                    own.isPresent() && own.getAsLong() == v ? before.stamps.version(z, x, y) : OptionalLong.empty();
            if (stamp.isEmpty()) {
                stamp = now.version(z, x, y);
                if (stamp.isPresent() && stamp.getAsLong() >= v) {
                    return;
                }
            }
            // one that is gone is to be found gone
            stamps[0] = stamps[0].plus(TileTree.tile(z, x, y, stamp.orElse(0)));
        });
        served = new Served(put, stamps[0]);
    }

    /** What is made when it is asked for is checked then, and its stamps are the versions. */
    private Optional<String> follow(TileService tiles, TileTree put, TileTree now) {
        Served before = served;
        served = new Served(now, now);
        if (now.equals(put)) {
            return Optional.empty();
        }
        Optional<String> problem = say(tiles, now.unlike(put), put.minus(now));
        if (problem.isPresent()) {
            served = before;
        }
        return problem;
    }

    /** Which of the known ones are gone. */
    private interface Gone {
        TileTree of(TileTree known);
    }

    private Optional<String> take(TileService tiles, TileTree settled, Gone goneOf) {
        unread = TileTree.EMPTY;
        Optional<String> problem = Optional.empty();
        TileTree gone = goneOf.of(served.versions);
        rejected = rejected.minus(goneOf.of(rejected));
        TileTree left = changed(settled);
        do {
            TileTree batch = first(left);
            problem = takeBatch(tiles, batch, gone);
            gone = TileTree.EMPTY;
            left = changed(settled).minus(unread);
        } while (!left.isEmpty() && problem.isEmpty() && !closed);
        problems.values().removeIf(each -> !isProblem(each));
        publish();
        return problem;
    }

    private TileTree changed(TileTree settled) {
        return settled.unlike(served.stamps.plus(rejected));
    }

    private boolean isProblem(Problem each) {
        return rejected.version(each.z, each.x, each.y).isPresent()
                || unread.version(each.z, each.x, each.y).isPresent();
    }

    private static TileTree first(TileTree tiles) {
        if (tiles.size() <= BATCH) {
            return tiles;
        }
        TileTree[] first = {TileTree.EMPTY};
        int[] count = {0};
        tiles.forEach((z, x, y, stamp) -> {
            if (count[0]++ < BATCH) {
                first[0] = first[0].plus(TileTree.tile(z, x, y, stamp));
            }
        });
        return first[0];
    }

    private Optional<String> takeBatch(TileService tiles, TileTree batch, TileTree gone) {
        newest = Math.max(newest + 1, millis.getAsLong());
        TileTree[] good = {TileTree.EMPTY};
        TileTree[] versions = {TileTree.EMPTY};
        batch.forEach((z, x, y, stamp) -> {
            if (!closed && check(z, x, y, stamp)) {
                good[0] = good[0].plus(TileTree.tile(z, x, y, stamp));
                versions[0] = versions[0].plus(TileTree.tile(z, x, y, newest));
            }
        });
        rejected = rejected.minus(good[0]);
        if (closed || versions[0].isEmpty() && gone.isEmpty()) {
            return Optional.empty();
        }
        Served before = served;
        // whoever hears of a tile finds its picture
        served = new Served(
                before.versions.minus(gone).plus(versions[0]),
                before.stamps.minus(gone).plus(good[0]));
        Optional<String> problem = say(tiles, versions[0], gone);
        if (problem.isPresent()) {
            served = before;
        }
        return problem;
    }

    private Optional<String> say(TileService tiles, TileTree put, TileTree gone) {
        String id = source.tileset().id();
        List<TileTree> puts = put.split(PART);
        List<TileTree> removals = gone.split(PART);
        Optional<String> problem = Optional.empty();
        for (int i = 0; i < Math.max(puts.size(), removals.size()) && problem.isEmpty(); i++) {
            List<TileOp> ops = new ArrayList<>();
            if (i < puts.size()) {
                ops.add(new TileOp.Put(id, puts.get(i)));
            }
            if (i < removals.size()) {
                ops.add(new TileOp.Remove(id, removals.get(i)));
            }
            problem = change(tiles, ops);
        }
        return problem;
    }

    /** After {@link #close} nothing is said any more. */
    private Optional<String> change(TileService tiles, List<TileOp> ops) {
        Answer<SceneOutcome> answer;
        synchronized (this) {
            if (closed) {
                return Optional.of(CLOSED);
            }
            answer = tiles.change(DRIVER, ops, List.of(), Optional.empty());
        }
        CompletableFuture<SceneOutcome> told = new CompletableFuture<>();
        answer.then(told::complete);
        try {
            return told.get(ANSWER_SECONDS, TimeUnit.SECONDS) instanceof SceneOutcome.Refused refusal
                    ? Optional.of(refusal.message())
                    : Optional.empty();
        } catch (TimeoutException e) {
            return Optional.of("no answer came within " + ANSWER_SECONDS + " s");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of(CLOSED);
        }
    }

    /** @return whether the picture may be served */
    private boolean check(int z, int x, int y, long stamp) {
        String name = z + "/" + x + "/" + y;
        try {
            Picture picture = read(z, x, y, stamp);
            room.giveBack(picture.bytes().length);
            problems.remove(name);
            return true;
        } catch (Picture.RefusedPictureException e) {
            rejected = rejected.plus(TileTree.tile(z, x, y, stamp));
            problem(name, new Problem(z, x, y, e.getMessage()));
        } catch (IOException | RuntimeException e) {
            // says nothing about the picture: it is tried again
            unread = unread.plus(TileTree.tile(z, x, y, stamp));
            problem(name, new Problem(z, x, y, "it cannot be read: " + e.getMessage()));
        }
        return false;
    }

    private void problem(String name, Problem problem) {
        if (problems.size() < Reasons.MOST || problems.containsKey(name)) {
            problems.put(name, problem);
        }
    }

    private void publish() {
        Reasons reasons = new Reasons();
        problems.forEach((name, problem) -> reasons.put(name, problem.reason));
        refused = reasons.all();
        refusals = rejected.size() + unread.minus(rejected).size();
    }

    private Picture read(int z, int x, int y, long stamp) throws IOException, Picture.RefusedPictureException {
        Picture.Limits limits = new Picture.Limits(
                settings.get().maxPictureBytes(), source.tileset().pixels());
        try (InputStream in = source.open(z, x, y, stamp)) {
            return Picture.read(in, limits, room);
        } catch (UnusablePictureException e) {
            throw new Picture.RefusedPictureException(e.getMessage());
        }
    }

    /** Why pictures are not served, by tile; at most {@link Reasons#MOST} of them. Any thread. */
    Map<String, String> refused() {
        return refused;
    }

    /** How many pictures are not served. Any thread. */
    long refusals() {
        return refusals;
    }

    /** How many tiles there are. Any thread. */
    long size() {
        return served.versions.size();
    }

    /** Whether a tile has this version. Any thread. */
    boolean has(int z, int x, int y, long version) {
        OptionalLong there = served.versions.version(z, x, y);
        return there.isPresent() && there.getAsLong() == version;
    }

    /** A picture cannot be had now. */
    static final class UnreadableException extends Exception {
        private static final long serialVersionUID = 1L;

        UnreadableException(String reason) {
            super(reason, null, false, false);
        }
    }

    /**
     * A picture, as it was found good: if it has changed since, it is not read. Its bytes are to be given back to the
     * room. Any thread.
     *
     * @throws NoPictureException if the tile has another version or none, or its picture was replaced by a refused one
     * @throws UnreadableException if it cannot be had now
     */
    Picture picture(int z, int x, int y, long version) throws NoPictureException, UnreadableException {
        Served now = served;
        if (now == Served.NOTHING) {
            throw new UnreadableException("the pictures have not been looked through yet");
        }
        OptionalLong there = now.versions.version(z, x, y);
        if (there.isEmpty() || there.getAsLong() != version) {
            throw new NoPictureException(
                    there.isEmpty() ? "there is no such tile" : "the tile has version " + there.getAsLong());
        }
        OptionalLong stamp = now.stamps.version(z, x, y);
        if (stamp.isEmpty()) {
            throw new UnreadableException("it has changed, and is not looked at yet");
        }
        try {
            return read(z, x, y, stamp.getAsLong());
        } catch (Picture.RefusedPictureException e) {
            throw new NoPictureException(e.getMessage());
        } catch (IOException | RuntimeException e) {
            if (rejected.version(z, x, y).isPresent()) {
                throw new NoPictureException("another picture took its place, which is refused");
            }
            throw new UnreadableException(Reasons.shown(e.getMessage()));
        }
    }

    /** Pictures that were refused are looked at again: the rules have changed. Any thread. */
    void lookAgain() {
        again = true;
    }

    /** Says nothing any more. Any thread. */
    synchronized void close() {
        closed = true;
    }
}
