package org.geometryos.compositor.itest.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.geometryos.compositor.itest.Waiting;
import org.geometryos.compositor.itest.outside.CameraStream;
import org.geometryos.compositor.itest.outside.DistributionProcess;
import org.geometryos.compositor.itest.outside.Json;
import org.geometryos.compositor.itest.outside.RawClient;
import org.geometryos.compositor.testkit.wire.RawPeer.Answer;
import org.geometryos.compositor.testkit.wire.RawRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Protocol, "Connecting", without keys. */
class HandshakeIT {
    private static final String JSON = "compositor.v1.json";
    private static final String CBOR = "compositor.v1.cbor";
    private static final String KEY = "compositor.key.c2VjcmV0";
    private static final String STATUS = "/compositor/status";

    private static DistributionProcess distribution;

    @BeforeAll
    static void startTheDistribution() throws Exception {
        distribution = DistributionProcess.fresh("handshake").start();
    }

    @AfterAll
    static void stopTheDistribution() throws Exception {
        distribution.close();
    }

    private record Row(String sentence, RawRequest request, Consumer<Answer> expected) {}

    private static Row row(String sentence, RawRequest request, Consumer<Answer> expected) {
        return new Row(sentence, request, expected);
    }

    @TestFactory
    Stream<DynamicTest> everyRequestGetsTheAnswerOfTheProtocol() {
        return Stream.of(subprotocols(), keys(), hosts(), origins(), forwarded(), http(), status())
                .flatMap(rows -> rows)
                .map(row -> dynamicTest(row.sentence, () -> {
                    try (RawClient client = new RawClient(distribution.port())) {
                        row.expected.accept(client.ask(row.request));
                    } catch (AssertionError e) {
                        throw new AssertionError(row.sentence + ": " + e.getMessage(), e);
                    }
                }));
    }

    private static Stream<Row> subprotocols() {
        return Stream.of(
                row(
                        "without a subprotocol the connection is taken, and none is named",
                        RawRequest.upgrade(),
                        taken(null)),
                row("JSON alone is taken", RawRequest.upgrade(JSON), taken(JSON)),
                row("CBOR alone is taken", RawRequest.upgrade(CBOR), taken(CBOR)),
                row(
                        "of JSON and CBOR the client's first is taken",
                        RawRequest.upgrade(JSON + ", " + CBOR),
                        taken(JSON)),
                row("of CBOR and JSON the client's first is taken", RawRequest.upgrade(CBOR + "," + JSON), taken(CBOR)),
                row(
                        "an unknown one before a known one is passed over",
                        RawRequest.upgrade("compositor.v9.json, chat, " + CBOR),
                        taken(CBOR)),
                row(
                        "subprotocols in two header lines are one list",
                        RawRequest.upgrade("chat").with("Sec-WebSocket-Protocol", CBOR),
                        taken(CBOR)),
                row(
                        "header names in other case are the same",
                        RawRequest.upgrade().with("sec-websocket-PROTOCOL", CBOR),
                        taken(CBOR)),
                row(
                        "subprotocol names in other case are others",
                        RawRequest.upgrade("Compositor.V1.Json"),
                        namesTheSupported()),
                row(
                        "unknown ones only are refused with the supported ones",
                        RawRequest.upgrade("compositor.v9.json, chat"),
                        namesTheSupported()));
    }

    private static Stream<Row> keys() {
        return Stream.of(
                row(
                        "a key subprotocol alone is refused with the supported ones",
                        RawRequest.upgrade(KEY),
                        namesTheSupported()),
                row(
                        "a key subprotocol beside an unknown one is refused",
                        RawRequest.upgrade("chat, " + KEY),
                        namesTheSupported()),
                row(
                        "a key subprotocol after a known one is ignored and not echoed",
                        RawRequest.upgrade(JSON + ", " + KEY),
                        taken(JSON)),
                row(
                        "a key subprotocol before a known one is ignored and not echoed",
                        RawRequest.upgrade(KEY + ", " + CBOR),
                        taken(CBOR)),
                row(
                        "an Authorization header is ignored where no key is configured",
                        RawRequest.upgrade(JSON).with("Authorization", "Bearer secret"),
                        taken(JSON)),
                row(
                        "an X-API-Key header is ignored where no key is configured",
                        RawRequest.upgrade(JSON).with("X-API-Key", "secret"),
                        taken(JSON)));
    }

