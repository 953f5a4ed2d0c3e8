package org.geometryos.compositor.broadcast;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.api.camera.View;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.connection.Near;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.tiles.TileLayer;
import org.geometryos.compositor.api.tiles.TileOp;
import org.geometryos.compositor.api.tiles.TileTree;
import org.geometryos.compositor.api.tiles.Tiles;
import org.geometryos.compositor.api.tiles.Tileset;
import org.geometryos.compositor.api.value.Size;
import org.geometryos.compositor.protocol.ServerMessage;

/**
 * The part of the canvas near a camera, for all displays of a shard that want tiles there. Each of them has the tiles
 * of its region, and no others. It moves in steps, when what is seen comes near the region's edge: then displays in
 * sync get the part of the sets that came in, and lose what went out. One thread at a time.
 */
final class Area {
    /** Regions that are known back in the sequence; a display that missed more of them gets a snapshot. */
    private static final int REGIONS = 32;
    /** Beyond so many times its width a region is too large for what is seen. */
    private static final double TOO_WIDE = 4;
    /** Displays show what was a moment ago, so what was left stays for so long. */
    private static final long LEAVE = TimeUnit.SECONDS.toNanos(2);
    /** A screen whose size nobody says. */
    private static final Size SCREEN = new Size(3840, 2160);
    /** Bytes of a message: one encoded part has room in it, and what is removed before. */
    private static final int MESSAGE = 960_000;

    final Near near;
    private final ChangeBounds bounds;
    /** Those whose members are here. */
    final Set<Group> groups = new LinkedHashSet<>();
    /** The newest last. */
    private final Deque<Region> regions = new ArrayDeque<>();
    /** The one before the newest, if displays that have it need no more than the difference. */
    private Region before;
    /** Whether there were regions before those that are known. */
    private boolean trimmed;
    /** When the newest one began. */
    private long since;

    private Cut lastCut;
    private Steps lastSteps;

    /** All of a region, for snapshots. */
    private record Cut(Tiles of, long version, Tiles tiles) {}

    /** @param from the version of the region that displays have, or -1 for any */
    private record Steps(String codec, long generation, long from, long version, long seq, List<byte[]> messages) {}

    /** @param bounds of all areas */
    Area(Near near, ChangeBounds bounds) {
        this.near = near;
        this.bounds = bounds;
    }

    private Region newest() {
        return regions.getLast();
    }

    long version() {
        return newest().version;
    }

    // ---- where it is

    /** Begins again with what is seen now. @param view none if there is no such camera, or it shows no canvas */
    void begin(Optional<View2d> view, long version, long seq, long now) {
        regions.clear();
        trimmed = false;
        before = null;
        since = now;
        regions.add(new Region(
                version,
                seq,
                view.map(seen -> List.of(around(seen, near.margin()))).orElse(List.of())));
    }

    /** Whether the region does not suit what is seen any more. */
    boolean moves(View2d view) {
        if (newest().parts.isEmpty()) {
            return true;
        }
        Region.Rectangle here = newest().parts.get(0);
        return !here.contains(around(view, near.margin() / 2))
                || here.width() > TOO_WIDE * around(view, near.margin()).width();
    }

    /** The region moves. What it leaves stays a while, unless it moves again. */
    void move(View2d view, long version, long seq, long now) {
        List<Region.Rectangle> parts = new ArrayList<>(List.of(around(view, near.margin())));
        newest().parts.stream().findFirst().ifPresent(parts::add);
        before = newest();
        add(new Region(version, seq, parts), now);
    }

    /** Whether there is something that was left a while ago. */
    boolean leaves(long now) {
        return newest().parts.size() > 1 && now - since >= LEAVE;
    }

    void leave(long version, long seq, long now) {
        before = newest();
        add(new Region(version, seq, newest().parts.subList(0, 1)), now);
    }

    /** A tileset lies elsewhere: displays get all of the region anew. */
    void declared(long version, long seq, long now) {
        before = null;
        long began = since;
        add(new Region(version, seq, newest().parts), now);
        since = began;
    }

    private void add(Region region, long now) {
        for (Region old : regions) {
            if (old != before) {
                old.forget();
            }
        }
        regions.add(region);
        since = now;
        if (regions.size() > REGIONS) {
            regions.removeFirst();
            trimmed = true;
        }
    }

    /** What is seen of the canvas, and so many times as much around it on each side. */
    private Region.Rectangle around(View2d view, double margin) {
        Size own = view.size().or(near::size).orElse(SCREEN);
        Size screen = near.size().orElse(own);
        // a screen may show the view's pixels as they are, or all of the view at its own aspect
        double width = Math.max(Math.max(own.width(), screen.width()), own.height() * screen.width() / screen.height());
        double height =
                Math.max(Math.max(own.height(), screen.height()), own.width() * screen.height() / screen.width());
        double cos = Math.abs(Math.cos(view.rotation()));
        double sin = Math.abs(Math.sin(view.rotation()));
        double x = (width * cos + height * sin) / view.zoom() * (0.5 + margin);
        double y = (width * sin + height * cos) / view.zoom() * (0.5 + margin);
        return new Region.Rectangle(view.x() - x, view.y() - y, view.x() + x, view.y() + y);
    }

    /** The viewport of a camera that shows the canvas. */
    static Optional<View2d> canvas(View view) {
        return view instanceof View2d seen ? Optional.of(seen) : Optional.empty();
    }

    // ---- what of the sequence lies in it

    /** Whether the regions behind a number are not all known. */
    boolean lost(long after) {
        return trimmed && after + 1 < regions.getFirst().from;
    }

