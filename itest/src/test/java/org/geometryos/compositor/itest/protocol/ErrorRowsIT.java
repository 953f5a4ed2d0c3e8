package org.geometryos.compositor.itest.protocol;

import static org.geometryos.compositor.itest.outside.KeyedDistribution.ADMIN;
import static org.geometryos.compositor.itest.outside.KeyedDistribution.CBOR;
import static org.geometryos.compositor.itest.outside.KeyedDistribution.CONTROL;
import static org.geometryos.compositor.itest.outside.KeyedDistribution.JSON;
import static org.geometryos.compositor.itest.outside.KeyedDistribution.LIMIT;
import static org.geometryos.compositor.itest.outside.KeyedDistribution.VIEW;
import static org.geometryos.compositor.itest.outside.KeyedDistribution.assertServed;
import static org.geometryos.compositor.itest.outside.KeyedDistribution.greet;
import static org.geometryos.compositor.testkit.wire.Frames.BINARY;
import static org.geometryos.compositor.testkit.wire.Frames.TEXT;
import static org.geometryos.compositor.testkit.wire.Frames.frame;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.geometryos.compositor.itest.Waiting;
import org.geometryos.compositor.itest.outside.CameraStream;
import org.geometryos.compositor.itest.outside.Follower;
import org.geometryos.compositor.itest.outside.Json;
import org.geometryos.compositor.itest.outside.KeyedDistribution;
import org.geometryos.compositor.itest.outside.RawClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Protocol, "Errors": each error code, provoked in both encodings, with a number, with a text and without anything as
 * {@code id}.
 */
class ErrorRowsIT {
    private static final int CAMERAS = 3;
    private static final int MODELS = 2;
    private static final String LONG_ID = "i".repeat(64);
    private static final String VIEW_2D = "\"view\":{\"kind\":\"2d\",\"center\":[0,0],\"zoom\":1,\"rotation\":0}";
    private static final String TAKE = "{\"type\":\"control\",\"camera\":\"held\",\"action\":\"take\"}";

    private static KeyedDistribution bridge;
    /** Holds the camera {@code held}. */
    private static Follower holder;

    @BeforeAll
    static void startTheDistribution() throws Exception {
        bridge = new KeyedDistribution("rows-error");
        Waiting.until(LIMIT, "both recordings", () -> cameras() == 2);
        bridge.configure("camera", "leaseMillis=600000", "maxCameras=" + CAMERAS);
        bridge.configure("scene", "maxModels=" + MODELS);
        Waiting.until(
                LIMIT,
                "the limits of cameras and models",
                () -> bridge.limit("cameras") == CAMERAS && bridge.limit("models") == MODELS);
        RawClient client = bridge.display(CONTROL, "holder");
        client.send("{\"type\":\"camera\",\"id\":1,\"camera\":\"held\"," + VIEW_2D + "}");
        assertEquals(1, client.await("ack").path("id").asInt());
        // the models that a host begins with
        client.send("{\"type\":\"scene\",\"id\":2,\"ops\":[{\"op\":\"clear\"}]}");
        assertEquals(2, client.await("ack").path("id").asInt());
        holder = new Follower(client, "holder");
    }

    private static int cameras() throws IOException {
        try (RawClient client = bridge.display(VIEW, "counts")) {
            client.send(CameraStream.SUBSCRIBE);
            int cameras = client.await("snapshot").path("cameras").size();
            KeyedDistribution.leave(client);
            return cameras;
        }
    }

    @AfterAll
    static void stopTheDistribution() throws Exception {
        holder.close();
        bridge.close();
    }

    /** @param request without id; null as field: none is named. @param words all of them stand in the message */
    private record Row(String sentence, String role, String request, String code, String field, List<String> words) {}

    private static Row row(String sentence, String role, String request, String code, String field, String... words) {
        return new Row(sentence, role, request, code, field, List.of(words));
    }

    private static Row forbidden(String role, String needed, String request) {
        JsonNode message = Json.read(request);
        return row(
                role + " may not " + Json.type(message) + " "
                        + message.path("action").asText(),
                role,
                request,
                "forbidden",
                null,
                needed,
                role);
    }

