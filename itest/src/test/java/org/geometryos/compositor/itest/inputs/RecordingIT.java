package org.geometryos.compositor.itest.inputs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.geometryos.compositor.itest.Stalls;
import org.geometryos.compositor.itest.Waiting;
import org.geometryos.compositor.itest.outside.CommandProcess;
import org.geometryos.compositor.itest.outside.DistributionProcess;
import org.geometryos.compositor.itest.outside.Folders;
import org.geometryos.compositor.itest.outside.Json;
import org.geometryos.compositor.itest.outside.RawClient;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Ten cameras at 60 Hz, and the two of the demo, are recorded while the recorder is replaced, until the host is killed.
 * What is exported is what a display saw that gets every update, but for the last second; and played again it has the
 * same spacing.
 *
 * <p>By default 20 s, and 100 ms for the spacing of the arrivals, as the machine has other things to do. The long
 * version, with 2 ms:
 *
 * <pre>mvn -o verify -Dit.test=RecordingIT -Dtest=NoUnitTests -Dsurefire.failIfNoSpecifiedTests=false
 *     -Dfailsafe.failIfNoSpecifiedTests=false -Drecording.seconds=600</pre>
 */
@Tag("long")
class RecordingIT {
    private static final int SECONDS = Integer.getInteger("recording.seconds", 20);
    private static final int SWAPS = 4;
    private static final int CAMERAS = 10;
    private static final String LAST_CAMERA = "wall/" + (CAMERAS - 1);
    private static final int RATE = 60;
    private static final int LAP_SECONDS = 10;
    private static final long MARGIN_MICROS = 2_000_000;
    private static final long SPACING_MICROS = 2_000;
    private static final long ARRIVAL_MICROS = SECONDS < 600 ? 100_000 : SPACING_MICROS;
    private static final Duration LIMIT = Duration.ofSeconds(30);
    /** What a display writes down; a gap would be a flaw, and no export has one. */
    private static final Set<String> KEPT = Set.of("camera", "control", "camera-removed", "display", "gap");

    private static final String RECORDER = "org.geometryos.compositor.recorder";
    private static final String REPLAY = "org.geometryos.compositor.camera.replay~";

    /** A view of a camera, in short. */
    private record Shot(String view, long time, long received) {}

    /** A display that writes down everything in the sequence behind its snapshot. */
    private static final class Watcher implements AutoCloseable {
        private final RawClient client;
        private final BufferedWriter out;
        private final Thread thread = new Thread(this::read, "watcher");
        /** The first and the newest view of what is played, by camera. */
        private final Map<String, JsonNode> first = new ConcurrentHashMap<>();

        private final Map<String, JsonNode> newest = new ConcurrentHashMap<>();
        final String epoch;
        final long after;

        Watcher(int port, String name, Path file) throws IOException {
            client = RawClient.display(port, name);
            out = Files.newBufferedWriter(file);
            client.send("{\"type\":\"subscribe\",\"cameras\":[\"*\"],\"presence\":true,\"delivery\":\"every\"}");
            JsonNode snapshot = client.await("snapshot");
            epoch = snapshot.path("epoch").asText();
            after = snapshot.path("seq").asLong();
            thread.setDaemon(true);
            thread.start();
        }

        private void read() {
            try (BufferedWriter closing = out) {
                for (; ; ) {
                    JsonNode message = client.message();
                    if (KEPT.contains(Json.type(message))) {
                        closing.write(message + "\n");
                        if (again(message)) {
                            first.putIfAbsent(message.path("camera").asText(), message);
                            newest.put(message.path("camera").asText(), message);
                        }
                    }
                }
            } catch (IOException e) {
                // the host was killed, or the test has seen enough
            }
        }

        /** Microseconds of a camera that were played so far. */
        long played(String camera) {
            return newest.containsKey(camera)
                    ? newest.get(camera).path("time").asLong()
                            - first.get(camera).path("time").asLong()
                    : 0;
        }

        void ended() throws InterruptedException {
            thread.join(LIMIT.toMillis());
            assertFalse(thread.isAlive(), "the display goes on although the connection is over");
        }

        @Override
        public void close() throws IOException {
            client.close();
        }
    }

    @Test
    void exportIsWhatADisplaySawAndReplayIsTheSameAgain() throws Exception {
        Path folder = Folders.fresh("recording-files");
        Path seen = folder.resolve("seen.jsonl");
        Path exported = folder.resolve("exported.jsonl");
        Path replayed = folder.resolve("replayed.jsonl");
        Files.write(folder.resolve("ten.jsonl"), tenCameras());
        try (DistributionProcess distribution = DistributionProcess.copy("recording")) {
            distribution.configure(RECORDER, "enabled = true");
            distribution.configure(REPLAY + "ten", "file = " + folder.resolve("ten.jsonl"));
            distribution.start();
            JsonNode recording;
            try (Watcher watcher = new Watcher(distribution.port(), "watcher", seen)) {
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
                for (int swap = 1; swap <= SWAPS; swap++) {
                    awaitTime(end - TimeUnit.SECONDS.toNanos(SECONDS) * (SWAPS + 1 - swap) / (SWAPS + 1));
                    replaceRecorder(distribution, swap);
                }
                awaitTime(end);
                distribution.kill();
                watcher.ended();
                recording = export(folder, distribution, watcher.epoch, exported);
                assertEquals(0, recording.path("missing").asLong(), recording::toString);
                compare(exported, seen, watcher.after);
            }
            checkDatabase(database(distribution));

            distribution.unconfigure(REPLAY + "ten");
            distribution.start();
            play(distribution, recording, replayed, exported);
        }
    }