    /** The one for which an entry counts; before the first that is known, that. */
    private Region at(long seq) {
        if (seq >= newest().from) {
            return newest();
        }
        Region at = null;
        for (Iterator<Region> i = regions.descendingIterator(); i.hasNext() && (at == null || seq < at.from); ) {
            at = i.next();
        }
        return at;
    }

    /** Whether a transaction does anything here. */
    boolean touches(Change.TilesChanged change, long seq) {
        Region region = at(seq);
        if (!bounds.of(change).map(region::near).orElse(true)) {
            return false;
        }
        for (TileOp op : change.ops()) {
            if (region.cut(op, change.tiles()).isPresent()) {
                return true;
            }
        }
        return false;
    }

    /** What of an entry goes to displays here. What is the same everywhere is encoded once for all. */
    byte[] encode(CodecRef codec, Entry entry, Extent extent) {
        if (!extent.tiles || !(entry.change() instanceof Change.TilesChanged change)) {
            return codec.encode(entry, extent);
        }
        Region region = at(entry.seq());
        boolean whole = true;
        List<TileOp> here = new ArrayList<>(change.ops().size());
        for (TileOp op : change.ops()) {
            Optional<TileOp> part = region.cut(op, change.tiles());
            whole &= part.isPresent() && part.get() == op;
            part.ifPresent(here::add);
        }
        if (whole) {
            return codec.encode(entry, extent);
        }
        Change.TilesChanged cut =
                new Change.TilesChanged(here, change.origin(), change.scene(), change.tiles(), change.time());
        return codec.codec().encode(CodecRef.message(new Entry(entry.seq(), cut), extent));
    }

    /** What of all tiles is in the newest region. */
    Tiles cut(Tiles tiles) {
        if (lastCut == null || lastCut.of != tiles || lastCut.version != version()) {
            List<TileLayer> layers = new ArrayList<>(tiles.layers().size());
            for (TileLayer layer : tiles.layers()) {
                layers.add(new TileLayer(layer.tileset(), newest().cut(layer.tileset(), layer.tiles())));
            }
            lastCut = new Cut(tiles, version(), new Tiles(tiles.revision(), layers));
        }
        return lastCut.tiles;
    }

    /**
     * What a display needs that has everything up to a number, but for the region: the difference, or all of it.
     *
     * @param has the version of the region that it has
     * @param tiles all, as of that number
     */
    List<byte[]> steps(CodecRef codec, long has, Tiles tiles, long seq) {
        long version = version();
        if (has == version) {
            return List.of();
        }
        long from = before != null && before.version == has ? has : -1;
        Steps last = lastSteps;
        if (last == null
                || !last.codec.equals(codec.codec().subprotocol())
                || last.generation != codec.generation()
                || last.from != from
                || last.version != version
                || last.seq != seq) {
            last = new Steps(
                    codec.codec().subprotocol(),
                    codec.generation(),
                    from,
                    version,
                    seq,
                    encode(codec, from < 0 ? restated(tiles) : difference(tiles), seq));
            lastSteps = last;
        }
        return last.messages;
    }

    /** Holds no longer what it can make anew: there may be many areas, and many tilesets in each. */
    void forget() {
        regions.forEach(Region::forget);
        lastCut = null;
        lastSteps = null;
    }

    private List<TileOp> difference(Tiles tiles) {
        List<TileOp> ops = new ArrayList<>();
        for (TileLayer layer : tiles.layers()) {
            Tileset tileset = layer.tileset();
            TileTree had = before.places(tileset);
            TileTree has = newest().places(tileset);
            // also where there are no tiles now: what became of them meanwhile was not told any more
            TileTree left = had.minus(has);
            if (!left.isEmpty()) {
                ops.add(new TileOp.Remove(tileset.id(), left));
            }
            TileTree come = layer.tiles().within(has.minus(had));
            if (!come.isEmpty()) {
                ops.add(new TileOp.Put(tileset.id(), come));
            }
        }
        return ops;
    }

    private List<TileOp> restated(Tiles tiles) {
        List<TileOp> ops = new ArrayList<>();
        for (TileLayer layer : cut(tiles).layers()) {
            String id = layer.tileset().id();
            ops.add(new TileOp.Remove(id, TileTree.pyramid(0, 0, 0, TileTree.MAX_ZOOM, 0)));
            if (!layer.tiles().isEmpty()) {
                ops.add(new TileOp.Put(id, layer.tiles()));
            }
        }
        return ops;
    }

    /** In one message, unless that were too long. */
    private static List<byte[]> encode(CodecRef codec, List<TileOp> ops, long seq) {
        List<byte[]> messages = new ArrayList<>();
        List<TileOp> within = new ArrayList<>();
        int taken = 0;
        for (TileOp op : ops) {
            for (TileOp part : parts(op)) {
                int length = length(part);
                if (taken > 0 && taken + length > MESSAGE) {
                    messages.add(message(codec, within, seq));
                    within.clear();
                    taken = 0;
                }
                within.add(part);
                taken += length;
            }
        }
        if (!within.isEmpty()) {
            messages.add(message(codec, within, seq));
        }
        return messages;
    }

    private static byte[] message(CodecRef codec, List<TileOp> ops, long seq) {
        return codec.codec()
                .encode(new ServerMessage.Tiles(
                        seq,
                        List.copyOf(ops),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        OptionalLong.empty()));
    }

    private static List<TileOp> parts(TileOp op) {
        return op instanceof TileOp.Put put
                ? put.tiles().packed(TileEncodings.PART).stream()
                        .map(part -> (TileOp) new TileOp.Put(put.tileset(), part))
                        .toList()
                : List.of(op);
    }

    /** Of its set, as text; the rest of an operation is short. */
    private static int length(TileOp op) {
        return op instanceof TileOp.Put put ? put.tiles().encodedLength() * 4 / 3 + 256 : 2048;
    }
}
