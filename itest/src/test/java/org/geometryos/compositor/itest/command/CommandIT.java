package org.geometryos.compositor.itest.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.geometryos.compositor.itest.Waiting;
import org.geometryos.compositor.itest.outside.CameraStream;
import org.geometryos.compositor.itest.outside.CommandProcess;
import org.geometryos.compositor.itest.outside.DistributionProcess;
import org.geometryos.compositor.itest.outside.Folders;
import org.geometryos.compositor.itest.outside.Follower;
import org.geometryos.compositor.itest.outside.Json;
import org.geometryos.compositor.itest.outside.RawClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** The commands of the distribution against a running one. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("long")
class CommandIT {
    private static DistributionProcess distribution;
    private static Path folder;

    @BeforeAll
    static void start() throws IOException {
        folder = Folders.fresh("commands");
        distribution = DistributionProcess.fresh("commands-server");
        distribution.configure(
                "org.geometryos.compositor.connections", "heartbeatInterval=1000", "heartbeatTimeout=10000");
        distribution.configure("org.geometryos.compositor.recorder", "enabled=true");
        distribution.start();
        CameraStream.awaitBoth(distribution.port());
    }

    @AfterAll
    static void stop() throws InterruptedException {
        distribution.close();
    }

    private static CommandProcess command(String name, String... arguments) throws IOException {
        return CommandProcess.start(
                folder.resolve(name + ".err"), Map.of("COMPOSITOR_URL", distribution.url()), arguments);
    }

    private static List<JsonNode> messages(List<String> lines, String type) {
        return lines.stream()
                .map(Json::read)
                .filter(message -> Json.type(message).equals(type))
                .toList();
    }

    @Test
    void streamComesAsLinesOfJsonUntilItIsAskedToEnd() throws Exception {
        for (String type : List.of("keep-open", "once")) {
            try (CommandProcess connect = command(
                    "json-" + type,
                    "connect",
                    "-w",
                    "json-" + type,
                    "--connect-type",
                    type,
                    "--every",
                    "--title",
                    "left",
                    "--json")) {
                connect.await(
                        "updates",
                        lines -> CameraStream.enough(
                                lines.stream().map(Json::read).toList()));
                connect.terminate();
                assertEquals(0, connect.ends(), connect::said);
                List<JsonNode> messages =
                        connect.lines().stream().map(Json::read).toList();
                assertEquals("(hidden)", messages.get(0).path("token").asText());
                assertEquals(1, messages(connect.lines(), "ack").size(), "one request is answered");
                // its id is the client's own
                CameraStream.check(
                        messages.stream()
                                .filter(message -> !Json.type(message).equals("ack"))
                                .toList(),
                        "json-" + type);
            }
        }
    }

    @Test
    void streamIsALineEachSecondWhenNobodyLooks() throws Exception {
        try (CommandProcess connect = command("lines", "connect", "--display", "lines", "--camera", "tour", "--cbor")) {
            connect.await(
                    "three lines",
                    lines -> lines.stream()
                                    .filter(line -> line.contains(" | tour ") && line.contains("round trip"))
                                    .count()
                            >= 3);
            assertFalse(String.join("\n", connect.lines()).contains("stage"), connect::said);
            assertFalse(String.join("\n", connect.lines()).contains("\u001b"), connect::said);
            connect.terminate();
            assertEquals(0, connect.ends(), connect::said);
        }
    }

    @Test
    void messagesOfADisplayArePrinted() throws Exception {
        try (CommandProcess connect =
                command("watched", "connect", "--display", "watched", "--camera", "tour", "--cbor")) {
            connect.await("a line", lines -> lines.stream().anyMatch(line -> line.contains(" | tour ")));
            String seen = only("messages", 0, "messages", "watched", "--type", "camera", "--count", "5", "--json");
            List<JsonNode> messages = seen.lines().map(Json::read).toList();
            assertEquals(5, messages.size(), seen);
            for (JsonNode message : messages) {
                assertTrue(message.path("sent").asBoolean(), seen);
                assertEquals("tour", message.path("message").path("camera").asText(), seen);
            }
            assertFalse(only("displays-trouble", 0, "displays", "--trouble").contains("watched"));
            only("messages-unknown", 1, "messages", "nobody-of-this-name");
            connect.terminate();
            assertEquals(0, connect.ends(), connect::said);
        }
    }