    private static Stream<Row> hosts() {
        Stream<Row> good = Stream.of(
                        "localhost",
                        "LOCALHOST:8081",
                        "127.0.0.1",
                        "127.0.0.1:8081",
                        "127.200.3.4:80",
                        "[::1]",
                        "[::1]:8081")
                .map(host -> row(
                        "Host " + host + " is this machine",
                        RawRequest.upgrade(JSON).instead("Host", host),
                        taken(JSON)));
        Stream<Row> bad = Stream.of(
                        "example.org",
                        "example.org:8081",
                        "localhost.example.org",
                        "127.0.0.1.example.org",
                        "128.0.0.1",
                        "[::2]:8081",
                        "0.0.0.0:8081",
                        "notlocalhost")
                .map(host -> row(
                        "Host " + host + " is not this machine",
                        RawRequest.upgrade(JSON).instead("Host", host),
                        refused(403)));
        return Stream.concat(good, bad);
    }

    private static Stream<Row> origins() {
        Stream<Row> good = Stream.of(
                        "http://localhost",
                        "https://localhost:8443",
                        "http://127.0.0.1:3000",
                        "http://127.9.9.9",
                        "http://[::1]:8081")
                .map(origin -> row(
                        "Origin " + origin + " is this machine",
                        RawRequest.upgrade(JSON).with("Origin", origin),
                        taken(JSON)));
        Stream<Row> bad = Stream.of(
                        "http://example.org",
                        "https://example.org:8081",
                        "http://localhost.example.org",
                        "http://127.0.0.1.example.org",
                        "http://localhost@example.org",
                        "null",
                        "file://",
                        "localhost")
                .map(origin -> row(
                        "Origin " + origin + " is not this machine",
                        RawRequest.upgrade(JSON).with("Origin", origin),
                        refused(403)));
        return Stream.concat(good, bad);
    }

    private static Stream<Row> forwarded() {
        return Stream.of(
                        "Forwarded: for=127.0.0.1",
                        "forwarded: for=10.0.0.1;proto=https",
                        "X-Forwarded-For: 127.0.0.1",
                        "X-Forwarded-Proto: http",
                        "X-Forwarded-Host: localhost",
                        "x-forwarded-anything: 1",
                        "Via: 1.1 proxy",
                        "X-Real-IP: 127.0.0.1",
                        "X-Client-IP: 127.0.0.1",
                        "True-Client-IP: 127.0.0.1",
                        "CF-Connecting-IP: 127.0.0.1",
                        "X_Forwarded_For: 127.0.0.1",
                        "x_real_ip: 127.0.0.1",
                        "VIA: ")
                .map(line -> {
                    String[] header = line.split(": ", 2);
                    return row(
                            line + " tells of a proxy",
                            RawRequest.upgrade(JSON).with(header[0], header[1]),
                            refused(403));
                });
    }

    private static Stream<Row> http() {
        Stream<Row> methods = Stream.of("POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE")
                .map(method -> row(
                        method + " is not taken",
                        new RawRequest(method, "/compositor")
                                .with("Host", "localhost")
                                .with("Content-Length", "0"),
                        refused(405)
                                .andThen(answer -> assertEquals(
                                        "GET", answer.header("Allow").orElse("")))));
        Consumer<Answer> versionNamed = refusedWith(400, 426)
                .andThen(answer -> assertEquals(
                        "13",
                        answer.header("Sec-WebSocket-Version").orElse("(absent)"),
                        () -> "RFC 6455, section 4.4: the supported version in " + answer));
        return Stream.concat(
                methods,
                Stream.of(
                        row(
                                "a plain GET is told to upgrade",
                                RawRequest.get("/compositor"),
                                refused(426)
                                        .andThen(answer -> assertEquals(
                                                "websocket",
                                                answer.header("Upgrade").orElse("")))),
                        row(
                                "another upgrade is told to upgrade to WebSocket",
                                RawRequest.get("/compositor")
                                        .with("Connection", "Upgrade")
                                        .with("Upgrade", "h2c"),
                                refused(426)),
                        row(
                                "an upgrade with POST is not taken",
                                new RawRequest("POST", "/compositor")
                                        .with("Host", "localhost")
                                        .with("Upgrade", "websocket")
                                        .with("Connection", "Upgrade")
                                        .with("Sec-WebSocket-Version", "13")
                                        .with("Sec-WebSocket-Key", RawRequest.KEY)
                                        .with("Content-Length", "0"),
                                refused(405)),
                        row(
                                "version 12 is refused with the supported one",
                                RawRequest.upgrade(JSON).instead("Sec-WebSocket-Version", "12"),
                                versionNamed),
                        row(
                                "no version is refused with the supported one",
                                RawRequest.upgrade(JSON).without("Sec-WebSocket-Version"),
                                versionNamed),
                        row(
                                "no WebSocket key is refused",
                                RawRequest.upgrade(JSON).without("Sec-WebSocket-Key"),
                                refused(400)),
                        row(
                                "no Connection: Upgrade is refused",
                                RawRequest.upgrade(JSON).without("Connection"),
                                refusedWith(400, 426)),
                        row(
                                "Upgrade and Connection may come in other case and in lists",
                                RawRequest.upgrade(JSON)
                                        .instead("Upgrade", "WebSocket")
                                        .instead("Connection", "keep-alive, upgrade"),
                                taken(JSON)),
                        row(
                                "permessage-deflate is off",
                                RawRequest.upgrade(JSON)
                                        .with("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits"),
                                taken(JSON))));
    }

