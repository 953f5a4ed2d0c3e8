package org.geometryos.compositor.itest.protocol;

import static org.geometryos.compositor.itest.outside.KeyedDistribution.CBOR;
import static org.geometryos.compositor.itest.outside.KeyedDistribution.CONTROL;
import static org.geometryos.compositor.itest.outside.KeyedDistribution.JSON;
import static org.geometryos.compositor.itest.outside.KeyedDistribution.LIMIT;
import static org.geometryos.compositor.itest.outside.KeyedDistribution.PRESENCE;
import static org.geometryos.compositor.itest.outside.KeyedDistribution.VIEW;
import static org.geometryos.compositor.itest.outside.KeyedDistribution.assertGoodbye;
import static org.geometryos.compositor.itest.outside.KeyedDistribution.assertServed;
import static org.geometryos.compositor.itest.outside.KeyedDistribution.greet;
import static org.geometryos.compositor.itest.outside.KeyedDistribution.leave;
import static org.geometryos.compositor.itest.outside.KeyedDistribution.with;
import static org.geometryos.compositor.testkit.wire.Frames.BINARY;
import static org.geometryos.compositor.testkit.wire.Frames.TEXT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.geometryos.compositor.itest.Stalls;
import org.geometryos.compositor.itest.Waiting;
import org.geometryos.compositor.itest.outside.CameraStream;
import org.geometryos.compositor.itest.outside.Follower;
import org.geometryos.compositor.itest.outside.Json;
import org.geometryos.compositor.itest.outside.KeyedDistribution;
import org.geometryos.compositor.itest.outside.KeyedDistribution.Ticket;
import org.geometryos.compositor.itest.outside.RawClient;
import org.geometryos.compositor.itest.outside.RawClient.Closing;
import org.geometryos.compositor.itest.outside.SmallBundle;
import org.geometryos.compositor.testkit.wire.Frames;
import org.geometryos.compositor.testkit.wire.RawRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Protocol, "Close codes": each close code, at its limit and one beyond it, the goodbye before it, and what becomes of
 * the session. Where another class shows the code itself, here is what comes after it.
 */
@Tag("long")
class CloseRowsIT {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final String PING = "{\"type\":\"ping\",\"id\":1,\"t0\":1}";
    private static final String UPDATE =
            "{\"type\":\"camera\",\"id\":1,\"camera\":\"rows\",\"view\":{\"kind\":\"2d\",\"center\":[0,0],\"zoom\":1,"
                    + "\"rotation\":0}}";

    private static KeyedDistribution bridge;
    private Follower watcher;

    @BeforeAll
    static void startTheDistribution() throws Exception {
        bridge = new KeyedDistribution("rows-close");
    }

    @AfterAll
    static void stopTheDistribution() throws Exception {
        bridge.close();
    }

    @BeforeEach
    void watch() throws Exception {
        watcher = bridge.watcher();
    }

    @AfterEach
    void leaveNothingBehind() throws Exception {
        watcher.close();
        bridge.defaults();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** A message of exactly so many bytes. */
    private static byte[] padded(int length) {
        String head = "{\"type\":\"ping\",\"id\":1,\"t0\":1,\"pad\":\"";
        return bytes(head + "x".repeat(length - head.length() - 2) + "\"}");
    }

    private static double secondsSince(long start) {
        return (System.nanoTime() - start) / (double) SECOND;
    }

    /** Lets things that take long go side by side. */
    @SafeVarargs
    private static void together(Callable<Void>... parts) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(parts.length);
        try {
            List<Future<Void>> running = new ArrayList<>();
            for (Callable<Void> part : parts) {
                running.add(pool.submit(part));
            }
            for (Future<Void> part : running) {
                part.get(180, TimeUnit.SECONDS);
            }
        } finally {
            pool.shutdownNow();
        }
    }

    // ---- what becomes of the session

    private interface Act {
        void on(RawClient client) throws Exception;
    }

    /** @param reason what the others are told; null: the session waits */
    private record Ending(String sentence, int code, String subprotocol, String reason, Act act) {}