    /** Each view of each camera is another one, through a lap. */
    private static List<String> tenCameras() {
        List<String> lines = new ArrayList<>();
        for (int frame = 0; frame < RATE * LAP_SECONDS; frame++) {
            for (int camera = 0; camera < CAMERAS; camera++) {
                lines.add(String.format(
                        Locale.ROOT,
                        "{\"type\":\"camera\",\"camera\":\"wall/%d\",\"time\":%d,\"view\":{\"kind\":\"2d\","
                                + "\"center\":[%d.5,%d],"
                                + "\"zoom\":1,\"rotation\":0}}",
                        camera,
                        frame * 1_000_000L / RATE,
                        frame,
                        camera));
            }
        }
        return lines;
    }

    private static void awaitTime(long nanos) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(Math.max(0, nanos - System.nanoTime()));
    }

    /** As an operator does it: the bundle's file into the folder for bundles, by rename. */
    private static void replaceRecorder(DistributionProcess distribution, int swap) throws IOException {
        long before = starts(distribution);
        Path jar = Files.copy(
                distribution.bundle(RECORDER),
                distribution.deploy().resolveSibling("recorder.new"),
                StandardCopyOption.REPLACE_EXISTING);
        Files.setLastModifiedTime(jar, FileTime.fromMillis(System.currentTimeMillis() + swap));
        Files.move(
                jar,
                distribution.deploy().resolve(distribution.bundle(RECORDER).getFileName()),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        Waiting.until(
                LIMIT,
                () -> "another recorder; it printed:\n" + distribution.log(),
                () -> starts(distribution) > before);
    }

    private static long starts(DistributionProcess distribution) {
        return distribution
                .log()
                .lines()
                .filter(line -> line.contains("recording into"))
                .count();
    }

    private static Path database(DistributionProcess distribution) {
        return distribution.data().resolve("recorder/recordings.db");
    }

    /** @return what {@code record list} says of it */
    private static JsonNode export(Path folder, DistributionProcess distribution, String epoch, Path file)
            throws Exception {
        String database = database(distribution).toString();
        try (CommandProcess list = CommandProcess.start(
                        folder.resolve("list.err"), Map.of(), "record", "list", "--json", "--database", database);
                CommandProcess export = CommandProcess.start(
                        folder.resolve("export.err"),
                        Map.of(),
                        "record",
                        "export",
                        epoch,
                        "--everything",
                        "--database",
                        database,
                        "--output",
                        file.toString())) {
            assertEquals(0, export.ends(), export::said);
            assertEquals(0, list.ends(), list::said);
            return list.lines().stream()
                    .map(Json::read)
                    .filter(one -> one.path("recording").asText().equals(epoch))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(epoch + " is not in the list: " + list.said()));
        }
    }

    private static void checkDatabase(Path file) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                ResultSet check = connection.createStatement().executeQuery("PRAGMA integrity_check")) {
            assertTrue(check.next());
            assertEquals("ok", check.getString(1));
        }
    }

    /** Both files are the same, from where the display came on, but for what the display got in the last second. */
    private static void compare(Path exported, Path seen, long after) throws IOException {
        long equal = 0;
        long missing = 0;
        long lastRecorded = 0;
        long lastSeen = 0;
        try (Stream<String> exportedLines = Files.lines(exported);
                Stream<String> seenLines = Files.lines(seen)) {
            Iterator<JsonNode> records = exportedLines
                    .map(Json::read)
                    .filter(message -> message.path("seq").asLong() > after)
                    .iterator();
            for (Iterator<JsonNode> sights = seenLines.map(Json::read).iterator(); sights.hasNext(); ) {
                JsonNode sight = sights.next();
                lastSeen = Math.max(lastSeen, sight.path("received").asLong());
                if (records.hasNext()) {
                    assertEquals(sight.toString(), records.next().toString());
                    lastRecorded = lastSeen;
                    equal++;
                } else {
                    missing++;
                }
            }
            while (records.hasNext()) {
                JsonNode unseen = records.next();
                assertTrue(
                        unseen.path("received").asLong() < lastSeen + 1_000_000, "recorded, and not seen: " + unseen);
            }
        }
        System.out.println("recording: " + equal + " entries recorded as seen, " + missing
                + " missing, which are the last " + (lastSeen - lastRecorded) / 1000 + " ms");
        assertTrue(equal > (long) CAMERAS * RATE * SECONDS * 9 / 10, "entries: " + equal);
        assertTrue(lastSeen - lastRecorded < 1_000_000, "microseconds missing: " + (lastSeen - lastRecorded));
    }

    /** Plays all but the beginning and the end, and compares each camera's views with what was recorded. */
    private static void play(DistributionProcess distribution, JsonNode recording, Path replayed, Path exported)
            throws Exception {
        long from = recording.path("from").asLong() + MARGIN_MICROS;
        long length = TimeUnit.SECONDS.toMicros(SECONDS) - 2 * MARGIN_MICROS;
        Map<String, List<Shot>> recorded = shots(
                exported,
                message -> message.path("received").asLong() >= from
                        && message.path("received").asLong() <= from + length);
        List<Shot> lastCamera = recorded.get(LAST_CAMERA);
        long lasts = lastCamera.get(lastCamera.size() - 1).time - lastCamera.get(0).time;
        long stalled;
        try (Watcher watcher = new Watcher(distribution.port(), "again", replayed);
                Stalls stalls = new Stalls()) {
            // above the demo, which drives two of the cameras
            distribution.configure(
                    REPLAY + "again",
                    "recording = " + recording.path("recording").asText(),
                    "from = " + MARGIN_MICROS / 1000 + "ms",
                    "to = " + (MARGIN_MICROS + length) / 1000 + "ms",
                    "loop = false",
                    "priority = 5");
            Waiting.until(
                    LIMIT.plusSeconds(SECONDS),
                    () -> lasts + " us of " + LAST_CAMERA + "; so far " + watcher.played(LAST_CAMERA),
                    () -> watcher.played(LAST_CAMERA) >= lasts - SPACING_MICROS);
            stalled = TimeUnit.MILLISECONDS.toMicros(stalls.millis());
            watcher.client.close();
            watcher.ended();
        }
        Map<String, List<Shot>> played = shots(replayed, RecordingIT::again);
        assertEquals(recorded.keySet(), played.keySet());
        List<Long> arrivals = new ArrayList<>();
        List<Long> times = new ArrayList<>();
        long all = 0;
        long skipped = 0;
        for (String camera : recorded.keySet()) {
            Iterator<Shot> of = recorded.get(camera).iterator();
            Shot before = null;
            Shot origin = null;
            all += recorded.get(camera).size();
            skipped += recorded.get(camera).size() - played.get(camera).size();
            for (Shot shot : played.get(camera)) {
                Shot match = of.next();
                while (!match.view.equals(shot.view)) {
                    assertTrue(of.hasNext(), camera + " showed what was not recorded there: " + shot);
                    match = of.next();
                }
                if (before != null) {
                    arrivals.add(Math.abs(shot.received - before.received - (match.received - origin.received)));
                    times.add(Math.abs(shot.time - before.time - (match.time - origin.time)));
                }
                before = shot;
                origin = match;
            }
        }
        System.out.println("recording: " + (all - skipped) + " of " + all
                + " views played; microseconds by which their distance differs: arrivals " + figures(arrivals)
                + ", samples " + figures(times));
        // a player that is held up for more than 200 ms leaves out what is old
        assertTrue(
                skipped <= all / 50 + all * stalled / length,
                "left out: " + skipped + " of " + all + ", and the machine stood still for " + stalled + " us");
        assertTrue(percentile(times, 99) <= SPACING_MICROS, "samples: " + figures(times));
        assertTrue(percentile(arrivals, 99) <= ARRIVAL_MICROS, "arrivals: " + figures(arrivals));
    }

    private static boolean again(JsonNode message) {
        return message.path("source").asText().equals("again");
    }

    /** The views in a file, by camera. */
    private static Map<String, List<Shot>> shots(Path file, Predicate<JsonNode> kind) throws IOException {
        Map<String, List<Shot>> shots = new HashMap<>();
        try (Stream<String> lines = Files.lines(file)) {
            lines.map(Json::read)
                    .filter(message -> Json.type(message).equals("camera") && kind.test(message))
                    .forEach(message -> shots.computeIfAbsent(
                                    message.path("camera").asText(), camera -> new ArrayList<>())
                            .add(new Shot(
                                    message.path("view").toString(),
                                    message.path("time").asLong(),
                                    message.path("received").asLong())));
        }
        return shots;
    }

    private static long percentile(List<Long> values, int percent) {
        long[] sorted = values.stream().mapToLong(Long::longValue).sorted().toArray();
        return sorted[(int) ((sorted.length - 1) * (long) percent / 100)];
    }

    private static String figures(List<Long> values) {
        return Arrays.toString(new long[] {percentile(values, 50), percentile(values, 99), percentile(values, 100)})
                + " (p50, p99, most)";
    }
}