    @Test
    void nameInUseByAnotherUserEndsWithTheReason() throws Exception {
        try (RawClient first = RawClient.display(distribution.port(), "taken");
                CommandProcess connect = command("taken", "connect", "-w", "taken", "--user", "somebody-else")) {
            assertEquals(1, connect.ends(), connect::said);
            assertTrue(connect.errors().contains("taken"), connect::said);
        }
    }

    @Test
    void nobodyThereIsSaidAndDoesNotEndAKeepOpenDisplay() throws Exception {
        try (CommandProcess once = command(
                        "nobody-once", "connect", "-w", "a", "--connect-type", "once", "--url", "ws://127.0.0.1:1");
                CommandProcess keepOpen = command("nobody", "connect", "-w", "a", "--url", "ws://127.0.0.1:1")) {
            assertEquals(1, once.ends(), once::said);
            assertTrue(once.errors().contains("ws://127.0.0.1:1/compositor: ConnectException"), once::said);
            keepOpen.await(
                    "two attempts",
                    lines -> lines.stream()
                                    .filter(line -> line.startsWith("disconnected: 1006"))
                                    .count()
                            >= 2);
            keepOpen.terminate();
            assertEquals(0, keepOpen.ends(), keepOpen::said);
        }
    }

    @Test
    void keysAreMadeListedAndRemoved() throws Exception {
        String conf = folder.resolve("conf").toString();
        String key = only("key-new", 0, "key", "new", "--role", "view", "--name", "wall", "--conf", conf);
        assertTrue(key.matches("cb_[A-Za-z0-9]{8}_[A-Za-z0-9]{32}"), key);
        Path file = folder.resolve("conf/org.geometryos.compositor.endpoint.key~wall.cfg");
        assertFalse(Files.readString(file).contains(key));
        only("key-again", 1, "key", "new", "--role", "view", "--name", "wall", "--conf", conf);
        assertTrue(Files.readString(folder.resolve("key-again.err")).contains("--replace"));
        try (CommandProcess list = command("key-list", "key", "list", "--conf", conf)) {
            assertEquals(0, list.ends());
            assertEquals(2, list.lines().size(), list::said);
            assertTrue(list.lines().get(1).startsWith("wall  view  " + file), list::said);
        }
        only("key-remove", 0, "key", "remove", "wall", "--conf", conf);
        assertFalse(Files.exists(file));
        only("key-local", 2, "key", "new", "--role", "view", "--name", "local", "--conf", conf);
        for (String name : List.of("key-new", "key-again")) {
            assertFalse(Files.readString(folder.resolve(name + ".err")).contains(key), name);
        }
    }

