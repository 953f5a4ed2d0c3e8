package org.geometryos.compositor.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.api.tiles.TileLayer;
import org.geometryos.compositor.api.tiles.Tiles;
import org.geometryos.compositor.api.tiles.Tileset;
import org.geometryos.compositor.api.wall.DelayChange;
import org.geometryos.compositor.client.ScriptedServer.Frame;
import org.geometryos.compositor.client.ScriptedServer.Peer;
import org.geometryos.compositor.protocol.ClientMessage;
import org.geometryos.compositor.protocol.Codec;
import org.geometryos.compositor.protocol.RequestId;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.protocol.codec.Codecs;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/** The recorded sessions of {@code clients/conformance}, which the clients for Java, JavaScript and Python all pass. */
class ConformanceTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Codec CODEC = Codecs.json();
    private static final Path FOLDER = Path.of("../../clients/conformance");
    private static final Set<String> ABILITIES = Set.of("http-status");
    /** Keys of these maps are all there are; of other objects the others do not matter. */
    private static final int FEW_TILES = 100;

    private static final Set<String> WHOLE = Set.of("cameras", "control", "walls", "models", "tilesets");

    private static final long LIMIT_SECONDS = 60;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    @TestFactory
    Stream<DynamicTest> sessions() {
        return recorded("sessions").flatMap(file -> {
            JsonNode script = read(file);
            if (!able(script)) {
                return Stream.empty();
            }
            int rows = script.has("each") ? script.get("each").iterator().next().size() : 1;
            List<DynamicTest> tests = new ArrayList<>();
            for (int row = 0; row < rows; row++) {
                tests.add(session(name(file), script, row));
            }
            return tests.stream();
        });
    }

    private static boolean able(JsonNode script) {
        return StreamSupport.stream(script.path("needs").spliterator(), false)
                .allMatch(ability -> ABILITIES.contains(ability.asText()));
    }

    private static DynamicTest session(String file, JsonNode script, int row) {
        Map<String, JsonNode> values = new HashMap<>();
        StringBuilder name = new StringBuilder(file);
        script.path("each").properties().forEach(each -> {
            JsonNode value = each.getValue().get(row);
            values.put("$" + each.getKey(), value);
            name.append('-').append(value.asText());
        });
        JsonNode filled = filled(script, values);
        Executable plays = () -> {
            try (Run run = new Run(filled)) {
                run.play();
            } catch (AssertionError e) {
                // reports have the number of a dynamic test alone
                throw new AssertionError("session " + name + ": " + e.getMessage(), e);
            }
        };
        return DynamicTest.dynamicTest(name + ": " + filled.path("title").asText(), plays);
    }

    @TestFactory
    Stream<DynamicTest> clocks() {
        return recorded("clocks").map(file -> {
            JsonNode recording = read(file);
            String title = name(file) + ": " + recording.path("title").asText();
            return DynamicTest.dynamicTest(title, () -> clock(recording));
        });
    }

    private static void clock(JsonNode recording) {
        ClockFilter filter = new ClockFilter();
        Optional<ClockEstimate> estimate = Optional.empty();
        for (JsonNode pong : recording.get("pongs")) {
            estimate = filter.add(
                    pong.get(0).asLong(),
                    pong.get(1).asLong(),
                    pong.get(2).asLong(),
                    pong.get(3).asLong());
        }
        JsonNode reported = recording.get("reported");
        if (reported.get("offset").isNull()) {
            assertThat(estimate).isEmpty();
            return;
        }
        ClockEstimate known = estimate.orElseThrow();
        assertThat(known.samples()).isEqualTo(reported.get("taken").asInt());
        assertThat(known.offset()).isCloseTo(reported.get("offset").asLong(), within(1L));
        assertThat(known.roundTrip()).isCloseTo(reported.get("roundTrip").asLong(), within(1L));
        assertThat(known.drift()).isCloseTo(reported.get("drift").asDouble(), within(1e-8));
    }

    private static Stream<Path> recorded(String folder) {
        try (Stream<Path> files = Files.list(FOLDER.resolve(folder))) {
            return files.filter(file -> file.toString().endsWith(".json")).sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String name(Path file) {
        return file.getFileName().toString().replace(".json", "");
    }

    private static JsonNode read(Path file) {
        try {
            return JSON.readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- what is expected

    private static boolean named(JsonNode value) {
        return value.isTextual() && value.asText().startsWith("$") && !absent(value);
    }

    private static boolean absent(JsonNode value) {
        return value.isNull() || value.asText().equals("$absent");
    }

    private static boolean names(JsonNode list) {
        return list.isArray() && StreamSupport.stream(list.spliterator(), false).allMatch(JsonNode::isTextual);
    }

    private static List<String> sorted(JsonNode names) {
        return StreamSupport.stream(names.spliterator(), false)
                .map(JsonNode::asText)
                .sorted()
                .toList();
    }

    private static boolean matches(JsonNode expected, JsonNode actual, boolean whole) {
        if (absent(expected)) {
            return actual.isMissingNode() || actual.isNull();
        }
        if (named(expected)) {
            return !actual.isMissingNode() && !actual.isNull();
        }
        if (expected.isArray() && names(expected) && names(actual)) {
            return sorted(expected).equals(sorted(actual));
        }
        if (expected.isArray()) {
            return actual.isArray()
                    && actual.size() == expected.size()
                    && Stream.iterate(0, i -> i < expected.size(), i -> i + 1)
                            .allMatch(i -> matches(expected.get(i), actual.get(i), false));
        }
        if (expected.isObject()) {
            return actual.isObject()
                    && (!whole || actual.size() == expected.size())
                    && expected.properties().stream()
                            .allMatch(each -> matches(
                                    each.getValue(), actual.path(each.getKey()), WHOLE.contains(each.getKey())));
        }
        // a number is the same with and without a fraction of zero
        return expected.isNumber() && actual.isNumber()
                ? expected.decimalValue().compareTo(actual.decimalValue()) == 0
                : expected.equals(actual);
    }

    /** Takes the values of the names that the expectation has. */
    private static void capture(JsonNode expected, JsonNode actual, Map<String, JsonNode> into) {
        if (named(expected)) {
            into.put(expected.asText(), actual);
        } else if (expected.isObject()) {
            expected.properties().forEach(each -> capture(each.getValue(), actual.path(each.getKey()), into));
        }
    }

    private static JsonNode filled(JsonNode value, Map<String, JsonNode> values) {
        if (value.isArray()) {
            ArrayNode list = NODES.arrayNode();
            value.forEach(each -> list.add(filled(each, values)));
            return list;
        }
        if (value.isObject()) {
            ObjectNode object = NODES.objectNode();
            value.properties().forEach(each -> object.set(each.getKey(), filled(each.getValue(), values)));
            return object;
        }
        return named(value) ? values.getOrDefault(value.asText(), value) : value;
    }

    private static JsonNode tree(ServerMessage message) {
        try {
            return JSON.readTree(CODEC.encode(message));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A connection whose messages are read all the time: pings need their answer whatever the script waits for. */
    private static final class Connected {
        private final Peer peer;
        private final JsonNode script;
        private final BlockingDeque<JsonNode> messages = new LinkedBlockingDeque<>();
        private final CountDownLatch ended = new CountDownLatch(1);

        Connected(Peer peer, JsonNode script) {
            this.peer = peer;
            this.script = script;
            Thread thread = new Thread(this::read, "conformance-peer");
            thread.setDaemon(true);
            thread.start();
        }

        private void read() {
            try {
                while (true) {
                    Frame frame = frame();
                    if (frame.opcode() == 8) {
                        peer.drop();
                        return;
                    } else if (frame.opcode() == 1) {
                        took(JSON.readTree(frame.payload()));
                    }
                }
            } catch (IOException e) {
                // it has ended
            } finally {
                ended.countDown();
            }
        }

        private Frame frame() throws IOException {
            while (true) {
                try {
                    return peer.frame();
                } catch (SocketTimeoutException e) {
                    // it is idle
                }
            }
        }

        private void took(JsonNode message) throws IOException {
            if (!message.path("type").asText().equals("ping")) {
                messages.add(message);
            } else if (script.path("pings").asBoolean(true)) {
                long t0 = message.get("t0").asLong();
                long time = t0 + script.path("ahead").asLong(0);
                peer.send(new ServerMessage.Pong(Optional.empty(), t0, time, time));
            }
        }

        void awaitEnd() throws InterruptedException {
            assertThat(ended.await(LIMIT_SECONDS, TimeUnit.SECONDS))
                    .as("the client's side ends")
                    .isTrue();
        }
    }

    /** One session against its script. */
    private static final class Run implements AutoCloseable, ClientListener {
        private final JsonNode script;
        private final ScriptedServer server = new ScriptedServer();
        private final CompositorClient client;
        private final Map<String, JsonNode> values = new HashMap<>();
        private Connected peer;

        private final List<JsonNode> told = new CopyOnWriteArrayList<>();
        private final List<JsonNode> losses = new CopyOnWriteArrayList<>();
        private final List<String> errors = new CopyOnWriteArrayList<>();
        private final List<String> asked = new CopyOnWriteArrayList<>();
        private final List<String> notices = new CopyOnWriteArrayList<>();
        private final ConcurrentMap<String, String> control = new ConcurrentHashMap<>();
        private final ConcurrentMap<String, JsonNode> results = new ConcurrentHashMap<>();
        private volatile Optional<Closed> end = Optional.empty();

        Run(JsonNode script) throws IOException {
            this.script = script;
            for (JsonNode step : script.get("steps")) {
                if (step.has("accept")) {
                    server.refusals.add("");
                } else if (step.has("refuse")) {
                    server.refusals.add(step.get("refuse").asInt() + " Refused");
                }
            }
            JsonNode options = script.get("client");
            CompositorClient.Builder builder =
                    CompositorClient.builder(server.uri()).listener(this).random(() -> 0);
            if (options.has("display")) {
                builder.display(options.get("display").asText());
            }
            if (options.has("user")) {
                builder.user(options.get("user").asText());
            }
            if (options.path("connection").asText().equals("once")) {
                builder.once();
            }
            if (options.has("key")) {
                builder.key(() -> Optional.of(options.get("key").asText()));
            }
            if (options.has("settings")) {
                builder.settings(settings(options.get("settings")).settings());
            }
            if (options.has("subscription")) {
                builder.subscription(message(ClientMessage.Subscribe.class, "subscribe", options.get("subscription"))
                        .subscription());
            }
            client = builder.connect();
        }

        @Override
        public void close() throws Exception {
            CompletableFuture<Closed> done = client.closeAsync();
            server.close();
            done.get(LIMIT_SECONDS, TimeUnit.SECONDS);
            client.close();
        }

        void play() throws Exception {
            for (JsonNode step : script.get("steps")) {
                play(step);
            }
            reports(script.get("reported"));
        }

        private void play(JsonNode step) throws Exception {
            String kind = step.fieldNames().next();
            switch (kind) {
                case "accept" -> {
                    peer = new Connected(server.peer(), script);
                    checkKey(step.get("accept").path("key"));
                }
                case "refuse" -> {
                    // the server does it when the client comes
                }
                case "receive" -> receive(step);
                case "send" -> send(step.get("send"));
                case "close" -> {
                    peer.peer.close(
                            step.get("close").asInt(), step.get("reason").asText());
                    peer.awaitEnd();
                }
                case "cut" -> peer.peer.drop();
                case "gone" -> peer.awaitEnd();
                case "call" ->
                    call(
                            step.get("call").asText(),
                            step.path("with"),
                            step.path("as").asText());
                case "expect" -> reports(step.get("expect"));
                default -> throw new AssertionError("unknown step " + step);
            }
        }

        private void checkKey(JsonNode key) {
            if (!key.isMissingNode()) {
                assertThat(peer.peer.headers).containsEntry("authorization", "Bearer " + key.asText());
                assertThat(peer.peer.requestLine).doesNotContain(key.asText());
            }
        }

        private void receive(JsonNode step) throws InterruptedException {
            JsonNode expected = step.get("receive");
            JsonNode message = peer.messages.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
            if (message != null && matches(expected, message, false)) {
                capture(expected, message, values);
            } else if (message != null && step.path("optional").asBoolean()) {
                peer.messages.addFirst(message);
            } else {
                throw new AssertionError(expected + " expected, not " + message);
            }
        }

        private void send(JsonNode message) throws IOException {
            peer.peer.text(
                    message.isTextual()
                            ? message.asText()
                            : filled(message, values).toString());
        }

        // ---- what the program does

        private void call(String name, JsonNode given, String as) {
            if (name.equals("playbacks") || name.equals("replay")) {
                CompletableFuture<List<ServerMessage.Playback>> answer = name.equals("playbacks")
                        ? client.playbacks()
                        : hand(message(ClientMessage.Replay.class, "replay", given));
                answer.whenComplete(
                        (found, failure) -> results.put(as, failure == null ? seen(found) : failed(failure)));
                return;
            }
            CompletableFuture<OptionalLong> answer =
                    switch (name) {
                        case "drive" -> {
                            assertThat(client.push(update(given))).isTrue();
                            yield CompletableFuture.completedFuture(OptionalLong.empty());
                        }
                        case "update" -> client.drive(update(given));
                        case "take" ->
                            client.take(
                                    given.get("camera").asText(),
                                    given.path("force").asBoolean());
                        case "release" -> client.release(given.get("camera").asText());
                        case "ask" -> client.ask(given.get("camera").asText());
                        case "subscribe" ->
                            client.subscribe(message(ClientMessage.Subscribe.class, "subscribe", given)
                                    .subscription());
                        case "unsubscribe" -> client.unsubscribe();
                        case "settings" -> client.settings(settings(given).settings());
                        case "transact" -> {
                            ClientMessage.Scene scene = message(ClientMessage.Scene.class, "scene", given);
                            yield client.scene(scene.ops(), scene.camera());
                        }
                        case "changeTiles" -> {
                            ClientMessage.Tiles tiles = message(ClientMessage.Tiles.class, "tiles", given);
                            yield client.tiles(tiles.ops(), tiles.scene(), tiles.camera());
                        }
                        case "close" -> client.closeAsync().thenApply(closed -> OptionalLong.empty());
                        default -> throw new AssertionError("unknown call " + name);
                    };
            answer.whenComplete((seq, failure) -> results.put(as, failure == null ? done(seq) : failed(failure)));
        }

        private CompletableFuture<List<ServerMessage.Playback>> hand(ClientMessage.Replay replay) {
            return client.replay(
                            replay.playback().orElseThrow(), replay.command().orElseThrow())
                    .thenApply(List::of);
        }

        private static JsonNode seen(List<ServerMessage.Playback> playbacks) {
            RequestId id = new RequestId.Number(0);
            ObjectNode result = NODES.objectNode();
            result.set(
                    "playbacks",
                    tree(new ServerMessage.Ack(id, OptionalLong.empty(), Optional.of(playbacks)))
                            .get("playbacks"));
            return result;
        }

        private static JsonNode done(OptionalLong seq) {
            ObjectNode result = NODES.objectNode();
            seq.ifPresent(number -> result.put("seq", number));
            return result;
        }

        private static JsonNode failed(Throwable failure) {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            ObjectNode result = NODES.objectNode();
            if (cause instanceof RefusedException refused) {
                String code = refused.code().word();
                result.put("error", code);
                result.put("message", refused.getMessage().substring(code.length() + 2));
                refused.field().ifPresent(field -> result.put("field", field));
            } else {
                result.put("error", cause instanceof TimeoutException ? "timeout" : "disconnected");
            }
            return result;
        }

        private static CameraUpdate update(JsonNode given) {
            return message(ClientMessage.Camera.class, "camera", given).update();
        }

        private static ClientMessage.Settings settings(JsonNode given) {
            return message(
                    ClientMessage.Settings.class, "settings", NODES.objectNode().set("settings", given));
        }

        /** The message that has these fields. */
        private static <T extends ClientMessage> T message(Class<T> kind, String type, JsonNode fields) {
            ObjectNode message = fields.deepCopy();
            message.put("type", type);
            try {
                return kind.cast(
                        CODEC.decodeClient(ByteBuffer.wrap(message.toString().getBytes(StandardCharsets.UTF_8))));
            } catch (Exception e) {
                throw new AssertionError(message + ": " + e, e);
            }
        }

        // ---- what the client tells the program

        @Override
        public void disconnected(Closed closed) {
            closed.reconnectIn()
                    .ifPresent(delay -> losses.add(
                            NODES.objectNode().put("code", closed.code()).put("delay", delay)));
        }

        @Override
        public void closed(Closed closed) {
            end = Optional.of(closed);
        }

        @Override
        public void message(ServerMessage message) {
            if (message instanceof ServerMessage.Gap gap) {
                told.add(NODES.arrayNode().add("gap").add(gap.from()).add(gap.to()));
            } else if (message instanceof ServerMessage.Error error) {
                if (error.id().isEmpty()) {
                    errors.add(error.code().word());
                }
            } else if (message instanceof ServerMessage.Asked ask) {
                asked.add(ask.display());
            } else if (message instanceof ServerMessage.Notice notice) {
                notices.add(notice.text());
            } else if (message instanceof ServerMessage.Snapshot snapshot) {
                if (snapshot.all()) {
                    control.clear();
                }
                snapshot.control().forEach(this::holds);
            } else {
                ordered(message);
            }
        }

        private void ordered(ServerMessage message) {
            if (message instanceof ServerMessage.Control change) {
                holds(change);
            }
            if (!(message instanceof ServerMessage.Heartbeat)) {
                JsonNode sent = tree(message);
                if (sent.has("seq") && !sent.get("type").asText().equals("ack")) {
                    told.add(NODES.arrayNode().add(sent.get("type")).add(sent.get("seq")));
                }
            }
        }

        private void holds(ServerMessage.Control change) {
            change.state()
                    .holder()
                    .ifPresentOrElse(
                            holder -> control.put(change.state().camera(), holder),
                            () -> control.remove(change.state().camera()));
        }

        private void reports(JsonNode expected) {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
            while (!matches(expected, report(), false)) {
                if (System.nanoTime() - end > 0) {
                    ObjectNode actual = report();
                    actual.retain(StreamSupport.stream(((Iterable<String>) expected::fieldNames).spliterator(), false)
                            .toList());
                    throw new AssertionError("expected " + expected + ", not " + actual);
                }
                LockSupport.parkNanos(2_000_000);
            }
        }

        private ObjectNode report() {
            ObjectNode report = NODES.objectNode();
            Counters counters = client.counters();
            String state = client.state().name().toLowerCase(Locale.ROOT);
            report.put("state", state.equals("open") ? "connected" : state);
            report.put("epoch", client.epoch());
            report.put("seq", client.seq());
            ObjectNode cameras = report.putObject("cameras");
            client.cameras().forEach((name, camera) -> cameras.set(name, tree(camera)));
            report.set("control", JSON.valueToTree(control));
            report.set("scene", client.scene().map(Run::scene).orElse(NODES.nullNode()));
            ObjectNode walls = report.putObject("walls");
            client.walls().forEach((name, wall) -> walls.set(name, wall(wall)));
            report.set("tiles", client.tiles().map(Run::tiles).orElse(NODES.nullNode()));
            report.put("wall", client.wall().orElse(null));
            report.put("connects", counters.connects());
            report.put("resumes", counters.resumes());
            report.put("gaps", counters.gaps());
            report.putArray("losses").addAll(losses);
            end.ifPresent(closed -> {
                ObjectNode ended = report.putObject("ended").put("code", closed.code());
                closed.httpStatus().ifPresent(status -> ended.put("status", status));
            });
            report.putArray("told").addAll(told);
            report.set("errors", JSON.valueToTree(errors));
            report.set("asked", JSON.valueToTree(asked));
            report.set("notices", JSON.valueToTree(notices));
            ObjectNode answers = report.putObject("results");
            results.forEach(answers::set);
            clock().ifPresent(known -> report.set("clock", known));
            return report;
        }

        /** What was expected, if it is near enough. */
        private Optional<JsonNode> clock() {
            JsonNode expected = script.get("reported").path("clock");
            return client.clock()
                    .filter(known ->
                            Math.abs(known.offset() - expected.path("ahead").asLong())
                                    <= expected.path("within").asLong(-1))
                    .map(known -> expected);
        }

        private static JsonNode scene(Scene scene) {
            JsonNode state = tree(new ServerMessage.Snapshot(
                            "",
                            0,
                            true,
                            List.of(),
                            List.of(),
                            Optional.of(
                                    new ServerMessage.SceneState(scene.revision(), scene.models(), scene.selected())),
                            Optional.empty()))
                    .get("scene");
            ObjectNode report = NODES.objectNode();
            report.set("revision", state.get("revision"));
            report.set("selected", state.get("selected"));
            ObjectNode models = report.putObject("models");
            state.get("models").forEach(model -> models.set(model.get("id").asText(), model));
            return report;
        }

        private static JsonNode tiles(Tiles tiles) {
            ObjectNode report = NODES.objectNode().put("revision", tiles.revision());
            ObjectNode tilesets = report.putObject("tilesets");
            for (TileLayer layer : tiles.layers()) {
                Tileset tileset = layer.tileset();
                ObjectNode each = tilesets.putObject(tileset.id())
                        .put("pixels", tileset.pixels())
                        .put("order", tileset.order())
                        .put("size", layer.tiles().size());
                ArrayNode few = each.putArray("tiles");
                if (layer.tiles().size() <= FEW_TILES) {
                    layer.tiles()
                            .forEach((z, x, y, v) ->
                                    few.addArray().add(z).add(x).add(y).add(v));
                }
            }
            return report;
        }

        private static JsonNode wall(ServerMessage.Wall wall) {
            ObjectNode report = NODES.objectNode();
            report.put("seq", wall.seq());
            report.put("width", wall.state().width());
            report.put("members", wall.state().members().size());
            ArrayNode delay = report.putArray("delay");
            for (DelayChange change : wall.state().delay()) {
                delay.add(change.from()).add(change.value()).add(change.until()).add(change.to());
            }
            return report;
        }
    }
}
