package org.geometryos.compositor.models;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.geometryos.compositor.models.gltf.Asset;
import org.geometryos.compositor.models.gltf.Content;
import org.geometryos.compositor.models.gltf.ModelCheck;
import org.geometryos.compositor.models.gltf.RefusedModelException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks what models there are, copies and checks what is new or changed, and says what is served. {@link #poll}, on one
 * thread, does all the work. A file is taken when it has not changed for a moment. When a changed model is refused, the
 * one before it goes on being served; one that vanishes is gone.
 */
final class ModelLibrary {
    /** A file younger than this, milliseconds, is read when a second look finds it unchanged. */
    static final long SETTLED = 400;
    /** What the geometry of a model may take in a display, as a multiple of the bytes that its files may have. */
    private static final int UNPACKED = 4;

    private static final Logger LOG = LoggerFactory.getLogger(ModelLibrary.class);

    private final ContentStore store;
    private final Map<String, Shelf> shelves = new LinkedHashMap<>();
    private Settings before;
    private volatile Catalogue catalogue;

    /** What is known of a place. */
    private static final class Shelf {
        final Map<String, Slot> slots = new TreeMap<>();
        Place.Listing listing = new Place.Listing(new TreeMap<>(), new TreeMap<>());
        Map<String, Place.Stamp> seen = Map.of();
        String problem = "";
    }

    /** What is known of a model. */
    private static final class Slot {
        /** The files that it was checked with, those that were not there included (null); empty: look again. */
        Map<String, Place.Stamp> checked = Map.of();

        Good good;
        String problem = "";
    }

    private record Good(Asset asset, Map<String, ContentStore.Item> files) {}

    ModelLibrary(ContentStore store) {
        this.store = store;
    }

    /** What is served; empty before the first look is over. Any thread. */
    Optional<Catalogue> catalogue() {
        return Optional.ofNullable(catalogue);
    }

    /** @param places in order of precedence */
    void poll(Settings settings, List<Place> places) {
        if (before != null && !before.equals(settings)) {
            shelves.values().forEach(shelf -> shelf.slots.values().forEach(slot -> slot.checked = Map.of()));
        }
        if (before != null && !before.folder().equals(settings.folder())) {
            shelves.remove(FolderPlace.NAME);
        }
        before = settings;
        if (shelves.keySet().retainAll(places.stream().map(Place::id).toList())) {
            lookAgain();
        }
        for (Place place : places) {
            look(place, shelves.computeIfAbsent(place.id(), id -> new Shelf()), settings);
        }
        publish(places);
    }

    /** There is more room now, for those that were too large beside the others. */
    private void lookAgain() {
        shelves.values()
                .forEach(shelf -> shelf.slots.values().stream()
                        .filter(slot -> !slot.problem.isEmpty())
                        .forEach(slot -> slot.checked = Map.of()));
    }

    private void look(Place place, Shelf shelf, Settings settings) {
        try {
            shelf.listing = place.list(settings.maxFiles());
            shelf.problem = "";
        } catch (IOException | RuntimeException | Error e) {
            // what is there already stays until it can be read again
            shelf.problem = tell(place, "", shelf.problem, "it cannot be read: " + reason(e));
            LOG.debug("{} cannot be read", place.name(), e);
            return;
        }
        Map<String, Place.Stamp> files = shelf.listing.files();
        if (shelf.slots.keySet().retainAll(files.keySet())) {
            lookAgain();
        }
        files.keySet().stream().filter(ModelNames::isModel).forEach(name -> {
            Slot slot = shelf.slots.computeIfAbsent(name, key -> new Slot());
            if (!Thread.currentThread().isInterrupted()
                    && (slot.checked.isEmpty() || changed(slot.checked, files))
                    && settled(name, shelf)) {
                check(place, shelf, name, slot, settings);
            }
        });
        shelf.seen = files;
    }

    private static boolean changed(Map<String, Place.Stamp> checked, Map<String, Place.Stamp> now) {
        return checked.entrySet().stream()
                .anyMatch(entry -> !Objects.equals(entry.getValue(), now.get(entry.getKey())));
    }

    private static boolean settled(String name, Shelf shelf) {
        Place.Stamp now = shelf.listing.files().get(name);
        return now.equals(shelf.seen.get(name)) || System.currentTimeMillis() - now.modified() >= SETTLED;
    }

    private void check(Place place, Shelf shelf, String name, Slot slot, Settings settings) {
        slot.checked = Map.of();
        Attempt attempt = new Attempt(place, shelf, name, settings);
        String problem = "";
        try (attempt) {
            Good good = attempt.check();
            if (attempt.unchanged()) {
                slot.good = good;
                slot.checked = attempt.used;
                LOG.info(
                        "{}: model {} is served, {} bytes",
                        place.name(),
                        name,
                        good.files.values().stream()
                                .mapToLong(ContentStore.Item::bytes)
                                .sum());
                if (good.asset.camerasLeftOut() > 0) {
                    LOG.info(
                            "{}: {} cameras of {} become none of the bridge: a model may have 32, and their values "
                                    + "must be possible",
                            place.name(),
                            good.asset.camerasLeftOut(),
                            name);
                }
            }
        } catch (RefusedModelException e) {
            if (!attempt.waiting) {
                problem = e.getMessage();
                slot.checked = attempt.used;
            }
        } catch (IOException | RuntimeException | Error e) {
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
            // says nothing about the model: it is tried again
            problem = "it cannot be read: " + reason(e);
            LOG.debug("{}: {} cannot be read", place.name(), name, e);
        }
        slot.problem = tell(place, name, slot.problem, problem);
    }

    /** One check of a model, with all files that it refers to. */
    private final class Attempt implements AutoCloseable {
        final Place place;
        final Shelf shelf;
        final String name;
        final Settings settings;
        final Map<String, Place.Stamp> used = new HashMap<>();
        /** Whether a file that the model refers to is still being written. */
        boolean waiting;

        private final Map<String, ContentStore.Item> files = new LinkedHashMap<>();
        private final Map<String, FileChannel> open = new HashMap<>();
        private long left;

        Attempt(Place place, Shelf shelf, String name, Settings settings) {
            this.place = place;
            this.shelf = shelf;
            this.name = name;
            this.settings = settings;
            this.left = Math.max(0, Math.min(settings.maxModelBytes(), settings.maxTotalBytes() - others()));
        }

        private long others() {
            return shelves.values().stream()
                    .flatMap(each -> each.slots.entrySet().stream())
                    .filter(entry -> entry.getValue().good != null && entry.getValue() != shelf.slots.get(name))
                    .flatMap(entry -> entry.getValue().good.files.values().stream())
                    .distinct()
                    .mapToLong(ContentStore.Item::bytes)
                    .sum();
        }

        Good check() throws RefusedModelException, IOException {
            Asset asset = ModelCheck.check(
                    content(name),
                    ModelNames.extension(name).equals("glb"),
                    this::beside,
                    UNPACKED * settings.maxModelBytes());
            return new Good(asset, files);
        }

        private Content beside(String uri) throws RefusedModelException, IOException {
            String file = ModelNames.beside(name, uri)
                    .filter(found -> !ModelNames.isModel(found)
                            && ModelNames.contentType(found).isPresent())
                    .orElseThrow(() -> new RefusedModelException(
                            "it must be a data URI or name a .bin, .png, .jpg, .jpeg, .webp or .avif file beside the "
                                    + "model"
                                    + " or below, not \"" + RefusedModelException.shown(uri) + "\""));
            used.put(file, shelf.listing.files().get(file));
            if (used.get(file) == null) {
                throw new RefusedModelException("there is no file \"" + RefusedModelException.shown(file) + "\"");
            }
            waiting = !settled(file, shelf);
            if (waiting) {
                throw new RefusedModelException("it is still being written");
            }
            return content(file);
        }

        private Content content(String file) throws RefusedModelException, IOException {
            used.put(file, shelf.listing.files().get(file));
            if (!open.containsKey(file)) {
                try (InputStream in = place.open(file)) {
                    files.put(file, store.put(in, left));
                }
                left -= files.get(file).bytes();
                open.put(file, store.open(files.get(file)));
            }
            return Content.of(open.get(file));
        }

        /** Whether all files are as they were before they were read; if not, the next look reads them again. */
        boolean unchanged() throws IOException {
            for (Map.Entry<String, Place.Stamp> file : used.entrySet()) {
                if (!Optional.ofNullable(file.getValue()).equals(place.stamp(file.getKey()))) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public void close() throws IOException {
            for (FileChannel channel : open.values()) {
                channel.close();
            }
        }
    }

    /** Tells operators of a problem when it is new. */
    private static String tell(Place place, String name, String before, String now) {
        if (!now.isEmpty() && !now.equals(before)) {
            LOG.warn(
                    "{}: {} is not served: {}",
                    place.title(),
                    name.isEmpty() ? "what is there" : RefusedModelException.shown(name),
                    now);
        }
        return now;
    }

    private static String reason(Throwable e) {
        return e.getClass().getSimpleName()
                + (e.getMessage() == null ? "" : " " + RefusedModelException.shown(e.getMessage()));
    }

    private void publish(List<Place> places) {
        SortedMap<String, Catalogue.Model> models = new TreeMap<>();
        Map<String, Catalogue.Served> files = new HashMap<>();
        List<Catalogue.Refused> refused = new ArrayList<>();
        CameraNaming naming = new CameraNaming();
        for (Place from : places) {
            String place = from.name();
            Shelf shelf = shelves.get(from.id());
            if (!shelf.problem.isEmpty()) {
                refused.add(new Catalogue.Refused("", place, shelf.problem));
            }
            shelf.listing.refused().forEach((name, reason) -> refused.add(new Catalogue.Refused(name, place, reason)));
            shelf.slots.forEach((name, slot) -> {
                if (!slot.problem.isEmpty()) {
                    refused.add(new Catalogue.Refused(
                            name,
                            place,
                            slot.problem + (slot.good == null ? "" : "; the one before it is still served")));
                }
                if (slot.good != null && !models.containsKey(name)) {
                    Optional<String> taken = slot.good.files.entrySet().stream()
                            .filter(file -> files.containsKey(file.getKey())
                                    && !files.get(file.getKey()).item().equals(file.getValue()))
                            .map(Map.Entry::getKey)
                            .findFirst();
                    if (taken.isPresent()) {
                        refused.add(new Catalogue.Refused(
                                name, place, "its file " + taken.get() + " is another one's with other content"));
                    } else {
                        slot.good.files.forEach((file, item) -> files.put(
                                file,
                                new Catalogue.Served(
                                        item, ModelNames.contentType(file).orElseThrow())));
                        models.put(
                                name,
                                new Catalogue.Model(
                                        name,
                                        place,
                                        slot.good.files,
                                        naming.named(name, slot.good.asset.cameras()),
                                        slot.good.asset.bounds()));
                    }
                }
            });
        }
        Catalogue now = catalogue;
        if (now == null
                || !now.models().equals(List.copyOf(models.values()))
                || !now.refused().equals(refused)) {
            catalogue = Catalogue.of(models, files, refused);
            store.keep(kept());
        }
    }

    /** Those of shadowed models, too: they may come to light. */
    private Set<ContentStore.Item> kept() {
        Set<ContentStore.Item> kept = new HashSet<>();
        shelves.values()
                .forEach(shelf -> shelf.slots.values().stream()
                        .filter(slot -> slot.good != null)
                        .forEach(slot -> kept.addAll(slot.good.files.values())));
        return kept;
    }
}