    @TestFactory
    Stream<DynamicTest> afterEachCloseTheSessionWaitsOrIsOver() {
        return Stream.of(
                        new Ending("bye", 1000, JSON, "bye", c -> c.send(KeyedDistribution.BYE)),
                        new Ending("a close with 1000", 1000, JSON, "bye", c -> c.sendClose(1000)),
                        new Ending(
                                "text on a CBOR connection",
                                1003,
                                CBOR,
                                "closed with 1003",
                                c -> c.send(TEXT, bytes(PING))),
                        new Ending(
                                "binary on a JSON connection",
                                1003,
                                JSON,
                                "closed with 1003",
                                c -> c.send(BINARY, Json.cbor(PING))),
                        new Ending(
                                "text that is not UTF-8",
                                1007,
                                JSON,
                                "closed with 1007",
                                c -> c.send(TEXT, new byte[] {(byte) 0xc3, '('})),
                        new Ending(
                                "a message that is too long",
                                1009,
                                JSON,
                                "closed with 1009",
                                c -> c.send(TEXT, padded(65_537))),
                        new Ending(
                                "more malformed messages than there may be",
                                4400,
                                JSON,
                                "more than 20 malformed messages within a minute",
                                c -> {
                                    for (int i = 0; i < 21; i++) {
                                        c.send(TEXT, bytes("{"));
                                    }
                                }),
                        new Ending(
                                "a client that closes with a code of the host's",
                                4409,
                                JSON,
                                "closed by its client with 4409",
                                c -> c.sendClose(4409)),
                        new Ending(
                                "a client that closes as if the type were wrong",
                                1003,
                                CBOR,
                                "closed by its client with 1003",
                                c -> c.sendClose(1003)),
                        new Ending("a close because the page goes away", 1001, JSON, null, c -> c.sendClose(1001)),
                        new Ending("a close with a code of the client's", 4000, CBOR, null, c -> c.sendClose(4000)))
                .map(ending -> dynamicTest(
                        ending.sentence + ": " + ending.code + (ending.reason == null ? ", it waits" : ", it is over"),
                        () -> {
                            String name = "ends-" + ending.sentence.hashCode();
                            try (RawClient client = bridge.connect(VIEW, ending.subprotocol)) {
                                Ticket ticket = Ticket.of(greet(client, CameraStream.hello(name)));
                                watcher.presence(name, "joined");
                                ending.act.on(client);
                                assertEquals(ending.code, client.awaitClose().code(), ending.sentence);
                                if (ending.reason == null) {
                                    assertTrue(bridge.resumes(VIEW, ticket), "it can be resumed");
                                } else {
                                    assertEquals(
                                            ending.reason,
                                            watcher.presence(name, "left")
                                                    .path("reason")
                                                    .asText());
                                    assertFalse(bridge.resumes(VIEW, ticket), "it cannot be resumed");
                                }
                            }
                        }));
    }

    // ---- 1000

    @Test
    void anOperatorClosesADisplayWithAGoodbyeThatDoesNotInviteBack() throws Exception {
        try (RawClient viewer = bridge.connect(VIEW)) {
            Ticket ticket = Ticket.of(greet(viewer, CameraStream.hello("dismissed")));
            watcher.send("{\"type\":\"admin\",\"id\":1,\"action\":\"close\",\"display\":\"dismissed\",\"reason\":\"the "
                    + "show is over\"}");
            JsonNode goodbye = assertGoodbye(1000, false, viewer.awaitClose());
            assertEquals("the show is over", goodbye.path("reason").asText());
            viewer.assertEnd();
            assertEquals(
                    "the show is over",
                    watcher.presence("dismissed", "left").path("reason").asText());
            assertFalse(bridge.resumes(VIEW, ticket));
        }
    }

    // ---- 1009

