package org.geometryos.compositor.itest.protocol;

import static org.geometryos.compositor.itest.outside.KeyedDistribution.ADMIN;
import static org.geometryos.compositor.itest.outside.KeyedDistribution.CONTROL;
import static org.geometryos.compositor.itest.outside.KeyedDistribution.JSON;
import static org.geometryos.compositor.itest.outside.KeyedDistribution.LIMIT;
import static org.geometryos.compositor.itest.outside.KeyedDistribution.VIEW;
import static org.geometryos.compositor.itest.outside.KeyedDistribution.assertGoodbye;
import static org.geometryos.compositor.itest.outside.KeyedDistribution.assertServed;
import static org.geometryos.compositor.itest.outside.KeyedDistribution.with;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.geometryos.compositor.itest.Waiting;
import org.geometryos.compositor.itest.outside.Json;
import org.geometryos.compositor.itest.outside.KeyedDistribution;
import org.geometryos.compositor.itest.outside.RawClient;
import org.geometryos.compositor.testkit.wire.RawPeer.Answer;
import org.geometryos.compositor.testkit.wire.RawRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Protocol, "Statuses": why a connection that is in order is not taken for the moment, and that
 * {@code /compositor/status} says the same.
 */
class HttpRowsIT {
    private static final double SECOND = 1e9;

    /** Who enters says no hello, and has to stay. */
    private static final String LONG_HELLO = "helloTimeout=600000";

    private static KeyedDistribution bridge;
    /** The connections of a test. */
    private final List<RawClient> open = new ArrayList<>();

    @BeforeAll
    static void startTheDistribution() throws Exception {
        bridge = new KeyedDistribution("rows-http");
    }

    @AfterAll
    static void stopTheDistribution() throws Exception {
        bridge.close();
    }

    @AfterEach
    void leaveNothingBehind() throws Exception {
        for (RawClient client : open) {
            client.close();
        }
        bridge.defaults();
    }

    private RawClient enter(String key) throws IOException {
        RawClient client = bridge.connect(key);
        open.add(client);
        // it is counted a moment after it was taken: certainly when it is served
        client.send("{\"type\":\"ping\",\"t0\":1}");
        assertEquals("invalid", client.await("error").path("code").asText());
        return client;
    }

    private static Answer knock(String key) throws IOException {
        return bridge.ask(with(key, RawRequest.upgrade(JSON)));
    }

    private static void assertTaken(String key) throws IOException {
        Answer status = bridge.status(key);
        assertEquals(200, status.status(), status::toString);
        Answer answer = knock(key);
        assertEquals(101, answer.status(), answer::toString);
    }

    /** That the door is shut for a key, for this reason, and that the status says so, readable for a page. */
    private static void assertShut(String key, String reason) throws IOException {
        Answer answer = knock(key);
        int seconds = assertShut(answer, reason);
        Answer status = bridge.status(key);
        assertEquals(seconds, assertShut(status, reason));
        assertStatus(status, reason);
        assertEquals(Optional.of("http://localhost"), status.header("Access-Control-Allow-Origin"), status::toString);
    }

    /** @return what Retry-After says */
    private static int assertShut(Answer answer, String reason) {
        assertEquals(503, answer.status(), answer::toString);
        assertTrue(answer.body().contains(reason), () -> reason + " in " + answer);
        int seconds = Integer.parseInt(answer.header("Retry-After").orElse("0"));
        assertTrue(seconds >= 1, answer::toString);
        return seconds;
    }

    private static void assertStatus(Answer status, String reason) {
        assertTrue(status.header("Content-Type").orElse("").startsWith("application/json"), status::toString);
        JsonNode body = Json.read(status.body());
        assertEquals("unavailable", body.path("status").asText(), status::toString);
        assertTrue(body.path("reason").asText().contains(reason), status::toString);
        assertEquals(
                status.header("Retry-After").orElse(""), body.path("retryAfter").toString(), status::toString);
    }