    @TestFactory
    Stream<DynamicTest> everyMistakeIsAnsweredOnceAndTheConnectionGoesOn() {
        return Stream.of(unknown(), invalid(), forbidden(), held(), notFound(), limit())
                .flatMap(rows -> rows)
                .flatMap(row -> Stream.of(JSON, CBOR)
                        .map(encoding -> dynamicTest(row.sentence + ": " + row.code + " in " + encoding, () -> {
                            for (String id : new String[] {"42", "\"" + LONG_ID + "\"", null}) {
                                try (RawClient client = bridge.connect(row.role, encoding)) {
                                    greet(client, "{\"type\":\"hello\"}");
                                    client.send(
                                            id == null
                                                    ? row.request
                                                    : "{\"id\":" + id + "," + row.request.substring(1));
                                    assertError(answer(client), row, id);
                                    client.send("{\"type\":\"ping\",\"id\":\"after\",\"t0\":1}");
                                    JsonNode next = answer(client);
                                    assertEquals("pong", Json.type(next), () -> "answered once, then: " + next);
                                    KeyedDistribution.leave(client);
                                }
                            }
                        })));
    }

    private static Stream<Row> unknown() {
        return Stream.of(
                row(
                        "a type that there is not",
                        VIEW,
                        "{\"type\":\"teleport\"}",
                        "unknown-type",
                        "type",
                        "teleport",
                        "must be one of hello, settings"),
                row(
                        "a type in other case",
                        VIEW,
                        "{\"type\":\"Ping\",\"t0\":1}",
                        "unknown-type",
                        "type",
                        "Ping",
                        "must be one of"),
                row(
                        "a message of the server's",
                        VIEW,
                        "{\"type\":\"pong\",\"t0\":1}",
                        "unknown-type",
                        "type",
                        "pong",
                        "must be one of"));
    }

    private static Stream<Row> invalid() {
        return Stream.of(
                row(
                        "a zoom of 0",
                        CONTROL,
                        "{\"type\":\"camera\",\"camera\":\"x\",\"view\":{\"kind\":\"2d\",\"center\":[0,0],\"zoom\":0,"
                                + "\"rotation\":0}}",
                        "invalid",
                        "view.zoom",
                        "0",
                        "must lie in [1e-9, 1e9]"),
                row(
                        "no rotation",
                        CONTROL,
                        "{\"type\":\"camera\",\"camera\":\"x\",\"view\":{\"kind\":\"2d\",\"center\":[0,0],\"zoom\":1}}",
                        "invalid",
                        "view.rotation",
                        "is required"),
                row(
                        "a name with an empty segment",
                        CONTROL,
                        "{\"type\":\"control\",\"camera\":\"a//b\",\"action\":\"take\"}",
                        "invalid",
                        "camera",
                        "a//b"),
                row(
                        "force without take",
                        ADMIN,
                        "{\"type\":\"control\",\"camera\":\"x\",\"action\":\"ask\",\"force\":true}",
                        "invalid",
                        "force",
                        "true",
                        "ask"),
                row(
                        "a loop that ends before it begins",
                        CONTROL,
                        "{\"type\":\"replay\",\"playback\":\"tour\",\"action\":\"loop\",\"from\":9,\"to\":8}",
                        "invalid",
                        "to",
                        "8",
                        "must be more than from (9)"),
                row(
                        "a rate together with every",
                        VIEW,
                        "{\"type\":\"subscribe\",\"cameras\":[\"tour\"],\"delivery\":\"every\",\"rate\":5}",
                        "invalid",
                        "rate",
                        "5",
                        "every"),
                row(
                        "a rate above 1000",
                        VIEW,
                        "{\"type\":\"subscribe\",\"cameras\":[\"tour\"],\"rate\":1001}",
                        "invalid",
                        "rate",
                        "1001",
                        "at most 1000"),
                row(
                        "a text where a list is due",
                        VIEW,
                        "{\"type\":\"subscribe\",\"cameras\":\"*\"}",
                        "invalid",
                        "cameras",
                        "*",
                        "must be a list"),
                row(
                        "a width of 0",
                        VIEW,
                        "{\"type\":\"settings\",\"settings\":{\"width\":0}}",
                        "invalid",
                        "settings.width",
                        "0",
                        "must be an integer in [1, "),
                row(
                        "an unknown way to fit",
                        VIEW,
                        "{\"type\":\"settings\",\"settings\":{\"fit\":\"tight\"}}",
                        "invalid",
                        "settings.fit",
                        "tight",
                        "must be one of contain"),
                row("a second hello", VIEW, "{\"type\":\"hello\"}", "invalid", "type", "hello was said already"),
                row(
                        "an operator's level that there is not",
                        ADMIN,
                        "{\"type\":\"admin\",\"action\":\"notice\",\"level\":\"shout\",\"text\":\"x\"}",
                        "invalid",
                        "level",
                        "shout",
                        "must be one of info, warning, error"));
    }

