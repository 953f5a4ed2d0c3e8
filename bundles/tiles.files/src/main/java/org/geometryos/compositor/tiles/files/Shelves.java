package org.geometryos.compositor.tiles.files;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import org.geometryos.compositor.api.tiles.TileSource;
import org.geometryos.compositor.health.PlugIns;

/** The sources, and a watch over each of those that count: one for each tileset. Any thread. */
final class Shelves {
    /** A thread each. */
    static final int MOST = 64;

    private final BiFunction<String, TileSource, SourceWatch> watch;
    // guarded by this
    private final Map<Long, Offer> offers = new TreeMap<>();
    private volatile List<String> problems = List.of();
    private final Map<String, Running> running = new ConcurrentHashMap<>();

    private record Offer(long service, int ranking, String tileset, TileSource source) {
        static final Comparator<Offer> ORDER =
                Comparator.comparing(Offer::ranking).reversed().thenComparing(Offer::service);
    }

    private record Running(Offer offer, SourceWatch watch) {}

    /** @param watch makes one, of a tileset's name and its source */
    Shelves(BiFunction<String, TileSource, SourceWatch> watch) {
        this.watch = watch;
    }

    synchronized void add(long service, int ranking, TileSource source) {
        try {
            offers.put(service, new Offer(service, ranking, source.tileset().id(), source));
        } catch (RuntimeException e) {
            PlugIns.fault(PlugIns.title("a source of tiles", source), "when it was asked for its tileset", e);
            return;
        }
        arrange();
    }

    synchronized void remove(long service) {
        if (offers.remove(service) != null) {
            arrange();
        }
    }

    private void arrange() {
        Map<String, Offer> chosen = new LinkedHashMap<>();
        List<String> wrong = new ArrayList<>();
        offers.values().stream().sorted(Offer.ORDER).forEach(offer -> {
            if (chosen.containsKey(offer.tileset)) {
                wrong.add("tileset " + offer.tileset + " has several sources; the one with the highest ranking, or "
                        + "else the first one, counts");
            } else if (chosen.size() < MOST) {
                chosen.put(offer.tileset, offer);
            } else {
                wrong.add("tileset " + offer.tileset + " is not looked at: there are " + MOST + " already");
            }
        });
        problems = List.copyOf(wrong);
        running.values().removeIf(each -> {
            boolean goes = !each.offer.equals(chosen.get(each.offer.tileset));
            if (goes) {
                each.watch.stop();
            }
            return goes;
        });
        chosen.forEach((tileset, offer) -> running.computeIfAbsent(tileset, id -> {
            SourceWatch begun = watch.apply(id, offer.source);
            begun.start();
            return new Running(offer, begun);
        }));
    }

    synchronized void close() {
        offers.clear();
        arrange();
    }

    Optional<Shelf> of(String tileset) {
        return Optional.ofNullable(running.get(tileset)).map(each -> each.watch.shelf());
    }

    void lookAgain() {
        running.values().forEach(each -> each.watch.lookAgain());
    }

    /** What an operator should look at. */
    List<String> problems() {
        List<String> all = new ArrayList<>(problems);
        new TreeMap<>(running).values().forEach(each -> all.addAll(each.watch.problems()));
        return all;
    }

    /** What {@code GET /tiles/} answers. */
    Map<String, Object> index() {
        List<Object> tilesets = new ArrayList<>();
        List<Object> refused = new ArrayList<>();
        new TreeMap<>(running).forEach((tileset, each) -> {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("tileset", tileset);
            entry.put("tiles", each.watch.shelf().size());
            each.watch.progress().ifPresent(done -> entry.put("progress", done));
            tilesets.add(entry);
            each.watch.refused().forEach((name, reason) -> {
                Map<String, Object> one = new LinkedHashMap<>();
                one.put("tileset", tileset);
                one.put("name", name);
                one.put("reason", reason);
                refused.add(one);
            });
        });
        return Map.of("tilesets", tilesets, "refused", refused);
    }
}
