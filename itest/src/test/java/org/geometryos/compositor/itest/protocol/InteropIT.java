package org.geometryos.compositor.itest.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.geometryos.compositor.itest.Waiting;
import org.geometryos.compositor.itest.outside.CameraStream;
import org.geometryos.compositor.itest.outside.DistributionProcess;
import org.geometryos.compositor.itest.outside.Folders;
import org.geometryos.compositor.itest.outside.Json;
import org.geometryos.compositor.itest.outside.Python;
import org.geometryos.compositor.itest.outside.RawClient;
import org.geometryos.compositor.itest.outside.Tools;
import org.geometryos.compositor.testkit.wire.RawRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that others wrote, and our own in Node, follow the cameras of the demo. */
class InteropIT {
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final Path CLIENTS = Folders.module().resolve("interop");
    private static final String JSON = "compositor.v1.json";
    private static final String CBOR = "compositor.v1.cbor";

    private static DistributionProcess distribution;

    @BeforeAll
    static void startTheDistribution() throws Exception {
        distribution = DistributionProcess.fresh("interop");
        // nobody loses a camera because the test does not get to run for a while
        distribution.configure("org.geometryos.compositor.camera", "leaseMillis = 120000");
        distribution.start();
        CameraStream.awaitBoth(distribution.port());
    }

    @AfterAll
    static void stopTheDistribution() throws Exception {
        distribution.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {JSON, CBOR})
    void packageWsFollowsTheCameras(String subprotocol) throws Exception {
        needsNode();
        String display = "ws-" + subprotocol;
        follows(
                display,
                subprotocol,
                "node",
                "ws-client.mjs",
                distribution.url(),
                subprotocol,
                display,
                String.valueOf(CameraStream.UPDATES));
    }

    @Test
    void pythonsWebsocketsFollowsTheCameras() throws Exception {
        Python.needs("websockets");
        follows(
                "python",
                JSON,
                Python.PROGRAM.toString(),
                "-B",
                "websockets-client.py",
                distribution.url(),
                JSON,
                "python",
                String.valueOf(CameraStream.UPDATES));
    }

    @Test
    void ourJavaScriptClientFollowsTheCamerasAndDrivesOneThatItSeesComeBack() throws Exception {
        needsNode();
        Path program = withOurPackage("own-client.mjs");
        List<JsonNode> rest = follows(
                "own",
                JSON,
                "node",
                program.toString(),
                distribution.url(),
                "own",
                String.valueOf(CameraStream.UPDATES));
        assertEquals(1, rest.size(), () -> "after the stream: " + rest);
        JsonNode said = rest.get(0);
        JsonNode driven = said.path("driven");
        assertEquals(
                Json.read(
                        "{\"kind\":\"2d\",\"center\":[12.5,-7.25],\"zoom\":1.5,\"rotation\":0.125,\"size\":[640,480]}"),
                plain(driven.path("view")));
        assertEquals(said.path("session").asText(), driven.path("origin").asText());
        assertEquals("own", driven.path("source").asText());
        assertEquals(42, driven.path("sample").asLong());
        assertEquals("01:02:03:04", driven.path("timecode").asText());
        assertEquals(driven.path("seq"), said.path("ack").path("seq"), "the ack tells what the request became");
        double behind = said.path("now").asDouble() - driven.path("received").asDouble();
        assertTrue(
                Math.abs(behind) < 20_000_000,
                () -> "the client's idea of the server's clock is " + behind + " us after it received the view");
    }

    /** Node reads 640 and writes 640 where the server sent 640.0; both are the same number. */
    private static JsonNode plain(JsonNode node) {
        return Json.read(node.toString().replaceAll("(\\d)\\.0(?=[,}\\]])", "$1"));
    }

    /**
     * What is typed before wscat is connected is lost, and it tells only a terminal when it is: so ask until somebody
     * answers.
     */
    @Test
    void wscatFollowsTheCamerasWithoutNamingASubprotocol() throws Exception {
        needsNode();
        try (LineProcess wscat = client("wscat", "node", "node_modules/wscat/bin/wscat", "-c", distribution.url())) {
            for (int i = 0; wscat.lines().isEmpty(); i++) {
                assertTrue(i < 240, () -> "no answer to what was typed; " + wscat.said());
                wscat.type("{\"type\":\"ping\",\"t0\":1,\"id\":\"early\"}");
                wscat.awaitAtMost(Duration.ofMillis(250), lines -> !lines.isEmpty());
            }
            wscat.type(CameraStream.hello("wscat"));
            wscat.type(CameraStream.SUBSCRIBE);
            wscat.await(LIMIT, "enough updates", lines -> CameraStream.enough(received(lines)));
            CameraStream.check(received(wscat.lines()), "wscat");
            wscat.type("{\"type\":\"bye\"}");
            assertEquals(0, wscat.ends(LIMIT), wscat::said);
        }
    }