    private static Stream<Row> forbidden() {
        Stream<Row> driving = Stream.of(
                        "{\"type\":\"camera\",\"camera\":\"x\"," + VIEW_2D + "}",
                        TAKE,
                        TAKE.replace("take", "release"),
                        TAKE.replace("take", "ask"),
                        "{\"type\":\"scene\",\"ops\":[{\"op\":\"clear\"}]}",
                        "{\"type\":\"replay\",\"playback\":\"tour\",\"action\":\"pause\"}")
                .map(request -> forbidden(VIEW, CONTROL, request));
        Stream<Row> running = Stream.of(VIEW, CONTROL)
                .flatMap(role -> Stream.of(
                                "{\"type\":\"admin\",\"action\":\"drain\"}",
                                "{\"type\":\"admin\",\"action\":\"undrain\"}",
                                "{\"type\":\"admin\",\"action\":\"close\",\"display\":\"holder\"}",
                                "{\"type\":\"admin\",\"action\":\"notice\",\"level\":\"info\",\"text\":\"x\"}",
                                "{\"type\":\"admin\",\"action\":\"remove-camera\",\"camera\":\"held\"}")
                        .map(request -> forbidden(role, ADMIN, request)));
        Stream<Row> forcing = Stream.of(forbidden(CONTROL, ADMIN, TAKE.replace("\"take\"", "\"take\",\"force\":true")));
        return Stream.of(driving, running, forcing).flatMap(rows -> rows);
    }

    private static Stream<Row> held() {
        return Stream.of(
                row(
                        "driving a camera that somebody holds",
                        CONTROL,
                        "{\"type\":\"camera\",\"camera\":\"held\"," + VIEW_2D + "}",
                        "held",
                        "camera",
                        "held",
                        "\"holder\""),
                row(
                        "a transaction on a camera that somebody holds",
                        CONTROL,
                        "{\"type\":\"scene\",\"ops\":[" + put("a") + "],\"camera\":{\"camera\":\"held\"," + VIEW_2D
                                + "}}",
                        "held",
                        "camera",
                        "held",
                        "\"holder\""),
                row(
                        "taking a camera that somebody of the same priority holds",
                        ADMIN,
                        TAKE,
                        "held",
                        "camera",
                        "held",
                        "\"holder\""),
                row(
                        "giving back a camera that somebody else holds",
                        CONTROL,
                        TAKE.replace("take", "release"),
                        "held",
                        "camera",
                        "held",
                        "\"holder\""));
    }

    private static Stream<Row> notFound() {
        return Stream.of(
                row(
                        "removing a camera that there is not",
                        ADMIN,
                        "{\"type\":\"admin\",\"action\":\"remove-camera\",\"camera\":\"nowhere\"}",
                        "not-found",
                        "camera",
                        "nowhere"),
                row(
                        "removing a model that there is not",
                        CONTROL,
                        "{\"type\":\"scene\",\"ops\":[{\"op\":\"clear\"},{\"op\":\"remove\",\"id\":\"gear\"}]}",
                        "not-found",
                        "ops[1].id",
                        "gear"),
                row(
                        "a playback that there is not",
                        CONTROL,
                        "{\"type\":\"replay\",\"playback\":\"nothing\",\"action\":\"play\"}",
                        "not-found",
                        "playback",
                        "nothing"),
                row(
                        "closing a display that there is not",
                        ADMIN,
                        "{\"type\":\"admin\",\"action\":\"close\",\"display\":\"nobody\"}",
                        "not-found",
                        "display",
                        "nobody"),
                row(
                        "a notice to a display that there is not",
                        ADMIN,
                        "{\"type\":\"admin\",\"action\":\"notice\",\"display\":\"nobody\",\"level\":\"info\","
                                + "\"text\":\"x\"}",
                        "not-found",
                        "display",
                        "nobody"));
    }