    @Test
    void theLimitOfMessagesIsAsConfiguredAndChangesForOpenConnections() throws Exception {
        try (RawClient before = bridge.display(VIEW, "before");
                RawClient wordy = bridge.display(VIEW, "wordy")) {
            bridge.configure("transport", "messageBytes=2048");
            Waiting.until(LIMIT, "the limit in welcome", () -> bridge.limit("messageBytes") == 2048);
            for (RawClient client : List.of(before, bridge.display(VIEW, "after"))) {
                client.send(TEXT, padded(2048));
                assertEquals(1, client.await("pong").path("id").asInt());
                client.send(TEXT, padded(2049));
                assertEquals(1009, client.awaitClose().code());
                client.close();
            }
            bridge.configure("transport", "messageBytes=4096");
            Waiting.until(LIMIT, "the limit in welcome", () -> bridge.limit("messageBytes") == 4096);
            wordy.send(TEXT, padded(4096));
            assertEquals(1, wordy.await("pong").path("id").asInt());
        }
    }

    // ---- 1011

    @Test
    void anErrorWithinTheServerClosesTheOneWhoMetItAndTheSessionWaits() throws Exception {
        Path jar = SmallBundle.deploy(bridge.process(), "faulty-bridge", FaultyBridge.class);
        try (RawClient driver = bridge.connect(CONTROL);
                RawClient other = bridge.display(VIEW, "unharmed")) {
            Waiting.until(LIMIT, "the faulty bridge", () -> bridge.limit("cameras") == FaultyBridge.MAX_CAMERAS);
            Ticket ticket = Ticket.of(greet(driver, CameraStream.hello("unlucky")));
            driver.send(UPDATE);
            assertEquals(1011, driver.awaitClose().code());
            assertTrue(bridge.resumes(CONTROL, ticket), "it may come back");
            assertServed(other);
        } finally {
            Files.delete(jar);
        }
        Waiting.until(LIMIT, "the bridge of before", () -> bridge.limit("cameras") > FaultyBridge.MAX_CAMERAS);
    }

    // ---- 1012

    @Test
    void aReplacedTransportSaysGoodbyeAndEverySessionIsResumed() throws Exception {
        try (RawClient json = bridge.connect(VIEW);
                RawClient cbor = bridge.connect(VIEW, CBOR)) {
            List<Ticket> tickets = List.of(
                    Ticket.of(greet(json, CameraStream.hello("moved-1"))),
                    Ticket.of(greet(cbor, CameraStream.hello("moved-2"))));
            bridge.deploy("transport");
            for (RawClient client : List.of(json, cbor)) {
                assertEquals(
                        0,
                        assertGoodbye(1012, true, client.awaitClose())
                                .path("reconnectAfter")
                                .asInt());
                client.assertEnd();
            }
            for (Ticket ticket : tickets) {
                Waiting.until(
                        LIMIT,
                        () -> ticket.display() + " to be back; it printed:\n"
                                + bridge.process().log(),
                        () -> comesBackAndStays(ticket));
            }
        }
    }

    /**
     * A bundle of the distribution is started twice when another file first takes its place, so the first success may
     * not last.
     */
    private static boolean comesBackAndStays(Ticket ticket) {
        try (RawClient client = bridge.connect(VIEW)) {
            JsonNode welcome = greet(client, ticket.hello());
            if (!Json.type(welcome).equals("welcome")) {
                return false;
            }
            assertTrue(welcome.path("resumed").asBoolean(), ticket.display());
            rest(1);
            assertServed(client);
            return true;
        } catch (IOException restarting) {
            return false;
        }
    }