    /** The messages that wscat printed, prompts before them, without the answers to what came before hello. */
    private static List<JsonNode> received(List<String> lines) {
        return lines.stream()
                .map(line -> Json.read(line.substring(Math.max(0, line.indexOf('{')))))
                .filter(message -> !message.path("id").asText().equals("early"))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {JSON, CBOR})
    void clientOfTheJdkFollowsTheCameras(String subprotocol) throws Exception {
        String display = "jdk-" + subprotocol;
        Listener listener = new Listener(subprotocol.equals(CBOR));
        WebSocket socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .subprotocols(subprotocol)
                .buildAsync(URI.create(distribution.url()), listener)
                .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertEquals(subprotocol, socket.getSubprotocol());
        listener.send(socket, CameraStream.hello(display));
        listener.send(socket, CameraStream.SUBSCRIBE);
        Waiting.until(
                LIMIT,
                () -> "enough updates; " + listener.messages.size() + " messages came, failure: " + listener.failure,
                () -> CameraStream.enough(listener.messages));
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertEquals(1000, listener.closed.get(LIMIT.toSeconds(), TimeUnit.SECONDS));
        CameraStream.check(listener.messages, display);
    }

    /** A client of the JDK that has said hello. */
    private static final class Client implements AutoCloseable {
        private final Listener listener;
        private final WebSocket socket;
        private int looked;

        Client(String subprotocol, String display, String... more) throws Exception {
            listener = new Listener(subprotocol.equals(CBOR));
            socket = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .subprotocols(subprotocol, more)
                    .buildAsync(URI.create(distribution.url()), listener)
                    .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            assertEquals(subprotocol, socket.getSubprotocol());
            send(CameraStream.hello(display));
            await("welcome");
        }

        void send(String message) throws Exception {
            listener.send(socket, message);
        }

        /** The next message of a type. */
        JsonNode await(String type) {
            JsonNode[] found = new JsonNode[1];
            Waiting.until(LIMIT, () -> type + " in " + listener.messages + ", failure: " + listener.failure, () -> {
                while (found[0] == null && looked < listener.messages.size()) {
                    JsonNode next = listener.messages.get(looked++);
                    found[0] = Json.type(next).equals(type) ? next : null;
                }
                return found[0] != null;
            });
            return found[0];
        }

        /** What a request is answered with: {@code ack}, or the code of the error. */
        String ask(String request) throws Exception {
            String id = "r" + looked + "-" + System.nanoTime();
            send(request.replaceFirst("\\{", "{\"id\":\"" + id + "\","));
            JsonNode[] found = new JsonNode[1];
            Waiting.until(LIMIT, () -> "an answer to " + request + " in " + listener.messages, () -> {
                found[0] = listener.messages.stream()
                        .filter(message -> message.path("id").asText().equals(id))
                        .findFirst()
                        .orElse(null);
                return found[0] != null;
            });
            return Json.type(found[0]).equals("ack")
                    ? "ack"
                    : found[0].path("code").asText() + ": "
                            + found[0].path("message").asText();
        }

        @Override
        public void close() {
            socket.abort();
        }
    }

    private static String control(String camera, String action) {
        return "{\"type\":\"control\",\"camera\":\"" + camera + "\",\"action\":\"" + action + "\"}";
    }

    @ParameterizedTest
    @ValueSource(strings = {JSON, CBOR})
    void clientsOfTheJdkAskOneAnotherForACameraAndTakeItByForce(String subprotocol) throws Exception {
        String camera = "asked/" + subprotocol;
        try (Client holder = new Client(subprotocol, "holder");
                Client asker = new Client(subprotocol, "asker")) {
            asker.send("{\"type\":\"subscribe\",\"cameras\":[\"" + camera + "\"]}");
            assertEquals("ack", asker.ask(control(camera, "ask")), "nobody holds it, and nobody is asked");
            assertEquals("ack", holder.ask(control(camera, "take")));
            assertEquals("holder", asker.await("control").path("holder").asText());
            String held = asker.ask(control(camera, "take"));
            assertTrue(held.startsWith("held: ") && held.contains("\"holder\""), held);
            // at most one a second
            Waiting.until(
                    LIMIT,
                    "an ask that is passed on",
                    () -> asker.ask(control(camera, "ask")).equals("ack"));
            JsonNode asked = holder.await("asked");
            assertEquals(camera, asked.path("camera").asText(), asked::toString);
            assertEquals("asker", asked.path("display").asText(), asked::toString);
            assertTrue(!asked.has("seq") && !asked.path("session").asText().isEmpty(), asked::toString);
            assertEquals("ack", asker.ask(control(camera, "take").replace("}", ",\"force\":true}")));
            assertEquals("asker", asker.await("control").path("holder").asText());
            assertTrue(
                    holder.ask(control(camera, "take")).startsWith("held: "),
                    "what was taken by force is not taken back");
            assertTrue(
                    asker.ask(control(camera, "release").replace("}", ",\"force\":true}"))
                            .startsWith("invalid: "),
                    "force goes with take alone");
            assertEquals("ack", asker.ask(control(camera, "release")));
            assertTrue(asker.await("control").path("holder").isNull());
        }
    }