    /** Waits until those who went are not counted any more. */
    private static void untilTaken(String key) {
        bridge.untilTaken(key);
    }

    // ---- full

    @Test
    void asManyAsConfiguredAreTakenAndOneMoreIsNotUntilOneLeaves() throws Exception {
        bridge.connections("maxConnections=3", LONG_HELLO);
        untilTaken(VIEW);
        RawClient first = enter(VIEW);
        enter(CONTROL);
        untilTaken(VIEW);
        enter(VIEW);
        assertShut(VIEW, "full: there are 3 connections");
        assertShut(ADMIN, "full: there are 3 connections");
        first.close();
        untilTaken(VIEW);
        assertTaken(VIEW);
    }

    @Test
    void aLimitThatIsRaisedLetsOneMoreInAndALoweredOneClosesNobody() throws Exception {
        bridge.connections("maxConnections=2");
        RawClient first = bridge.display(VIEW, "first");
        open.add(first);
        untilTaken(VIEW);
        RawClient second = bridge.display(CONTROL, "second");
        open.add(second);
        assertShut(VIEW, "full: there are 2 connections");
        bridge.configure("connections", "maxConnections=3");
        untilTaken(VIEW);
        enter(VIEW);
        bridge.configure("connections", "maxConnections=1");
        Waiting.until(LIMIT, "the lowered limit", () -> knock(VIEW).body().contains("full: there are 1 connections"));
        assertServed(first);
        assertServed(second);
    }

    @Test
    void asManyAsConfiguredAreTakenPerKeyAndOtherKeysAreNotTouched() throws Exception {
        bridge.connections("maxConnectionsPerKey=2", LONG_HELLO);
        RawClient first = enter(VIEW);
        enter(VIEW);
        assertShut(VIEW, "full: there are 2 connections with this key");
        enter(CONTROL);
        untilTaken(CONTROL);
        enter(CONTROL);
        assertShut(CONTROL, "full: there are 2 connections with this key");
        first.close();
        untilTaken(VIEW);
        assertTaken(VIEW);
    }

    @Test
    void asManyAsConfiguredAreTakenPerAddressAndOtherAddressesAreNotTouched() throws Exception {
        bridge.connections("maxConnectionsPerAddress=2", LONG_HELLO);
        untilTaken(VIEW);
        RawClient first = enter(VIEW);
        untilTaken(VIEW);
        enter(CONTROL);
        assertShut(ADMIN, "full: there are 2 connections from this address");
        open.add(RawClient.connect(
                bridge.port(),
                with(VIEW, RawRequest.upgrade(JSON)),
                socket -> socket.bind(new InetSocketAddress("127.0.0.2", 0))));
        first.close();
        untilTaken(ADMIN);
        assertTaken(ADMIN);
    }

    @Test
    void asManyHandshakesASecondAsConfiguredAreTakenFromAnAddress() throws Exception {
        int perSecond = 4;
        bridge.connections("handshakesPerSecond=" + perSecond);
        // a full bucket: nothing was asked for a second
        long quiet = System.nanoTime();
        Waiting.until(LIMIT, "a second", () -> System.nanoTime() - quiet > 1.1 * SECOND);
        long start = System.nanoTime();
        int taken = 0;
        Answer answer;
        while ((answer = knock(VIEW)).status() == 101) {
            taken++;
            assertTrue(taken < 1000, "nobody is refused");
        }
        double seconds = (System.nanoTime() - start) / SECOND;
        assertTrue(taken >= perSecond, "taken before the first refusal: " + taken);
        assertTrue(taken <= perSecond + Math.ceil(seconds * perSecond), taken + " were taken within " + seconds + " s");
        assertEquals(1, assertShut(answer, "more than 4 handshakes per second from this address"));
        untilTaken(VIEW);
        assertTaken(VIEW);
    }