    @Test
    void aMessageWaitsForAnEndpointUntilTheHandoverIsOver() throws Exception {
        try (RawClient patient = bridge.display(VIEW, "patient");
                RawClient unlucky = bridge.connect(VIEW)) {
            bridge.connections("heartbeatInterval=1000", "heartbeatTimeout=60000");
            bridge.configure("transport", "handoverSeconds=60", "messageBytes=4096");
            Waiting.until(LIMIT, "the configuration of the transport", () -> bridge.limit("messageBytes") == 4096);
            bridge.takeAway("endpoint");
            Waiting.until(LIMIT, "a closed door", () -> bridge.status(VIEW).status() == 503);
            patient.send(PING);
            patient.await("heartbeat");
            patient.await("heartbeat");
            bridge.deploy("endpoint");
            assertEquals(1, patient.await("pong").path("id").asInt(), "the message waited, and the connection stayed");

            Ticket ticket = Ticket.of(greet(unlucky, CameraStream.hello("closed-out")));
            bridge.configure("transport", "handoverSeconds=1", "messageBytes=2048");
            Waiting.until(LIMIT, "the configuration of the transport", () -> bridge.limit("messageBytes") == 2048);
            bridge.takeAway("endpoint");
            Waiting.until(LIMIT, "a closed door", () -> bridge.status(VIEW).status() == 503);
            unlucky.send(PING);
            assertGoodbye(1012, true, unlucky.awaitClose());
            bridge.deploy("endpoint");
            bridge.untilTaken(VIEW);
            assertTrue(bridge.resumes(VIEW, ticket));
            assertServed(patient);
        }
    }

    // ---- 4400

    @Test
    void asManyMalformedMessagesAsConfiguredAreBorneAndTheInvalidDoNotCount() throws Exception {
        bridge.configure("endpoint", "malformedPerMinute=3", "allowedOrigins=https://rows.example");
        Waiting.until(
                LIMIT,
                "the configuration of the endpoint",
                () -> bridge.ask(with(
                                        VIEW,
                                        RawRequest.get("/compositor/status").with("Origin", "https://rows.example")))
                                .status()
                        == 200);
        try (RawClient client = bridge.connect(CONTROL, CBOR)) {
            greet(client, CameraStream.hello("garbled"));
            for (int i = 0; i < 3; i++) {
                client.send(BINARY, new byte[] {(byte) 0xff});
                assertEquals("malformed", client.await("error").path("code").asText());
                client.send("{\"type\":\"camera\",\"camera\":\"..\"}");
                assertEquals("invalid", client.await("error").path("code").asText());
                client.send("{\"type\":\"teleport\"}");
                assertEquals("unknown-type", client.await("error").path("code").asText());
            }
            assertServed(client);
            client.send(BINARY, new byte[] {(byte) 0xff});
            Closing closing = client.awaitClose();
            assertGoodbye(4400, false, closing);
            assertEquals("malformed", closing.before().get(0).path("code").asText(), "answered first");
        }
    }

    // ---- 4401, 4403

    @Test
    void aRevokedKeyAndALoweredRoleEndTheSession() throws Exception {
        bridge.key("guest", CONTROL, KeyedDistribution.secret("guest"));
        try {
            bridge.untilTaken("guest");
            try (RawClient lowered = bridge.connect("guest")) {
                Ticket ticket = Ticket.of(greet(lowered, CameraStream.hello("lowered")));
                bridge.key("guest", VIEW, KeyedDistribution.secret("guest"));
                String reason = assertGoodbye(4403, false, lowered.awaitClose())
                        .path("reason")
                        .asText();
                assertEquals(
                        reason,
                        watcher.presence("lowered", "left").path("reason").asText());
                assertFalse(bridge.resumes("guest", ticket));
            }
            try (RawClient rotated = bridge.connect("guest");
                    RawClient silent = bridge.connect("guest")) {
                Ticket ticket = Ticket.of(greet(rotated, CameraStream.hello("rotated")));
                bridge.key("guest", VIEW, KeyedDistribution.secret("successor"));
                String reason = assertGoodbye(4401, false, rotated.awaitClose())
                        .path("reason")
                        .asText();
                assertGoodbye(4401, false, silent.awaitClose());
                assertEquals(
                        reason,
                        watcher.presence("rotated", "left").path("reason").asText());
                bridge.untilTaken("successor");
                assertFalse(
                        bridge.resumes("successor", ticket), "the name of the key is the same, the session is over");
            }
        } finally {
            bridge.removeKey("guest");
        }
    }

    // ---- 4408