    private static Stream<Row> status() {
        Consumer<Answer> ok = answer -> {
            assertEquals(200, answer.status(), answer::toString);
            assertTrue(answer.header("Content-Type").orElse("").startsWith("application/json"), answer::toString);
            assertEquals("ok", Json.read(answer.body()).path("status").asText(), answer::toString);
            assertFalse(Json.read(answer.body()).path("reason").asText().isEmpty(), answer::toString);
        };
        Stream<Row> good = Stream.of("http://localhost:3000", "http://127.0.0.1", "https://[::1]:8443")
                .map(origin -> row(
                        "the status may be read from " + origin,
                        RawRequest.get(STATUS).with("Origin", origin),
                        ok.andThen(readableFrom(origin))));
        Stream<Row> bad = Stream.of("http://example.org", "null", "http://localhost.example.org")
                .map(origin -> row(
                        "the status may not be read from " + origin,
                        RawRequest.get(STATUS).with("Origin", origin),
                        statusRefused().andThen(readableFrom(null))));
        return Stream.of(
                        good,
                        bad,
                        Stream.of(
                                row(
                                        "the status says that a connection would be taken",
                                        RawRequest.get(STATUS),
                                        ok.andThen(readableFrom(null))),
                                row(
                                        "the status of a wrong Host is 403",
                                        RawRequest.get(STATUS).instead("Host", "example.org"),
                                        statusRefused()),
                                row(
                                        "the status through a proxy is 403",
                                        RawRequest.get(STATUS).with("X-Forwarded-For", "10.0.0.1"),
                                        statusRefused()),
                                row(
                                        "a page may say its origin where the browser does not",
                                        RawRequest.get(STATUS).with("X-Page-Origin", "http://localhost:3000"),
                                        ok),
                                row(
                                        "the status for a page of another origin is 403",
                                        RawRequest.get(STATUS).with("X-Page-Origin", "https://wall.example"),
                                        statusRefused()
                                                .andThen(answer -> assertTrue(
                                                        answer.body().contains("https://wall.example"),
                                                        answer::toString))),
                                row(
                                        "what the browser says goes before it",
                                        RawRequest.get(STATUS)
                                                .with("X-Page-Origin", "http://localhost")
                                                .with("Origin", "http://example.org"),
                                        statusRefused()),
                                row(
                                        "the status is asked with GET only",
                                        new RawRequest("POST", STATUS)
                                                .with("Host", "localhost")
                                                .with("Content-Length", "0"),
                                        refused(405)),
                                row(
                                        "a page of this machine may ask for the status with a key",
                                        new RawRequest("OPTIONS", STATUS)
                                                .with("Host", "localhost")
                                                .with("Origin", "http://localhost:3000")
                                                .with("Access-Control-Request-Method", "GET")
                                                .with("Access-Control-Request-Headers", "authorization"),
                                        preflightTaken("http://localhost:3000")),
                                row(
                                        "a page of another machine may not",
                                        new RawRequest("OPTIONS", STATUS)
                                                .with("Host", "localhost")
                                                .with("Origin", "http://example.org")
                                                .with("Access-Control-Request-Method", "GET"),
                                        refused(403).andThen(readableFrom(null))),
                                row(
                                        "a preflight without Origin is refused",
                                        new RawRequest("OPTIONS", STATUS).with("Host", "localhost"),
                                        refused(403)),
                                row(
                                        "the status is never cached",
                                        RawRequest.get(STATUS),
                                        answer -> assertEquals(
                                                "no-store",
                                                answer.header("Cache-Control").orElse("")))))
                .flatMap(rows -> rows);
    }

    // ---- expectations

    /** @param subprotocol null: none is named */
    private static Consumer<Answer> taken(String subprotocol) {
        return answer -> {
            assertEquals(101, answer.status(), answer::toString);
            assertEquals(Optional.ofNullable(subprotocol), answer.header("Sec-WebSocket-Protocol"), answer::toString);
            assertEquals(Optional.of(RawRequest.ACCEPT), answer.header("Sec-WebSocket-Accept"), answer::toString);
            assertEquals(Optional.empty(), answer.header("Sec-WebSocket-Extensions"), answer::toString);
            assertEquals("websocket", answer.header("Upgrade").orElse("").toLowerCase(Locale.ROOT), answer::toString);
        };
    }