    @Test
    void theStatusTellsOfTooManyHandshakesAndDoesNotCountItself() throws Exception {
        bridge.connections("handshakesPerSecond=1");
        for (int i = 0; i < 20; i++) {
            untilTaken(VIEW);
        }
        Waiting.until(LIMIT, "a status that says so", () -> {
            knock(VIEW);
            Answer status = bridge.status(VIEW);
            if (status.status() == 200) {
                return false;
            }
            assertShut(status, "more than 1 handshakes per second from this address");
            assertStatus(status, "more than 1 handshakes per second from this address");
            return true;
        });
    }

    // ---- draining

    @Test
    void whileDrainingOnlyKeysOfRoleAdminGetIn() throws Exception {
        RawClient boss = bridge.display(ADMIN, "boss");
        open.add(boss);
        RawClient viewer = bridge.display(VIEW, "viewer");
        open.add(viewer);
        boss.send("{\"type\":\"admin\",\"id\":1,\"action\":\"drain\",\"over\":0,\"reconnectAfter\":2500}");
        assertEquals(1, boss.await("ack").path("id").asInt());
        assertEquals(
                2500,
                assertGoodbye(4503, true, viewer.awaitClose())
                        .path("reconnectAfter")
                        .asInt());
        for (String key : List.of(VIEW, CONTROL)) {
            assertShut(key, "draining");
            assertEquals(Optional.of("3"), knock(key).header("Retry-After"), "not before displays may come back");
        }
        assertTaken(ADMIN);
        boss.send("{\"type\":\"admin\",\"id\":2,\"action\":\"undrain\"}");
        assertEquals(2, boss.await("ack").path("id").asInt());
        assertTaken(VIEW);
        assertServed(boss);
    }

    // ---- not ready

    @Test
    void withoutAnEndpointNobodyIsTakenUntilOneIsThereAgain() throws Exception {
        RawClient viewer = bridge.display(VIEW, "stays");
        open.add(viewer);
        bridge.takeAway("endpoint");
        Waiting.until(LIMIT, "a closed door", () -> bridge.status(VIEW).status() == 503);
        assertEquals(1, assertShut(knock(VIEW), "not ready"));
        Answer status = bridge.status(VIEW);
        assertEquals(1, assertShut(status, "not ready"));
        assertStatus(status, "not ready");
        bridge.deploy("endpoint");
        untilTaken(VIEW);
        assertTaken(VIEW);
        assertServed(viewer);
    }

    @Test
    void withoutAJournalNobodyIsTakenUntilOneIsThereAgain() throws Exception {
        bridge.takeAway("journal");
        Waiting.until(LIMIT, "a closed door", () -> bridge.status(VIEW).status() == 503);
        assertShut(VIEW, "not ready");
        bridge.deploy("journal");
        untilTaken(VIEW);
        assertTaken(VIEW);
    }

    // ---- what is decided before that

    @Test
    void theStatusSaysTheSameAsTheRefusalOfAnyKind() throws Exception {
        Answer unknown =
                bridge.ask(with(VIEW, RawRequest.get("/compositor/status").with("Sec-WebSocket-Protocol", "chat")));
        assertRefused(400, "refused", unknown);
        assertTrue(unknown.body().contains(JSON), unknown::toString);
        Answer keyless = bridge.status(null);
        assertRefused(401, "unauthorized", keyless);
        assertEquals(Optional.of("Bearer"), keyless.header("WWW-Authenticate"));
        assertEquals(
                Optional.of("http://localhost"),
                keyless.header("Access-Control-Allow-Origin"),
                "a page has to read why");
        assertRefused(401, "unauthorized", bridge.status("nobody"));
        assertRefused(
                403,
                "forbidden",
                bridge.ask(with(VIEW, RawRequest.get("/compositor/status").with("Origin", "http://evil.example"))));
    }

    private static void assertRefused(int code, String word, Answer status) {
        assertEquals(code, status.status(), status::toString);
        JsonNode body = Json.read(status.body());
        assertEquals(word, body.path("status").asText(), status::toString);
        assertTrue(!body.path("reason").asText().isEmpty() && !body.has("retryAfter"), status::toString);
    }
}
