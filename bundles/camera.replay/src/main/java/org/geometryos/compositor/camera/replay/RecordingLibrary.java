package org.geometryos.compositor.camera.replay;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.geometryos.compositor.api.recording.RecordedEntry;
import org.geometryos.compositor.api.recording.Recorder;
import org.geometryos.compositor.api.recording.Recording;
import org.geometryos.compositor.api.recording.Selection;
import org.geometryos.compositor.health.GuardedLoop;
import org.geometryos.compositor.protocol.Codec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the recordings of a configuration and watches their files. {@link #poll()}, on one thread, does all the work. A
 * file is read when it is new or changed, and has not changed for a moment. When a changed file is broken, or a
 * configured one vanishes, what was read before goes on playing; a file that vanishes from a folder stops.
 */
final class RecordingLibrary {
    /** Between two looks at the files, milliseconds. */
    static final long INTERVAL = 500;
    /** A file younger than this, milliseconds, is read when a second look finds it unchanged. */
    static final long SETTLED = 400;
    /** So many looks for a recorder may be in vain, as it may just be starting. */
    private static final int PATIENCE = 4;

    static final long MAX_TOTAL_BYTES = 256L << 20;
    private static final Logger LOG = LoggerFactory.getLogger(RecordingLibrary.class);

    private final Path base;
    private final Codec codec;
    private final Clock clock;
    private final Supplier<Optional<Recorder>> recorder;
    private final Consumer<List<Part>> player;
    private final Consumer<String> errors;
    private volatile Optional<Settings> settings = Optional.empty();
    private volatile Status status = new Status(false, List.of(), List.of(), List.of());
    private volatile boolean stopped;
    private volatile GuardedLoop loop;

    // of the thread that polls alone
    private final Map<String, Slot> slots = new LinkedHashMap<>();
    private List<Part> parts = List.of();
    private String folderProblem = "";
    /** What {@link #parts} are, if they are no files. */
    private Optional<Taken> taken = Optional.empty();

    private String tapeProblem = "";
    private int missed;

    /**
     * How the files are.
     *
     * @param read whether the files have been read a first time
     * @param playing what is handed to the player, as {@code tour.jsonl (camera tour)}
     * @param problems why something is not played, or not in its newest form
     * @param flaws what is left out of recordings that are played
     */
    record Status(boolean read, List<String> playing, List<String> problems, List<String> flaws) {}

    /** A part of a recording of the recorder, and the name under which its camera is driven. */
    private record Taken(Settings.Excerpt excerpt, Optional<String> camera) {}

    private record Stamp(long modified, long size, Object key) {}

    private static final class Slot {
        Stamp seen;
        /** What was read last, well or not. */
        Stamp read;

        RecordedFile recording;
        String readProblem = "";
        String told = "";
        String toldFlaw = "";
    }

    /**
     * @param base where relative names are looked up
     * @param codec that of JSON
     * @param recorder gives its recordings, if it is there
     * @param player takes what is to be played, whenever that changes
     * @param errors takes each problem once, as a sentence for an operator
     */
    RecordingLibrary(
            Path base,
            Codec codec,
            Clock clock,
            Supplier<Optional<Recorder>> recorder,
            Consumer<List<Part>> player,
            Consumer<String> errors) {
        this.base = base;
        this.codec = codec;
        this.clock = clock;
        this.recorder = recorder;
        this.player = player;
        this.errors = errors;
    }

    /** Polls; on the loop of {@link #start}. */
    private long turn() {
        poll();
        return INTERVAL * 1_000_000;
    }

    /** Polls until {@link #stop()}, on a thread of its own. */
    GuardedLoop start(String name) {
        loop = GuardedLoop.of(name, this::turn);
        return loop.start();
    }

    /** Ends the thread, even in the midst of a file. Any thread; does not wait. */
    void stop() {
        stopped = true;
        GuardedLoop running = loop;
        if (running != null) {
            running.ask();
            running.thread().interrupt();
        }
    }

    /** What to play from now on. Any thread. */
    void configure(Settings wanted) {
        settings = Optional.of(wanted);
        GuardedLoop running = loop;
        if (running != null) {
            running.wake();
        }
    }

    Status status() {
        return status;
    }

    /** Looks at all files, reads what is to be read, and hands the player what there is to play. */
    void poll() {
        Optional<Settings> current = settings;
        if (current.isEmpty()) {
            return;
        }
        if (current.get().excerpt().isPresent()) {
            slots.clear();
            tape(current.get(), current.get().excerpt().get());
            return;
        }
        taken = Optional.empty();
        tapeProblem = "";
        Map<String, Path> files = files(current.get());
        slots.keySet().retainAll(files.keySet());
        files.forEach((name, file) -> {
            if (!stopped) {
                look(file, slots.computeIfAbsent(name, key -> new Slot()));
            }
        });
        if (!stopped) {
            publish(current.get());
        }
    }

    /** Finds the part of a recording once; it plays until something else is configured. */
    private void tape(Settings current, Settings.Excerpt excerpt) {
        Taken wanted = new Taken(excerpt, current.camera());
        if (taken.filter(wanted::equals).isPresent()) {
            return;
        }
        try {
            Optional<Recorder> from = recorder.get();
            if (from.isEmpty() && ++missed < PATIENCE) {
                return;
            }
            missed = 0;
            var all = from.orElseThrow(() -> new UnplayableException("there is no recorder"))
                    .recordings();
            var named = excerpt.recording().equals(Settings.NEWEST)
                    ? all
                    : all.stream()
                            .filter(one -> one.epoch().startsWith(excerpt.recording()))
                            .toList();
            if (named.isEmpty()) {
                throw new UnplayableException("there is no such recording");
            }
            var found = named.get(named.size() - 1);
            if (found.cameras().isEmpty()) {
                throw new UnplayableException("it holds no view of a camera");
            }
            if (current.camera().isPresent() && found.cameras().size() > 1) {
                throw new UnplayableException("camera can be set for a recording with one camera only; this one has "
                        + String.join(", ", found.cameras()));
            }
            Selection selection = new Selection(
                    found.epoch(),
                    excerpt.from().map(at -> at.micros(found.from())).orElse(Long.MIN_VALUE),
                    excerpt.to().map(at -> at.micros(found.from())).orElse(found.to()),
                    Set.of(),
                    true);
            List<String> cameras = current.camera().map(List::of).orElse(found.cameras());
            parts = List.of(new Part("recording " + found.epoch(), tape(from.get(), selection, found), cameras));
            taken = Optional.of(wanted);
            tapeProblem = "";
            player.accept(parts);
            String playing = "recording " + found.epoch() + (cameras.size() == 1 ? " (camera " : " (cameras ")
                    + String.join(", ", cameras) + ")";
            LOG.info("Playing {}", playing);
            status = new Status(true, List.of(playing), List.of(), List.of());
        } catch (UnplayableException
                | org.geometryos.compositor.api.recording.RecordingException
                | RuntimeException e) {
            String problem = "recording " + excerpt.recording() + ": " + e.getMessage();
            if (!problem.equals(tapeProblem)) {
                errors.accept(problem);
                tapeProblem = problem;
            }
            status = new Status(true, status.playing(), List.of(problem), List.of());
        }
    }

    private Tape tape(Recorder from, Selection selection, Recording found)
            throws org.geometryos.compositor.api.recording.RecordingException {
        Selection ofAll =
                new Selection(selection.epoch(), selection.from(), selection.to(), Set.copyOf(found.cameras()), true);
        long last = from.newest(ofAll, Long.MAX_VALUE).stream()
                .mapToLong(RecordedEntry::received)
                .max()
                .orElse(0);
        long first = from.read(selection, 0, 1).stream()
                .mapToLong(RecordedEntry::received)
                .findFirst()
                .orElse(last);
        return new Tape(recorder, codec, clock, selection, found.cameras(), first, last, errors);
    }

    /** By the name under which an operator knows them; in the order in which they are played. */
    private Map<String, Path> files(Settings current) {
        Map<String, Path> files = new LinkedHashMap<>();
        String problem = "";
        if (current.folder().isPresent()) {
            try {
                Path folder = base.resolve(current.folder().get());
                Files.createDirectories(folder);
                List<Path> found = new ArrayList<>();
                try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, "*.jsonl")) {
                    for (Path one : all) {
                        if (!one.getFileName().toString().startsWith(".")
                                && Files.isRegularFile(one)
                                && found.size() <= Settings.MAX_FILES) {
                            found.add(one);
                        }
                    }
                }
                if (found.size() > Settings.MAX_FILES) {
                    problem = "holds more than " + Settings.MAX_FILES + " recordings; the others are not played";
                    found.remove(Settings.MAX_FILES);
                }
                found.stream()
                        .sorted()
                        .forEach(one -> files.put(one.getFileName().toString(), one));
            } catch (IOException | DirectoryIteratorException | InvalidPathException e) {
                problem = "cannot be read: " + reason(e);
                slots.keySet()
                        .forEach(name -> files.put(
                                name, base.resolve(current.folder().get()).resolve(name)));
            }
            problem = problem.isEmpty() ? "" : "folder " + current.folder().get() + ": " + problem;
        }
        for (String name : current.files()) {
            try {
                files.put(name, base.resolve(name));
            } catch (InvalidPathException e) {
                problem = name + ": is no file name: " + reason(e);
            }
        }
        if (!problem.isEmpty() && !problem.equals(folderProblem)) {
            errors.accept(problem);
        }
        folderProblem = problem;
        return files;
    }

    private void look(Path file, Slot slot) {
        Stamp stamp = null;
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            stamp = new Stamp(attributes.lastModifiedTime().toMillis(), attributes.size(), attributes.fileKey());
            boolean settled = stamp.equals(slot.seen) || System.currentTimeMillis() - stamp.modified() >= SETTLED;
            slot.seen = stamp;
            if (!settled || stamp.equals(slot.read)) {
                return;
            }
            slot.recording = RecordingReader.read(file, codec);
            slot.readProblem = "";
        } catch (UnplayableException e) {
            slot.readProblem = e.getMessage();
        } catch (NoSuchFileException e) {
            slot.readProblem = "there is no such file";
        } catch (IOException e) {
            if (stopped) {
                return;
            }
            slot.readProblem = "cannot be read: " + reason(e);
        } catch (RuntimeException e) {
            slot.readProblem = "cannot be read: " + e;
            LOG.debug("{}", file, e);
        }
        if (stamp == null) {
            slot.seen = null;
        } else {
            // another file than the one a problem was told of: tell again
            slot.told = "";
            slot.toldFlaw = "";
        }
        slot.read = stamp;
    }

    private static String reason(Exception e) {
        return e.getClass().getSimpleName() + (e.getMessage() == null ? "" : " " + e.getMessage());
    }

    private void publish(Settings current) {
        List<Part> next = new ArrayList<>();
        List<String> playing = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        List<String> flaws = new ArrayList<>();
        Map<String, String> taken = new HashMap<>();
        long bytes = 0;
        if (!folderProblem.isEmpty()) {
            problems.add(folderProblem);
        }
        for (Map.Entry<String, Slot> entry : slots.entrySet()) {
            String name = entry.getKey();
            Slot slot = entry.getValue();
            String problem = slot.readProblem;
            if (slot.recording != null) {
                List<String> cameras = current.camera().map(List::of).orElse(slot.recording.cameras());
                String unplayable = unplayable(slot.recording, current, cameras, taken, bytes);
                if (unplayable.isEmpty()) {
                    bytes += slot.recording.bytes();
                    cameras.forEach(camera -> taken.put(camera, name));
                    next.add(new Part(name, slot.recording, cameras));
                    playing.add(name + (cameras.size() == 1 ? " (camera " : " (cameras ") + String.join(", ", cameras)
                            + ")");
                    problem += problem.isEmpty() ? "" : "; its previous content plays on";
                    if (!slot.recording.flaw().isEmpty()) {
                        flaws.add(name + ": " + slot.recording.flaw());
                    }
                } else {
                    problem += (problem.isEmpty() ? "" : "; ") + unplayable;
                }
                if (problem.isEmpty() && !slot.recording.flaw().isEmpty() && slot.toldFlaw.isEmpty()) {
                    errors.accept(name + ": " + slot.recording.flaw());
                    slot.toldFlaw = slot.recording.flaw();
                }
            }
            if (!problem.isEmpty()) {
                problems.add(name + ": " + problem);
                if (!problem.equals(slot.told)) {
                    errors.accept(name + ": " + problem);
                }
            }
            slot.told = problem;
        }
        if (!next.equals(parts)) {
            parts = next;
            player.accept(next);
            LOG.info("Playing {}", playing.isEmpty() ? "nothing" : String.join(", ", playing));
        }
        status = new Status(true, List.copyOf(playing), List.copyOf(problems), List.copyOf(flaws));
    }

    private static String unplayable(
            Reel recording, Settings current, List<String> cameras, Map<String, String> taken, long bytes) {
        if (current.camera().isPresent() && recording.cameras().size() > 1) {
            return "camera can be set for a recording with one camera only; this one has "
                    + String.join(", ", recording.cameras());
        }
        for (String camera : cameras) {
            if (taken.containsKey(camera)) {
                return "camera " + camera + " is played from " + taken.get(camera) + " already";
            }
        }
        return bytes + recording.bytes() > MAX_TOTAL_BYTES
                ? "does not fit: the recordings of one configuration may have " + MAX_TOTAL_BYTES
                        + " bytes (256 MiB) together"
                : "";
    }
}