    @Test
    void recordingsAreListedAndExportedWhileTheyGrow() throws Exception {
        String data = distribution.data().toString();
        JsonNode recording = awaitRecording(data);
        assertEquals(0, recording.path("missing").asLong(), recording::toString);
        String name = recording.path("recording").asText();
        String table = only("record-list", 0, "record", "list", "--data", data);
        assertTrue(table.startsWith("RECORDING") && table.contains(name) && table.contains("stage tour"), table);

        long from = recording.path("from").asLong();
        List<JsonNode> part = only(
                        "record-export",
                        0,
                        "record",
                        "export",
                        name.substring(0, 4),
                        "--data",
                        data,
                        "--camera",
                        "tour",
                        "--from",
                        "1s",
                        "--to",
                        "2s")
                .lines()
                .map(Json::read)
                .toList();
        assertFalse(part.isEmpty());
        Path file = folder.resolve("everything.jsonl");
        only("record-everything", 0, "record", "export", "--data", data, "--everything", "-o", file.toString());
        List<JsonNode> everything =
                Files.readAllLines(file).stream().map(Json::read).toList();
        assertTrue(List.of("camera", "control", "display").stream()
                .allMatch(type ->
                        everything.stream().anyMatch(one -> Json.type(one).equals(type))));
        // all views of that second, and nothing else: how many they are depends on the machine
        assertEquals(
                everything.stream()
                        .filter(one -> Json.type(one).equals("camera")
                                && one.path("camera").asText().equals("tour")
                                && one.path("received").asLong() >= from + 1_000_000
                                && one.path("received").asLong() <= from + 2_000_000)
                        .toList(),
                part);

        only("record-unknown", 1, "record", "export", "nothing-like-it", "--data", data);
        assertTrue(Files.readString(folder.resolve("record-unknown.err"))
                .contains("there is no recording nothing-like-it"));
        only(
                "record-nowhere",
                1,
                "record",
                "list",
                "--data",
                folder.resolve("nowhere").toString());
        assertTrue(Files.readString(folder.resolve("record-nowhere.err")).contains("enabled = true"));
        only("record-soon", 2, "record", "export", "--data", data, "--from", "soon");
    }

    @Test
    void recordingIsPlayedOnABridgeAsItWasSeen() throws Exception {
        String data = distribution.data().toString();
        String name = awaitRecording(data).path("recording").asText();
        String[] part = {name, "--data", data, "--camera", "tour", "--from", "500ms", "--to", "2500ms"};
        List<JsonNode> recorded = only("record-played", 0, join("record", "export", part))
                .lines()
                .map(Json::read)
                .toList();
        try (Follower watcher = new Follower(RawClient.display(distribution.port(), "audience"), "audience")) {
            watcher.send("{\"type\":\"subscribe\",\"cameras\":[\"tour\"],\"delivery\":\"every\"}");
            watcher.await("the snapshot", message -> Json.type(message).equals("snapshot"));
            String account = errors("record-replay", join("record", "replay", part, "--speed", "2", "-w", "player"));
            assertTrue(account.contains(recorded.size() + " views sent"), account);
            JsonNode last = recorded.get(recorded.size() - 1).path("view");
            List<JsonNode> played = watcher
                    .awaitAll(
                            "the last view",
                            message -> isOf("player", message)
                                    && message.path("view").equals(last))
                    .stream()
                    .filter(message -> isOf("player", message))
                    .map(message -> message.path("view"))
                    .toList();
            assertEquals(recorded.stream().map(message -> message.path("view")).toList(), played);
        }
    }

    private static String errors(String name, String... arguments) throws Exception {
        only(name, 0, arguments);
        return Files.readString(folder.resolve(name + ".err"));
    }

    private static boolean isOf(String source, JsonNode message) {
        return Json.type(message).equals("camera")
                && message.path("source").asText().equals(source);
    }

    private static String[] join(String command, String what, String[] part, String... more) {
        return Stream.of(new String[] {command, what}, part, more)
                .flatMap(Stream::of)
                .toArray(String[]::new);
    }

    @Test
    void drainingWithoutKeysIsUndone() throws Exception {
        assertTrue(only("drain", 0, "drain", "--over", "0ms").contains("compositor drain --undo"));
        only("displays-refused", 1, "displays");
        // it is told while nobody else gets in
        only("notice-draining", 0, "notice", "draining");
        assertEquals("{\"done\":\"undrain\"}", only("undrain", 0, "drain", "--undo", "--json"));
        only("displays", 0, "displays");
    }