    private static Stream<Row> limit() {
        return Stream.of(
                row(
                        "one camera too many",
                        CONTROL,
                        "{\"type\":\"camera\",\"camera\":\"fourth\"," + VIEW_2D + "}",
                        "limit",
                        "camera",
                        "fourth",
                        "may be " + CAMERAS),
                row(
                        "models one too many",
                        CONTROL,
                        "{\"type\":\"scene\",\"ops\":[" + put("a") + "," + put("b") + "," + put("c") + "]}",
                        "limit",
                        "ops",
                        "3 models",
                        "may be " + MODELS),
                row(
                        "control of one camera too many",
                        CONTROL,
                        TAKE.replace("held", "fourth"),
                        "limit",
                        "camera",
                        "fourth",
                        "may be " + CAMERAS));
    }

    private static String put(String id) {
        return "{\"op\":\"put\",\"model\":{\"id\":\"" + id + "\",\"uri\":\"models/gear.glb\"}}";
    }

    /** The next message but for the heartbeats. */
    private static JsonNode answer(RawClient client) throws IOException {
        JsonNode message;
        do {
            message = client.message();
        } while (Json.type(message).equals("heartbeat"));
        return message;
    }

    private static void assertError(JsonNode error, Row row, String id) {
        assertEquals("error", Json.type(error), error::toString);
        assertEquals(row.code, error.path("code").asText(), error::toString);
        assertEquals(id == null ? "" : id, error.path("id").toString(), error::toString);
        assertEquals(row.field == null ? "" : row.field, error.path("field").asText(), error::toString);
        for (String word : row.words) {
            assertTrue(error.path("message").asText().contains(word), () -> "\"" + word + "\" in " + error);
        }
    }

    // ---- malformed

    private record Unreadable(String sentence, byte[] json, String cbor, String word) {}

    private static Unreadable unreadable(String sentence, String json, String cbor, String word) {
        return new Unreadable(sentence, json.getBytes(StandardCharsets.UTF_8), cbor, word);
    }

    @TestFactory
    Stream<DynamicTest> whatCannotBeReadIsMalformedAndTheConnectionGoesOn() {
        return Stream.of(
                        unreadable("an end that comes too early", "{\"type\":", "a16474797065", ""),
                        unreadable("a list", "[]", "80", "object"),
                        unreadable(
                                "a key twice",
                                "{\"type\":\"bye\",\"type\":\"bye\"}",
                                "a26474797065636279656474797065636279" + "65",
                                "\"type\" occurs twice"),
                        unreadable(
                                "nothing behind the message but more",
                                "{\"type\":\"bye\"}{}",
                                "a16474797065636279" + "65a0",
                                ""),
                        unreadable(
                                "nesting of 17 levels",
                                "{\"type\":\"bye\",\"x\":" + "[".repeat(16) + "]".repeat(16) + "}",
                                "a2647479706563627965" + "6178" + "81".repeat(15) + "80",
                                "deeper than 16"),
                        unreadable("no type", "{}", "a0", "type is required"))
                .flatMap(row -> Stream.of(JSON, CBOR)
                        .map(encoding -> dynamicTest(row.sentence + " in " + encoding, () -> {
                            try (RawClient client = bridge.connect(VIEW, encoding)) {
                                greet(client, "{\"type\":\"hello\"}");
                                if (encoding.equals(JSON)) {
                                    client.send(TEXT, row.json);
                                } else {
                                    client.send(BINARY, HexFormat.of().parseHex(row.cbor));
                                }
                                JsonNode error = answer(client);
                                assertEquals("malformed", error.path("code").asText(), error::toString);
                                assertFalse(error.has("id"), error::toString);
                                assertTrue(error.path("message").asText().contains(row.word), error::toString);
                                assertServed(client);
                                KeyedDistribution.leave(client);
                            }
                        })));
    }

    @Test
    void nestingOf16LevelsIsRead() throws Exception {
        try (RawClient client = bridge.display(VIEW, "deep")) {
            client.send("{\"type\":\"ping\",\"id\":1,\"t0\":1,\"x\":" + "[".repeat(15) + "]".repeat(15) + "}");
            assertEquals("pong", Json.type(answer(client)));
        }
    }