    @Test
    void helloJustInTimeIsTakenAndOneThatIsMissingCloses() throws Exception {
        bridge.connections("helloTimeout=6000");
        long start = System.nanoTime();
        try (RawClient late = bridge.connect(VIEW);
                RawClient intime = bridge.connect(VIEW)) {
            Waiting.until(LIMIT, "a part of the time", () -> secondsSince(start) > 1.5);
            assertEquals("welcome", Json.type(greet(intime, CameraStream.hello("just-in-time"))));
            assertGoodbye(4408, true, late.awaitClose());
            double seconds = secondsSince(start);
            assertTrue(seconds > 5.9 && seconds < 15, () -> "after " + seconds + " s");
            assertServed(intime);
        }
    }

    @Test
    void whoIsSilentIsClosedAndGoneAndWhoOnlyAnswersPingsIsNot() throws Exception {
        bridge.connections("heartbeatInterval=400", "heartbeatTimeout=5000", "resumeWindow=5000");
        long start = System.nanoTime();
        try (RawClient silent = bridge.connect(VIEW);
                Follower pongs = new Follower(bridge.display(VIEW, "pongs-only"), "pongs-only")) {
            Ticket ticket = Ticket.of(greet(silent, "{\"type\":\"hello\",\"display\":\"silent\",\"user\":\"one\"}"));
            watcher.presence("silent", "joined");
            Closing closing = silent.awaitCloseInSilence();
            double seconds = secondsSince(start);
            assertGoodbye(4408, true, closing);
            assertTrue(seconds > 4.9 && seconds < 15, () -> "after " + seconds + " s");
            assertTrue(
                    closing.before().stream()
                                    .filter(message -> Json.type(message).equals("heartbeat"))
                                    .count()
                            >= 3,
                    "it was served until then");
            silent.close();

            assertFalse(watcher.presence("silent", "changed").path("connected").asBoolean(true));
            assertEquals(
                    "not resumed within 5000 ms",
                    watcher.presence("silent", "left").path("reason").asText());
            try (RawClient next = bridge.connect(VIEW)) {
                next.send("{\"type\":\"hello\",\"display\":\"silent\",\"user\":\"another\"}");
                next.await("welcome");
                next.send(PRESENCE);
                for (JsonNode display : next.await("snapshot").path("displays")) {
                    assertFalse(display.path("session").asText().equals(ticket.session()), display::toString);
                }
                leave(next);
            }
            assertFalse(bridge.resumes(VIEW, ticket));
            Waiting.until(LIMIT, "two timeouts", () -> secondsSince(start) > 10);
            assertEquals(0, pongs.closedWith(), "pongs are a sign of life");
        }
    }

    // ---- 4409

    @Test
    void aDisplaysNameIsTakenOverByTheSameKeyAndUser() throws Exception {
        try (RawClient older = bridge.connect(VIEW);
                RawClient newer = bridge.connect(VIEW)) {
            Ticket ticket = Ticket.of(greet(older, CameraStream.hello("contested")));
            watcher.presence("contested", "joined");
            Ticket next = Ticket.of(greet(newer, CameraStream.hello("contested")));
            assertGoodbye(4409, false, older.awaitClose());
            JsonNode left = watcher.presence("contested", "left");
            assertEquals(ticket.session(), left.path("session").asText());
            assertEquals(
                    next.session(),
                    watcher.presence("contested", "joined").path("session").asText());
            assertFalse(bridge.resumes(VIEW, ticket));
        }
    }

    @Test
    void aDisplaysNameIsNotTakenOverByAnotherUserOrKey() throws Exception {
        try (RawClient owner = bridge.display(VIEW, "owned")) {
            for (String subprotocol : List.of(JSON, CBOR)) {
                try (RawClient user = bridge.connect(VIEW, subprotocol);
                        RawClient key = bridge.connect(CONTROL, subprotocol)) {
                    user.send("{\"type\":\"hello\",\"id\":7,\"display\":\"owned\",\"user\":\"somebody-else\"}");
                    key.send("{\"type\":\"hello\",\"id\":7,\"display\":\"owned\",\"user\":\"view\"}");
                    for (RawClient newcomer : List.of(user, key)) {
                        Closing closing = newcomer.awaitClose();
                        assertGoodbye(4409, false, closing);
                        JsonNode error = closing.before().get(0);
                        assertEquals("taken", error.path("code").asText(), error::toString);
                        assertEquals(7, error.path("id").asInt(), error::toString);
                        assertEquals("display", error.path("field").asText(), error::toString);
                        assertTrue(error.path("message").asText().contains("owned"), error::toString);
                    }
                }
            }
            assertServed(owner);
        }
    }