    @Test
    void camerasAreListedWithHolderSourceAndAge() throws Exception {
        String table = only("cameras", 0, "cameras");
        assertTrue(table.matches("CAMERA +KIND +HOLDER +SOURCE +AGE\n(?s).*"), table);
        assertTrue(table.lines().anyMatch(line -> line.matches("tour +2d +\\S+ +\\S+ +\\d+ (ms|s)")), table);
        JsonNode tour = Json.read(only("cameras-json", 0, "cameras", "--json")
                .lines()
                .filter(line -> line.contains("\"camera\":\"tour\""))
                .findFirst()
                .orElseThrow());
        assertEquals("2d", tour.path("view").path("kind").asText(), tour::toString);
        assertEquals("2d", tour.path("kind").asText(), tour::toString);
        assertTrue(tour.path("age").canConvertToLong() && tour.path("received").asLong() > 0, tour::toString);
    }

    @Test
    void cameraIsTakenKeptAndGivenBack() throws Exception {
        only("release-unknown", 1, "camera", "release", "no/such");
        assertTrue(Files.readString(folder.resolve("release-unknown.err")).contains("there is no camera no/such"));
        only("take-wrong", 2, "camera", "take", "../etc");
        try (CommandProcess take = command("take", "camera", "take", "kept", "-w", "keeper", "--json")) {
            take.await("the camera", lines -> lines.size() == 1);
            JsonNode taken = Json.read(take.lines().get(0));
            assertEquals("take", taken.path("done").asText(), taken::toString);
            assertEquals("keeper", taken.path("display").asText(), taken::toString);
            assertTrue(
                    only("cameras-kept", 0, "cameras").lines().anyMatch(line -> line.matches("kept +- +keeper +- +-")));
            only("take-second", 1, "camera", "take", "kept", "-w", "other");
            String refusal = Files.readString(folder.resolve("take-second.err"));
            assertTrue(refusal.contains("held by \"keeper\"") && refusal.contains("--force"), refusal);
            only("release-held", 1, "camera", "release", "kept");
            assertEquals("camera kept is free", only("release-forced", 0, "camera", "release", "kept", "--force"));
            assertEquals(1, take.ends(), take::said);
            // whoever frees it by force holds it for a moment, and the keeper may ask just then: it says the same
            assertTrue(take.errors().contains("the control of camera kept was ended by another"), take::said);
        }
        try (CommandProcess first = command("take-first", "camera", "take", "fought", "-w", "first")) {
            first.await("the camera", lines -> lines.size() == 1);
            only("take-forced", 0, "camera", "take", "fought", "-w", "second", "--force", "--for", "5s");
            assertEquals(1, first.ends(), first::said);
            assertTrue(first.errors().contains("the control of camera fought was ended by another"), first::said);
        }
        try (CommandProcess interrupted = command("take-ended", "camera", "take", "ended", "-w", "ends")) {
            interrupted.await("the camera", lines -> lines.size() == 1);
            interrupted.terminate();
            assertEquals(0, interrupted.ends(), interrupted::said);
        }
        assertFalse(only("cameras-free", 0, "cameras").contains("ends"));
    }