    @Test
    void anIdIsAnsweredAlsoWhereTheTypeIsMissingAndOneThatIsTooLongIsInvalid() throws Exception {
        for (String encoding : List.of(JSON, CBOR)) {
            try (RawClient client = bridge.connect(VIEW, encoding)) {
                greet(client, "{\"type\":\"hello\"}");
                client.send("{\"id\":7}");
                JsonNode malformed = answer(client);
                assertEquals("malformed", malformed.path("code").asText(), malformed::toString);
                assertEquals(7, malformed.path("id").asInt(), malformed::toString);
                client.send("{\"type\":\"ping\",\"t0\":1,\"id\":\"" + LONG_ID + "i\"}");
                JsonNode invalid = answer(client);
                assertEquals("invalid", invalid.path("code").asText(), invalid::toString);
                assertEquals("id", invalid.path("field").asText(), invalid::toString);
                assertFalse(invalid.has("id"), invalid::toString);
                KeyedDistribution.leave(client);
            }
        }
    }

    // ---- before hello

    @Test
    void whatComesBeforeHelloIsInvalidAndARefusedHelloCanBeSaidAgain() throws Exception {
        for (String encoding : List.of(JSON, CBOR)) {
            try (RawClient client = bridge.connect(VIEW, encoding)) {
                for (String early : List.of(
                        "\"type\":\"ping\",\"t0\":1",
                        "\"type\":\"subscribe\"",
                        "\"type\":\"admin\",\"action\":\"undrain\"")) {
                    JsonNode error = greet(client, "{\"id\":3," + early + "}");
                    assertEquals("invalid", error.path("code").asText(), error::toString);
                    assertEquals(3, error.path("id").asInt(), error::toString);
                }
                JsonNode refused = greet(client, "{\"type\":\"hello\",\"id\":4,\"display\":\"no spaces\"}");
                assertEquals("invalid", refused.path("code").asText(), refused::toString);
                assertEquals("display", refused.path("field").asText(), refused::toString);
                assertTrue(refused.path("message").asText().contains("no spaces"), refused::toString);
                assertEquals("welcome", Json.type(greet(client, CameraStream.hello("no-spaces"))));
                KeyedDistribution.leave(client);
            }
        }
    }

    // ---- held

