package org.geometryos.compositor.tiles.files;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.geometryos.compositor.api.tiles.TileService;
import org.geometryos.compositor.api.tiles.TileSource;
import org.geometryos.compositor.health.GuardedLoop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at one source time and again, on a thread of its own: one that hangs keeps nobody else waiting. */
final class SourceWatch {
    private static final Logger LOG = LoggerFactory.getLogger(SourceWatch.class);
    /** Between two looks. */
    private static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(500);
    /** Looking takes at most this part of the time: a large folder is looked at less often. */
    private static final long PART = 5;

    private static final long JOIN_MILLIS = 3_000;
    /** Lines of a look; the rest is counted. */
    private static final int MOST_LINES = 5;

    private final String tileset;
    private final TileSource source;
    private final Shelf shelf;
    private final Supplier<TileService> tiles;
    private final GuardedLoop loop;
    private volatile String problem = "";
    private volatile Map<String, String> refused = Map.of();
    private volatile long refusals;

    /** @param tiles who keeps tiles, or null while it is away */
    SourceWatch(String tileset, TileSource source, Shelf shelf, Supplier<TileService> tiles) {
        this.tileset = tileset;
        this.source = source;
        this.shelf = shelf;
        this.tiles = tiles;
        loop = GuardedLoop.of("compositor-pictures-" + tileset, this::look);
    }

    void start() {
        loop.start();
    }

    Shelf shelf() {
        return shelf;
    }

    private long look() {
        TileService service = tiles.get();
        if (service == null) {
            return INTERVAL;
        }
        long before = System.nanoTime();
        String now;
        try {
            now = shelf.look(service)
                    .map(reason -> "it is not taken: " + reason)
                    .orElse("");
        } catch (IOException e) {
            now = "it cannot be read: " + e.getMessage();
        }
        if (!loop.stopped()) {
            tell(now);
        }
        return Math.max(INTERVAL, (System.nanoTime() - before) * PART);
    }

    /** What is new of it is in the log, all of it in the health. */
    private void tell(String now) {
        String shown = Reasons.shown(now);
        if (!shown.isEmpty() && !shown.equals(problem)) {
            LOG.warn("tileset {}: {}; what is known stays", tileset, shown);
        }
        problem = shown;
        Reasons all = new Reasons();
        shelf.refused().forEach(all::put);
        Map<String, String> beside = source.refused();
        beside.forEach(all::put);
        List<String> fresh = new ArrayList<>();
        all.all().forEach((name, reason) -> {
            if (!reason.equals(refused.get(name))) {
                fresh.add(name + ": " + reason);
            }
        });
        fresh.stream().limit(MOST_LINES).forEach(line -> LOG.warn("tileset {}: not served: {}", tileset, line));
        if (fresh.size() > MOST_LINES) {
            LOG.warn("tileset {}: not served: {} more", tileset, fresh.size() - MOST_LINES);
        }
        refused = all.all();
        refusals = shelf.refusals() + beside.size();
    }

    /** What an operator should look at. Any thread. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        if (!problem.isEmpty()) {
            problems.add("tileset " + tileset + ": " + problem);
        }
        long count = refusals;
        Optional<Map.Entry<String, String>> first = refused.entrySet().stream().findFirst();
        first.ifPresent(one -> problems.add("tileset " + tileset + ": " + count
                + (count == 1 ? " picture is" : " pictures are") + " refused, such as " + one.getKey() + ": "
                + one.getValue()));
        return problems;
    }

    /** What is refused, with the reason. Any thread. */
    Map<String, String> refused() {
        return refused;
    }

    /** How much is done of work that is under way before there are pictures. Any thread. */
    OptionalDouble progress() {
        try {
            return source.progress();
        } catch (RuntimeException e) {
            LOG.debug("tileset {}: how much is done is not known", tileset, e);
            return OptionalDouble.empty();
        }
    }

    /** The rules have changed. */
    void lookAgain() {
        shelf.lookAgain();
        loop.wake();
    }

    /** Ends the thread. */
    void stop() {
        shelf.close();
        loop.ask();
        loop.thread().interrupt();
        if (!loop.stop(JOIN_MILLIS)) {
            LOG.warn("tileset {}: the look at its pictures did not end within {} ms", tileset, JOIN_MILLIS);
        }
    }
}