    @Test
    void everybodyLooksWhereACameraLooks() throws Exception {
        try (Follower driver = new Follower(RawClient.display(distribution.port(), "driver"), "driver");
                Follower watcher = new Follower(RawClient.display(distribution.port(), "watcher"), "watcher")) {
            for (String camera : List.of("here", "there")) {
                driver.send(
                        "{\"type\":\"camera\",\"camera\":\"" + camera + "\",\"view\":{\"kind\":\"2d\",\"center\":[7,"
                                + (camera.equals("here") ? 42 : 0) + "],\"zoom\":1,\"rotation\":0}}");
            }
            watcher.send("{\"type\":\"subscribe\",\"cameras\":[\"there\"],\"delivery\":\"every\"}");
            watcher.await("the snapshot", message -> Json.type(message).equals("snapshot"));
            assertTrue(only("gather", 0, "camera", "gather", "here")
                    .startsWith("displays that chose no camera show here"));
            assertTrue(only("gathered", 0, "config", "list", "settings").contains("here"));
            only("gather-undone", 0, "config", "set", "settings", "--unset", "show.2d");
            JsonNode jumped = Json.read(
                    only("gather-jump", 0, "camera", "gather", "here", "--jump", "there", "--for", "1s", "--json"));
            assertEquals("gather", jumped.path("done").asText(), jumped::toString);
            assertEquals("there", jumped.path("jumped").path(0).asText(), jumped::toString);
            JsonNode moved = watcher.await(
                    "the jump",
                    message -> Json.type(message).equals("camera")
                            && message.path("view").path("center").path(1).asDouble() == 42);
            assertTrue(moved.path("cut").asBoolean(), moved::toString);
        }
        only("gather-none", 1, "camera", "gather", "nowhere");
        only("gather-kind", 1, "camera", "gather", "tour", "--jump", "stage");
        only("gather-both", 2, "camera", "gather", "tour", "--jump", "stage", "--all");
    }

    @Test
    void displayIsToldSomethingAndSentAway() throws Exception {
        try (Follower wall = new Follower(RawClient.display(distribution.port(), "told"), "told")) {
            only("notice", 0, "notice", "--display", "told", "--level", "warning", "look", "here");
            JsonNode notice =
                    wall.await("the notice", message -> Json.type(message).equals("notice"));
            assertEquals("warning", notice.path("level").asText());
            assertEquals("look here", notice.path("text").asText());
            JsonNode all = Json.read(only("notice-all", 0, "notice", "--json", "for all"));
            assertEquals("notice", all.path("done").asText(), all::toString);
            wall.await(
                    "the notice for all",
                    message -> message.path("text").asText().equals("for all"));
            JsonNode kicked = Json.read(only("kick", 0, "kick", "told", "--reason", "out of service", "--json"));
            assertEquals("told", kicked.path("display").asText(), kicked::toString);
            JsonNode goodbye =
                    wall.await("goodbye", message -> Json.type(message).equals("goodbye"));
            assertEquals("out of service", goodbye.path("reason").asText());
            assertEquals(1000, goodbye.path("code").asInt());
        }
        for (String name : List.of("kick", "notice")) {
            String[] arguments = name.equals("kick")
                    ? new String[] {"kick", "nobody-there"}
                    : new String[] {"notice", "--display", "nobody-there", "hello"};
            only(name + "-nobody", 1, arguments);
            String refusal = Files.readString(folder.resolve(name + "-nobody.err"));
            assertTrue(refusal.contains("not-found") && refusal.contains("nobody-there"), refusal);
        }
        only("notice-level", 2, "notice", "--level", "loud", "hello");
        assertTrue(Files.readString(folder.resolve("notice-level.err")).contains("info, warning, error"));
    }

    @Test
    void sourceIsListedStoppedAndStarted() throws Exception {
        JsonNode source = source();
        assertEquals("ok", source.path("level").asText(), source::toString);
        String name = source.path("source").asText();
        assertTrue(only("sources", 0, "sources").startsWith("SOURCE  "), name);
        assertTrue(only("source-stop", 0, "sources", "stop", name).startsWith("source " + name + " is stopped"));
        assertTrue(source().path("stopped").asBoolean());
        assertTrue(only("sources-stopped", 0, "sources").contains("stopped"));
        assertEquals(
                "false",
                Json.read(only("source-start", 0, "sources", "start", name, "--json"))
                        .path("stopped")
                        .asText());
        assertFalse(source().path("stopped").asBoolean());
        only("source-unknown", 1, "sources", "stop", "no-such-source");
        assertTrue(Files.readString(folder.resolve("source-unknown.err")).contains("not-found"));
        CameraStream.awaitBoth(distribution.port());
    }