    /** While it drains, whoever runs the host from here still gets in, for that alone. */
    @ParameterizedTest
    @ValueSource(strings = {JSON, CBOR})
    void clientOfTheJdkUndoesADrainThroughTheSubprotocolForIt(String subprotocol) throws Exception {
        try (Client first = new Client(subprotocol, "drainer")) {
            assertEquals("ack", first.ask("{\"type\":\"admin\",\"action\":\"drain\",\"over\":0}"));
        }
        try {
            // the answer comes before the draining begins
            Waiting.until(LIMIT, "the draining", () -> status() == 503);
            ExecutionException refused =
                    assertThrows(ExecutionException.class, () -> new Client(subprotocol, "newcomer"));
            assertTrue(
                    refused.getCause() instanceof WebSocketHandshakeException status
                            && status.getResponse().statusCode() == 503,
                    refused::toString);
        } finally {
            try (Client operator = new Client(subprotocol, "operator", "compositor.admin")) {
                assertTrue(operator.ask("{\"type\":\"subscribe\",\"cameras\":[\"*\"]}")
                        .startsWith("forbidden: "));
                assertEquals("ack", operator.ask("{\"type\":\"admin\",\"action\":\"undrain\"}"));
            }
        }
        new Client(subprotocol, "newcomer").close();
    }

    private static int status() throws IOException {
        try (RawClient client = new RawClient(distribution.port())) {
            return client.ask(RawRequest.get("/compositor/status")).status();
        }
    }

    private static final class Listener implements WebSocket.Listener {
        private final boolean binary;
        private final List<JsonNode> messages = new CopyOnWriteArrayList<>();
        private final CompletableFuture<Integer> closed = new CompletableFuture<>();
        private final StringBuilder text = new StringBuilder();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private volatile Throwable failure;

        Listener(boolean binary) {
            this.binary = binary;
        }

        void send(WebSocket socket, String message) throws Exception {
            CompletableFuture<WebSocket> sent = binary
                    ? socket.sendBinary(ByteBuffer.wrap(Json.cbor(message)), true)
                    : socket.sendText(message, true);
            sent.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
            assertTrue(!binary, "text on a binary connection");
            text.append(part);
            if (last) {
                messages.add(Json.read(text.toString()));
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer part, boolean last) {
            assertTrue(binary, "a binary message on a text connection");
            byte[] copy = new byte[part.remaining()];
            part.get(copy);
            bytes.writeBytes(copy);
            if (last) {
                messages.add(Json.readCbor(bytes.toByteArray()));
                bytes.reset();
            }
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            closed.complete(code);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            failure = error;
            closed.completeExceptionally(error);
        }
    }

    // ---- clients in processes of their own

    /** Runs a client until it is done and checks what it saw. @return what it printed besides the stream */
    private static List<JsonNode> follows(String display, String subprotocol, String... command) throws Exception {
        try (LineProcess client = client(display, command)) {
            int exit = client.ends(LIMIT);
            assertEquals(0, exit, client::said);
            List<JsonNode> all = client.lines().stream().map(Json::read).toList();
            assertEquals(subprotocol, all.get(0).path("subprotocol").asText(), client::said);
            assertEquals(1000, all.get(all.size() - 1).path("closed").asInt(), client::said);
            List<JsonNode> between = all.subList(1, all.size() - 1);
            CameraStream.check(between.stream().filter(m -> m.has("type")).toList(), display);
            return between.stream().filter(m -> !m.has("type")).toList();
        }
    }

    private static LineProcess client(String name, String... command) throws Exception {
        return new LineProcess(CLIENTS, Folders.output().resolve("interop/" + name + ".err"), List.of(command));
    }

    private static void needsNode() throws Exception {
        Optional<String> cannot = Tools.npmInstalls(CLIENTS);
        assumeTrue(cannot.isEmpty(), () -> cannot.orElse(""));
    }

    /** A program in a folder of its own, into which the archive of our package is installed. */
    private static Path withOurPackage(String program) throws Exception {
        Path archive;
        Path built = Folders.module().resolveSibling("bundles/web/target");
        try (Stream<Path> files = Files.list(built)) {
            archive = files.filter(file -> file.toString().endsWith(".tgz"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no archive of the JavaScript client in " + built));
        }
        Path folder = Folders.fresh("interop-package");
        Files.writeString(folder.resolve("package.json"), "{\"name\":\"fresh\",\"version\":\"1.0.0\"}");
        Path log = folder.resolve("npm.log");
        int exit = Tools.run(
                LIMIT,
                folder,
                log,
                Map.of(),
                List.of("npm", "install", "--offline", "--no-audit", "--no-fund", archive.toString()));
        assertEquals(0, exit, () -> "npm install, see " + log);
        Folders.copy(CLIENTS.resolve("node_modules/ws"), folder.resolve("node_modules/ws"));
        return Files.copy(CLIENTS.resolve(program), folder.resolve(program));
    }
}