    private static Consumer<Answer> refused(int status) {
        return answer -> {
            assertEquals(status, answer.status(), answer::toString);
            assertEquals(Optional.empty(), answer.header("Sec-WebSocket-Accept"), answer::toString);
        };
    }

    private static Consumer<Answer> refusedWith(int one, int another) {
        return answer -> assertTrue(answer.status() == one || answer.status() == another, answer::toString);
    }

    private static Consumer<Answer> namesTheSupported() {
        return refused(400)
                .andThen(answer ->
                        assertTrue(answer.body().contains(JSON) && answer.body().contains(CBOR), answer::toString));
    }

    private static Consumer<Answer> statusRefused() {
        return answer -> {
            assertEquals(403, answer.status(), answer::toString);
            JsonNode body = Json.read(answer.body());
            assertFalse(
                    body.path("status").asText().isEmpty()
                            || body.path("reason").asText().isEmpty(),
                    answer::toString);
        };
    }

    private static Consumer<Answer> preflightTaken(String origin) {
        return readableFrom(origin).andThen(answer -> {
            assertEquals(204, answer.status(), answer::toString);
            assertEquals("GET", answer.header("Access-Control-Allow-Methods").orElse(""), answer::toString);
            assertEquals(
                    "authorization, x-api-key",
                    answer.header("Access-Control-Allow-Headers").orElse(""),
                    answer::toString);
        });
    }

    private static Consumer<Answer> readableFrom(String origin) {
        return answer -> assertEquals(
                Optional.ofNullable(origin), answer.header("Access-Control-Allow-Origin"), answer::toString);
    }

    // ----

    @Test
    void oneConnectionCanAskManyTimesAndThenUpgrade() throws Exception {
        try (RawClient client = new RawClient(distribution.port())) {
            for (int i = 0; i < 5; i++) {
                assertEquals(200, client.ask(RawRequest.get(STATUS)).status());
                assertEquals(400, client.ask(RawRequest.upgrade("chat")).status());
            }
            assertEquals(101, client.ask(RawRequest.upgrade(JSON)).status());
            client.send(CameraStream.hello("later"));
            assertEquals("later", client.await("welcome").path("display").asText());
        }
    }

    @Test
    void whoDrainsAHostWithoutKeysGetsInToUndoIt() throws Exception {
        int port = distribution.port();
        try (RawClient boss = RawClient.display(port, "boss")) {
            boss.send("{\"type\":\"admin\",\"id\":1,\"action\":\"drain\",\"over\":0}");
            assertEquals(1, boss.await("ack").path("id").asInt());
        }
        // the answer comes before the draining begins
        Waiting.until(Duration.ofSeconds(30), "the draining", () -> status(RawRequest.get(STATUS)) == 503);
        for (RawRequest refused : List.of(RawRequest.upgrade(JSON), RawRequest.upgrade(), RawRequest.get(STATUS))) {
            assertEquals(503, status(refused), refused::toString);
        }
        assertEquals(400, status(RawRequest.upgrade("compositor.admin")), "alone it names no protocol");
        assertEquals(
                403,
                status(RawRequest.upgrade(JSON + ", compositor.admin").with("X-Forwarded-For", "127.0.0.1")),
                "a proxy is not this machine");
        try (RawClient operator = new RawClient(port)) {
            Answer answer = operator.ask(RawRequest.upgrade("compositor.admin, " + JSON));
            assertEquals(101, answer.status(), answer::toString);
            assertEquals(JSON, answer.header("Sec-WebSocket-Protocol").orElse(""));
            operator.send(CameraStream.hello("operator"));
            assertEquals("admin", operator.await("welcome").path("role").asText());
            operator.send("{\"type\":\"subscribe\",\"id\":2,\"cameras\":[\"*\"]}");
            assertEquals("forbidden", operator.await("error").path("code").asText());
            operator.send("{\"type\":\"admin\",\"id\":3,\"action\":\"undrain\"}");
            assertEquals(3, operator.await("ack").path("id").asInt());
        }
        Waiting.until(
                Duration.ofSeconds(30), "displays to be taken again", () -> status(RawRequest.get(STATUS)) == 200);
    }

    private static int status(RawRequest request) throws IOException {
        try (RawClient client = new RawClient(distribution.port())) {
            return client.ask(request).status();
        }
    }

    @Test
    void otherMachinesCannotEvenConnect() throws Exception {
        Optional<InetAddress> outside = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                .findFirst();
        assumeTrue(outside.isPresent(), "this machine has no address other than loopback");
        try (Socket socket = new Socket()) {
            assertThrows(
                    IOException.class,
                    () -> socket.connect(new InetSocketAddress(outside.get(), distribution.port()), 5_000));
        }
    }
}