    /** What the list says of the source of the demo that drives the camera stage. */
    private static JsonNode source() throws Exception {
        return only("sources-json", 0, "sources", "--json")
                .lines()
                .map(Json::read)
                .filter(each -> each.path("source").asText().contains("stage"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void wallsAreListedWithTheirMembers() throws Exception {
        only(
                "wall-declared",
                0,
                "config",
                "set",
                "wall~hall",
                "width=210",
                "height=100",
                "members=left x=0 y=0 width=100 height=100; right x=110 y=0 width=100 height=100");
        Waiting.until(
                Duration.ofSeconds(30),
                "the wall",
                () -> only("walls", 0, "walls").contains("hall"));
        String table = only("walls", 0, "walls");
        assertTrue(table.startsWith("WALL  MEMBERS  COUNT  DELAY"), table);
        assertTrue(table.lines().anyMatch(line -> line.matches("hall +2 +0 +100\\.0 +- +no +0\\.0%.*")), table);
        String members = only("walls-one", 0, "walls", "hall");
        assertTrue(members.contains("is not connected"), members);
        JsonNode wall = Json.read(only("walls-json", 0, "walls", "--json").strip());
        assertEquals("hall", wall.path("wall").asText(), wall::toString);
        only("walls-unknown", 1, "walls", "no-such-wall");
        assertTrue(only("displays-of-walls", 0, "displays").contains("WALL"));
    }

    @Test
    void configurationIsListedCheckedAndChanged() throws Exception {
        assertTrue(only("config-list", 0, "config", "list").contains("org.geometryos.compositor.camera"));
        assertTrue(only("config-keys", 0, "config", "list", "camera").contains("leaseMillis"));
        only("config-check", 0, "config", "check", "camera");
        only("config-check-good", 0, "config", "check", "camera", "maxCameras=399");
        only("config-check-wrong", 1, "config", "check", "camera", "maxCameras=no");
        String refusal = Files.readString(folder.resolve("config-check-wrong.err"));
        assertTrue(refusal.contains("invalid") && refusal.contains("maxCameras"), refusal);
        JsonNode set = Json.read(only("config-set", 0, "config", "set", "camera", "maxCameras=398", "--json"));
        assertTrue(set.path("changed").asBoolean(), set::toString);
        JsonNode now = Json.read(only("config-one", 0, "config", "list", "camera", "--json"));
        assertEquals(398, now.path("properties").path("maxCameras").asInt(), now::toString);
        only("config-unset", 0, "config", "set", "camera", "--unset", "maxCameras");
        only("config-secret", 2, "config", "set", "endpoint.key~x", "key=a-secret-of-this-test");
        assertFalse(Files.readString(folder.resolve("config-secret.err")).contains("a-secret-of-this-test"));
        assertTrue(
                only("log", 0, "log", "--lines", "200").contains("org.geometryos.compositor.camera"),
                "the change is in the log");
    }

    @Test
    void logIsFollowed() throws Exception {
        try (CommandProcess follow = command("log-follow", "log", "--follow", "--json")) {
            follow.await("a line", lines -> !lines.isEmpty());
            only("log-config", 0, "config", "set", "connections", "rememberedDisplays=9999");
            follow.await(
                    "the change",
                    lines -> lines.stream()
                            .map(Json::read)
                            .anyMatch(line -> line.path("text").asText().contains("rememberedDisplays")));
            only("log-config-back", 0, "config", "set", "connections", "--unset", "rememberedDisplays");
            follow.terminate();
            assertEquals(0, follow.ends(), follow::said);
        }
    }

    @Test
    void bundleIsSwappedAndTheRecorderIsTold() throws Exception {
        JsonNode swap = Json.read(only("swap", 0, "bundles", "swap", "settings", "--json"));
        assertEquals("org.geometryos.compositor.settings", swap.path("name").asText(), swap::toString);
        assertTrue(swap.path("millis").isNumber(), swap::toString);
        only("swap-unknown", 1, "bundles", "swap", "no.such.bundle");
        assertTrue(only("bundles", 0, "bundles").contains("org.geometryos.compositor.settings"));
        assertTrue(only("record-status", 0, "record", "status").startsWith("recording   yes"));
        assertTrue(Json.read(only("record-status-json", 0, "record", "status", "--json"))
                .path("enabled")
                .asBoolean());
        assertTrue(Json.read(only("record-on", 0, "record", "start", "--json"))
                .path("enabled")
                .asBoolean());
    }

    /** What the list says of the newest recording, once that has three seconds. */
    private static JsonNode awaitRecording(String data) {
        JsonNode[] newest = new JsonNode[1];
        Waiting.until(Duration.ofSeconds(60), () -> "three seconds of a recording; the newest is " + newest[0], () -> {
            List<JsonNode> all = only("record-json", 0, "record", "list", "--json", "--data", data)
                    .lines()
                    .map(Json::read)
                    .toList();
            newest[0] = all.isEmpty() ? null : all.get(all.size() - 1);
            return newest[0] != null
                    && newest[0].path("to").asLong() - newest[0].path("from").asLong() > 3_000_000;
        });
        return newest[0];
    }

    /** @return what the command prints on standard output */
    private static String only(String name, int exit, String... arguments) throws Exception {
        try (CommandProcess command = command(name, arguments)) {
            assertEquals(exit, command.ends(), command::said);
            return String.join("\n", command.lines());
        }
    }

    @Test
    void verifyPassesWithoutAFailure() throws Exception {
        for (List<String> more : List.of(List.<String>of(), List.of("--cbor", "--camera", "tour"))) {
            String[] arguments = new String[more.size() + 2];
            arguments[0] = "verify";
            arguments[1] = "--json";
            for (int i = 0; i < more.size(); i++) {
                arguments[i + 2] = more.get(i);
            }
            try (CommandProcess verify = command("verify", arguments)) {
                assertEquals(0, verify.ends(), verify::said);
                List<JsonNode> steps = verify.lines().stream().map(Json::read).toList();
                assertEquals(21, steps.size(), verify::said);
                for (JsonNode step : steps) {
                    String expected = step.path("step").asText().equals("wrong-key") ? "SKIP" : "OK";
                    assertEquals(expected, step.path("verdict").asText(), step::toString);
                }
            }
        }
    }

    /** Last, as it ends the server that the others use. */
    @Test
    @Order(Integer.MAX_VALUE)
    void killedServerEndsOnceAndBringsKeepOpenBack() throws Exception {
        try (CommandProcess keepOpen = command("killed-keep-open", "connect", "-w", "keeps", "--json");
                CommandProcess once =
                        command("killed-once", "connect", "-w", "once", "--connect-type", "once", "--json")) {
            keepOpen.await("updates", lines -> !messages(lines, "camera").isEmpty());
            once.await("updates", lines -> !messages(lines, "camera").isEmpty());
            distribution.kill();
            assertEquals(1, once.ends(), once::said);
            distribution.start();
            keepOpen.await(
                    "a second welcome and updates behind it",
                    lines -> messages(lines, "welcome").size() >= 2
                            && !messages(lines.subList(lines.lastIndexOf(welcome(lines)), lines.size()), "camera")
                                    .isEmpty());
            List<JsonNode> welcomes = messages(keepOpen.lines(), "welcome");
            assertFalse(welcomes.get(0).path("epoch").equals(welcomes.get(1).path("epoch")), "another epoch");
            assertEquals("keeps", welcomes.get(1).path("display").asText());
            keepOpen.terminate();
            assertEquals(0, keepOpen.ends(), keepOpen::said);
        }
    }

    private static String welcome(List<String> lines) {
        return lines.stream()
                .filter(line -> Json.type(Json.read(line)).equals("welcome"))
                .reduce((one, next) -> next)
                .orElse("");
    }
}