    @Test
    void aSessionThatIsResumedElsewhereLeavesItsOldConnection() throws Exception {
        try (RawClient older = bridge.connect(VIEW);
                RawClient newer = bridge.connect(VIEW)) {
            Ticket ticket = Ticket.of(greet(older, CameraStream.hello("moving")));
            watcher.presence("moving", "joined");
            assertTrue(greet(newer, ticket.hello()).path("resumed").asBoolean());
            assertGoodbye(4409, false, older.awaitClose());
            leave(newer);
            List<JsonNode> told = watcher.awaitAll("left", message -> Follower.tells(message, "moving"));
            assertEquals(
                    "bye",
                    told.get(told.size() - 1).path("reason").asText(),
                    () -> "of the move itself nothing is told: " + told);
        }
    }

    // ---- 4429

    @Test
    void tooManyRequestsForTenSecondsRunningCloseAndAPauseBeginsAnew() throws Exception {
        bridge.connections("requestsPerSecondView=5", "requestsPerSecondControl=5");
        together(
                () -> {
                    RawClient client = bridge.connect(VIEW);
                    Ticket ticket = Ticket.of(greet(client, CameraStream.hello("hasty")));
                    try (Follower hasty = new Follower(client, "hasty")) {
                        long start = System.nanoTime();
                        int asked = flood(hasty, 30);
                        double seconds = secondsSince(start);
                        assertTrue(seconds > 8.9 && seconds < 25, () -> "after " + seconds + " s");
                        List<JsonNode> answers = hasty.awaitAll(
                                "goodbye", message -> Json.type(message).equals("goodbye"));
                        Waiting.until(LIMIT, "the close", () -> hasty.closedWith() != 0);
                        assertGoodbye(4429, true, new Closing(hasty.closedWith(), answers));
                        long granted = answers.stream()
                                .filter(message -> Json.type(message).equals("pong"))
                                .count();
                        assertTrue(granted <= 6 + seconds * 5, () -> granted + " were granted in " + seconds + " s");
                        List<Integer> ids = answers.stream()
                                .filter(message -> Json.type(message).equals("pong")
                                        || message.path("code").asText().equals("limit"))
                                .map(message -> message.path("id").asInt())
                                .toList();
                        assertEquals(
                                IntStream.rangeClosed(1, ids.size()).boxed().toList(),
                                ids,
                                "each one is answered, also those too many");
                        assertTrue(
                                ids.size() > 9 * 5 && ids.size() <= asked,
                                () -> ids.size() + " of " + asked + " were answered");
                        assertTrue(bridge.resumes(VIEW, ticket), "it may come back");
                    }
                    return null;
                },
                () -> {
                    try (Follower breathes = new Follower(bridge.display(CONTROL, "breathes"), "breathes")) {
                        flood(breathes, 7);
                        rest(2.5);
                        flood(breathes, 4);
                        rest(1.5);
                        breathes.send("{\"type\":\"ping\",\"id\":2,\"t0\":1}");
                        breathes.await(
                                "pong",
                                message -> Json.type(message).equals("pong")
                                        && message.path("id").asInt() == 2);
                    }
                    return null;
                });
    }

    private static void rest(double seconds) {
        long start = System.nanoTime();
        Waiting.until(LIMIT, "a rest", () -> secondsSince(start) > seconds);
    }

    /** Asks 20 times a second, until it is closed or the time is over. @return how often */
    private static int flood(Follower client, int seconds) {
        long start = System.nanoTime();
        int[] asked = {0};
        Waiting.until(LIMIT.plusSeconds(seconds), "the end of the flood", () -> {
            if (client.closedWith() == 0 && secondsSince(start) * 20 > asked[0]) {
                client.send("{\"type\":\"ping\",\"id\":" + ++asked[0] + ",\"t0\":1}");
            }
            return client.closedWith() != 0 || secondsSince(start) > seconds;
        });
        return asked[0];
    }