    @Test
    void refusalsOfAStreamOfUpdatesAreToldOnceASecond() throws Exception {
        try (RawClient client = bridge.display(CONTROL, "stubborn")) {
            ByteArrayOutputStream burst = new ByteArrayOutputStream();
            for (int i = 0; i < 50; i++) {
                burst.writeBytes(frame(TEXT, "{\"type\":\"camera\",\"camera\":\"held\"," + VIEW_2D + "}"));
            }
            burst.writeBytes(frame(TEXT, "{\"type\":\"ping\",\"id\":1,\"t0\":1}"));
            long start = System.nanoTime();
            client.write(burst.toByteArray());
            int told = 0;
            JsonNode message;
            while (!Json.type(message = answer(client)).equals("pong")) {
                assertEquals("held", message.path("code").asText(), message::toString);
                told++;
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            assertTrue(told >= 1 && told <= 1 + seconds, told + " refusals were told within " + seconds + " s");
        }
    }

    // ---- limit

    @Test
    void asManyRequestsASecondAsConfiguredAreGrantedAndOneMoreIsNot() throws Exception {
        bridge.connections("requestsPerSecondView=2", "requestsPerSecondControl=3");
        try {
            for (String encoding : List.of(JSON, CBOR)) {
                assertQuota(VIEW, encoding, 2);
                assertQuota(CONTROL, encoding, 3);
                assertQuota(ADMIN, encoding, 3);
            }
        } finally {
            bridge.connections();
        }
    }

    /**
     * Sends as many requests as are granted and one more, in one segment; again, where that took so long that one more
     * may be granted.
     */
    private static void assertQuota(String role, String encoding, int perSecond) throws IOException {
        int attempts = 0;
        while (!quotaShows(role, encoding, perSecond)) {
            assertTrue(++attempts < 5, "answers took longer than the time for a request, five times running");
        }
    }

    private static boolean quotaShows(String role, String encoding, int perSecond) throws IOException {
        try (RawClient client = bridge.connect(role, encoding)) {
            boolean text = encoding.equals(JSON);
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (int i = 0; i <= perSecond; i++) {
                String request = i == 0 ? "{\"type\":\"hello\"}" : "{\"type\":\"ping\",\"id\":" + i + ",\"t0\":1}";
                all.writeBytes(text ? frame(TEXT, request) : frame(BINARY, true, Json.cbor(request)));
            }
            long start = System.nanoTime();
            client.write(all.toByteArray());
            assertEquals(
                    perSecond,
                    answer(client).path("limits").path("requestsPerSecond").asInt());
            for (int i = 1; i < perSecond; i++) {
                assertEquals("pong", Json.type(answer(client)), "request " + i);
            }
            JsonNode error = answer(client);
            if (Json.type(error).equals("pong") && (System.nanoTime() - start) / 1e9 > 1.0 / perSecond) {
                return false;
            }
            assertEquals("limit", error.path("code").asText(), error::toString);
            assertEquals(perSecond, error.path("id").asInt(), error::toString);
            assertTrue(
                    error.path("message").asText().contains("more than " + perSecond + " requests per second"),
                    error::toString);
            Waiting.until(LIMIT, "another request that is granted", () -> {
                client.send("{\"type\":\"ping\",\"t0\":2}");
                return Json.type(answer(client)).equals("pong");
            });
            return true;
        }
    }

    // ---- unavailable

    @Test
    void whileTheCameraBridgeIsAwayDrivingIsUnavailableAndAllElseGoesOn() throws Exception {
        bridge.takeAway("camera");
        try {
            for (String encoding : List.of(JSON, CBOR)) {
                try (RawClient client = bridge.connect(ADMIN, encoding)) {
                    greet(client, "{\"type\":\"hello\"}");
                    Waiting.until(LIMIT, "no camera bridge", () -> {
                        client.send(TAKE);
                        client.send("{\"type\":\"ping\",\"t0\":1}");
                        JsonNode first = answer(client);
                        if (Json.type(first).equals("pong")) {
                            return false;
                        }
                        answer(client);
                        return first.path("code").asText().equals("unavailable");
                    });
                    for (String request : List.of(
                            "\"type\":\"camera\",\"camera\":\"x\"," + VIEW_2D,
                            "\"type\":\"control\",\"camera\":\"x\",\"action\":\"take\"",
                            "\"type\":\"control\",\"camera\":\"x\",\"action\":\"release\"",
                            "\"type\":\"admin\",\"action\":\"remove-camera\",\"camera\":\"held\"")) {
                        client.send("{\"id\":\"away\"," + request + "}");
                        JsonNode error = answer(client);
                        assertEquals("unavailable", error.path("code").asText(), error::toString);
                        assertEquals("away", error.path("id").asText(), error::toString);
                        assertTrue(error.path("message").asText().contains("camera bridge"), error::toString);
                    }
                    KeyedDistribution.leave(client);
                }
            }
        } finally {
            bridge.deploy("camera");
        }
        Waiting.until(LIMIT, "the camera bridge", () -> bridge.limit("cameras") == CAMERAS);
    }

    @Test
    void whileTheSceneIsAwayATransactionIsUnavailableAndAllElseGoesOn() throws Exception {
        bridge.takeAway("scene");
        try {
            Waiting.until(LIMIT, "no scene", () -> bridge.limit("models") == 0);
            for (String encoding : List.of(JSON, CBOR)) {
                try (RawClient client = bridge.connect(CONTROL, encoding)) {
                    greet(client, "{\"type\":\"hello\"}");
                    client.send("{\"type\":\"scene\",\"id\":\"away\",\"ops\":[{\"op\":\"clear\"}]}");
                    JsonNode error = answer(client);
                    assertEquals("unavailable", error.path("code").asText(), error::toString);
                    assertEquals("away", error.path("id").asText(), error::toString);
                    assertTrue(error.path("message").asText().contains("scene"), error::toString);
                    KeyedDistribution.leave(client);
                }
            }
        } finally {
            bridge.deploy("scene");
        }
        Waiting.until(LIMIT, "the scene", () -> bridge.limit("models") == MODELS);
    }

    @Test
    void helloIsUnavailableWithoutAJournalAndCanBeSaidAgain() throws Exception {
        bridge.connections("helloTimeout=60000");
        try (RawClient client = bridge.connect(VIEW)) {
            bridge.takeAway("journal");
            Waiting.until(LIMIT, "a closed door", () -> bridge.status(VIEW).status() == 503);
            JsonNode error = greet(client, "{\"type\":\"hello\",\"id\":5}");
            assertEquals("unavailable", error.path("code").asText(), error::toString);
            assertEquals(5, error.path("id").asInt(), error::toString);
            bridge.deploy("journal");
            bridge.untilTaken(VIEW);
            Waiting.until(
                    LIMIT,
                    "a welcome",
                    () -> Json.type(greet(client, "{\"type\":\"hello\"}")).equals("welcome"));
        }
    }
}