    // ---- 4503

    @Test
    void drainingMovesDisplaysAwayOverItsTimeAndKeepsTheSessions() throws Exception {
        int displays = 4;
        List<Follower> crowd = new ArrayList<>();
        List<Ticket> tickets = new ArrayList<>();
        try (Stalls stalls = new Stalls()) {
            for (int i = 0; i < displays; i++) {
                RawClient client = bridge.connect(i % 2 == 0 ? VIEW : CONTROL, i % 2 == 0 ? JSON : CBOR);
                tickets.add(Ticket.of(greet(client, CameraStream.hello("drained-" + i))));
                crowd.add(new Follower(client, "drained-" + i));
            }
            long start = System.nanoTime();
            long stalled = stalls.millis();
            watcher.send("{\"type\":\"admin\",\"id\":1,\"action\":\"drain\",\"over\":3000,\"reconnectAfter\":700}");
            List<Double> closed = new ArrayList<>();
            Waiting.until(LIMIT, "everybody's close", () -> {
                while (closed.size()
                        < crowd.stream()
                                .filter(display -> display.closedWith() != 0)
                                .count()) {
                    closed.add(secondsSince(start));
                }
                return closed.size() == displays;
            });
            assertTrue(closed.get(displays - 1) > 2.5, () -> "one after the other: " + closed);
            double stall = (stalls.millis() - stalled) / 1e3;
            assertTrue(
                    closed.get(displays - 1) - closed.get(0) > 1 - stall,
                    () -> "spread: " + closed + ", and the machine stood still for " + stall + " s");
            for (Follower display : crowd) {
                assertEquals(4503, display.closedWith());
                JsonNode goodbye =
                        display.await("goodbye", message -> Json.type(message).equals("goodbye"));
                assertEquals(4503, goodbye.path("code").asInt());
                assertEquals(700, goodbye.path("reconnectAfter").asInt());
            }
            assertEquals(0, watcher.closedWith(), "who asked for it stays");
            watcher.send("{\"type\":\"admin\",\"id\":2,\"action\":\"undrain\"}");
            watcher.await("ack", message -> message.path("id").asInt() == 2);
            for (int i = 0; i < displays; i++) {
                assertTrue(bridge.resumes(i % 2 == 0 ? VIEW : CONTROL, tickets.get(i)), "drained-" + i);
            }
        } finally {
            for (Follower display : crowd) {
                display.close();
            }
        }
    }

    @Test
    void whoReadsNothingIsClosedWhenTheTimeIsOverAndMayComeBack() throws Exception {
        bridge.connections("heartbeatInterval=400", "heartbeatTimeout=5000");
        try (RawClient stuck = RawClient.connect(
                bridge.port(), with(VIEW, RawRequest.upgrade(JSON)), socket -> socket.setReceiveBufferSize(8 * 1024))) {
            Ticket ticket = Ticket.of(greet(stuck, CameraStream.hello("stuck")));
            long start = System.nanoTime();
            Thread noise = new Thread(
                    () -> {
                        byte[] request =
                                Frames.frame(TEXT, "{\"type\":\"teleport\",\"id\":\"" + "x".repeat(64) + "\"}");
                        try {
                            for (; ; ) {
                                stuck.write(request);
                            }
                        } catch (IOException closed) {
                            // the test is over
                        }
                    },
                    "noise");
            noise.setDaemon(true);
            noise.start();
            Waiting.until(
                    LIMIT,
                    () -> "a line about it; it printed:\n" + bridge.process().log(),
                    () -> bridge.process().log().contains("closed with 4503: nothing was read for 5000 ms"));
            assertTrue(secondsSince(start) > 4.9, () -> "after " + secondsSince(start) + " s");
            assertGoodbye(4503, true, stuck.awaitClose());
            stuck.close();
            noise.join(5_000);
            assertTrue(bridge.resumes(VIEW, ticket), "it may come back");
        }
    }
}
