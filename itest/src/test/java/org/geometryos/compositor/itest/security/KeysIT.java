package org.geometryos.compositor.itest.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.geometryos.compositor.itest.Waiting;
import org.geometryos.compositor.itest.outside.CameraStream;
import org.geometryos.compositor.itest.outside.DistributionProcess;
import org.geometryos.compositor.itest.outside.Json;
import org.geometryos.compositor.itest.outside.RawClient;
import org.geometryos.compositor.itest.outside.RawClient.Closing;
import org.geometryos.compositor.testkit.wire.RawPeer.Answer;
import org.geometryos.compositor.testkit.wire.RawRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Protocol, "Keys": files in the configuration folder of the distribution, and requests over real sockets. */
public class KeysIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Pattern COMPLAINT =
            Pattern.compile("endpoint\\.key~slip \\(/.*\\.cfg\\): key must not begin with \\$\\[");
    private static final String PID = "org.geometryos.compositor.endpoint.key~";
    private static final String JSON = "compositor.v1.json";
    private static final String STATUS = "/compositor/status";
    private static final String VIEW = "cb_view_5HkVdT2mQx8Zr1Nf";
    private static final String CONTROL = "cb_control_q7Lr0YbW3sXe9Gt";
    private static final String ADMIN = "schlüssel der Betreiber, mit Umlaut";
    private static final String NEW = "cb_view_another_8dJ2kPz6uM";
    private static final List<String> SECRETS = List.of(
            VIEW,
            CONTROL,
            ADMIN,
            NEW,
            sha256(VIEW),
            sha256(CONTROL),
            sha256(ADMIN),
            sha256(NEW),
            base64(VIEW),
            base64(CONTROL),
            base64(ADMIN),
            base64(NEW));

    private static DistributionProcess distribution;
    /** The configurations that are there, by name. */
    private static final Map<String, List<String>> present = new LinkedHashMap<>();

    @BeforeAll
    static void startTheDistribution() throws Exception {
        distribution = DistributionProcess.copy("keys").environment("COMPOSITOR_ITEST_KEY", CONTROL);
        Path secrets = Files.createDirectories(distribution.conf().resolve("secrets"));
        Files.writeString(secrets.resolve("operators"), ADMIN + "\n", StandardCharsets.UTF_8);
        distribution.start();
    }

    @AfterAll
    static void stopTheDistribution() throws Exception {
        distribution.close();
    }

    @AfterEach
    void noSecretIsPrintedOrLogged() throws Exception {
        String written = distribution.log() + distribution.logFile();
        for (String secret : SECRETS) {
            assertFalse(written.contains(secret), "a key or its digest was logged");
        }
    }

    private static String sha256(String key) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String base64(String key) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(key.getBytes(StandardCharsets.UTF_8));
    }

    private static String offer(String key) {
        return "compositor.key." + base64(key);
    }

    /** As a header carries it: RawClient writes each character as one byte. */
    private static String bytes(String key) {
        return new String(key.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private static RawRequest with(RawRequest request, String key) {
        return key == null ? request : request.with("Authorization", "Bearer " + bytes(key));
    }

    private static Answer ask(RawRequest request) throws IOException {
        try (RawClient client = new RawClient(distribution.port())) {
            return client.ask(request);
        }
    }

    /** @param key null: none is given */
    private static void untilStatus(int status, String key) {
        Waiting.until(LIMIT, "status " + status, () -> status(key) == status);
    }

    private static int status(String key) throws IOException {
        return ask(with(RawRequest.get(STATUS), key)).status();
    }

    // ---- configurations

    private static void put(String name, String... lines) throws IOException {
        distribution.configure(PID + name, lines);
        present.put(name, List.of(lines));
    }

    private static void remove(String name) throws IOException {
        distribution.unconfigure(PID + name);
        present.remove(name);
    }

    /** A viewer by digest, a driver by environment, an operator by secret file; nothing else. */
    private static void threeKeys() throws IOException {
        for (String name : List.copyOf(present.keySet())) {
            if (!List.of("viewer", "driver", "operator").contains(name)) {
                remove(name);
            }
        }
        put("viewer", "role=view", "sha256=" + sha256(VIEW));
        put("driver", "role=control", "key=$[env:COMPOSITOR_ITEST_KEY]");
        put("operator", "role=admin", "key=$[secret:operators]");
        // as long as there is none, any key will do: what was taken away may be gone before the new ones are there
        Waiting.until(
                LIMIT,
                "three keys",
                () -> status(null) == 401
                        && status(VIEW) == 200
                        && status(CONTROL) == 200
                        && status(ADMIN) == 200
                        && status(null) == 401
                        && role(VIEW).equals("view"));
    }

    private static void noKeys() throws IOException {
        for (String name : List.copyOf(present.keySet())) {
            remove(name);
        }
        untilStatus(200, null);
    }

    private static RawClient display(String key, String name) throws IOException {
        RawClient client = RawClient.connect(distribution.port(), with(RawRequest.upgrade(JSON), key));
        client.send(CameraStream.hello(name));
        return client;
    }

    /** The role that a key has now; empty if it has none. */
    private static String role(String key) {
        try (RawClient client = display(key, "asks-its-role")) {
            String role = client.await("welcome").path("role").asText();
            client.send("{\"type\":\"bye\"}");
            client.awaitClose();
            return role;
        } catch (IOException refused) {
            return "";
        }
    }

    /** What a socket that loses its key has to see: a goodbye that does not invite back, and the close. */
    private static void assertRevoked(int code, RawClient client) throws IOException {
        Closing closing = client.awaitClose();
        assertEquals(code, closing.code());
        JsonNode goodbye = closing.last();
        assertEquals("goodbye", Json.type(goodbye), goodbye::toString);
        assertEquals(code, goodbye.path("code").asInt());
        assertTrue(goodbye.path("reconnectAfter").isNull(), goodbye::toString);
        assertFalse(goodbye.path("reason").asText().isEmpty());
        client.assertEnd();
    }

    /** That a socket is still served. */
    private static void assertServed(RawClient client) throws IOException {
        client.send("{\"type\":\"ping\",\"id\":77,\"t0\":1}");
        JsonNode pong;
        do {
            pong = client.await("pong");
        } while (pong.path("id").asInt() != 77);
    }

    // ---- handshakes

    @Test
    void aKeyIsTakenInAnyOfItsWaysAndGivesItsNameAndRole() throws Exception {
        threeKeys();
        List<RawRequest> ways = List.of(
                with(RawRequest.upgrade(JSON), ADMIN),
                RawRequest.upgrade(JSON).with("authorization", "bearer " + bytes(ADMIN)),
                RawRequest.upgrade(JSON).with("X-API-Key", bytes(ADMIN)),
                RawRequest.upgrade(JSON + ", " + offer(ADMIN)),
                RawRequest.upgrade(offer(ADMIN) + "," + JSON),
                with(RawRequest.upgrade(JSON + ", " + offer(ADMIN)), ADMIN).with("X-API-Key", bytes(ADMIN)));
        for (RawRequest way : ways) {
            try (RawClient client = new RawClient(distribution.port())) {
                Answer answer = client.ask(way);
                assertEquals(101, answer.status(), answer::toString);
                assertEquals(Optional.of(JSON), answer.header("Sec-WebSocket-Protocol"));
                client.send("{\"type\":\"hello\"}");
                assertEquals("admin", client.await("welcome").path("role").asText());
            }
        }
        assertEquals(101, ask(with(RawRequest.upgrade(), CONTROL)).status());
    }

    @Test
    void wrongMissingAndDifferingKeysGet401() throws Exception {
        threeKeys();
        List<RawRequest> wrong = List.of(
                RawRequest.upgrade(JSON),
                with(RawRequest.upgrade(JSON), VIEW + "x"),
                with(RawRequest.upgrade(JSON), sha256(VIEW)),
                RawRequest.upgrade(JSON).with("Authorization", "Bearer"),
                RawRequest.upgrade(JSON).with("X-API-Key", ""),
                RawRequest.upgrade(JSON + ", compositor.key.c2VjcmV0"),
                RawRequest.upgrade(JSON + ", compositor.key.x").with("X-API-Key", VIEW),
                with(RawRequest.upgrade(JSON), VIEW).with("X-API-Key", CONTROL),
                with(RawRequest.upgrade(JSON + "," + offer(CONTROL)), VIEW),
                with(RawRequest.upgrade("chat"), NEW));
        for (RawRequest request : wrong) {
            Answer answer = ask(request);
            assertEquals(401, answer.status());
            assertEquals(Optional.of("Bearer"), answer.header("WWW-Authenticate"));
            assertTrue(SECRETS.stream().noneMatch(answer.toString()::contains), "a key was answered");
        }
    }

    @Test
    void withAKeyOnlyUnknownSubprotocolsGet400AndTheKeyIsNone() throws Exception {
        threeKeys();
        for (RawRequest request : List.of(
                RawRequest.upgrade(offer(VIEW)),
                RawRequest.upgrade("chat, " + offer(VIEW)),
                with(RawRequest.upgrade("chat"), VIEW))) {
            Answer answer = ask(request);
            assertEquals(400, answer.status());
            assertTrue(answer.body().contains(JSON) && answer.body().contains("compositor.v1.cbor"), answer::body);
            assertTrue(SECRETS.stream().noneMatch(answer.toString()::contains), "a key was answered");
        }
    }

    @Test
    void withKeysHostAndProxiesDoNotMatterAndOriginDoes() throws Exception {
        threeKeys();
        distribution.configure("org.geometryos.compositor.endpoint", "allowedOrigins=https://panel.example:8443, null");
        Waiting.until(
                LIMIT,
                "the allowed origins",
                () -> ask(with(RawRequest.upgrade(JSON), VIEW).with("Origin", "null"))
                                .status()
                        == 101);
        assertEquals(
                101,
                ask(with(RawRequest.upgrade(JSON), VIEW)
                                .instead("Host", "wall.example")
                                .with("X-Forwarded-For", "192.0.2.1"))
                        .status());
        assertEquals(
                101,
                ask(with(RawRequest.upgrade(JSON), VIEW)
                                .instead("Host", "wall.example:8081")
                                .with("Origin", "https://wall.example"))
                        .status());
        assertEquals(
                101,
                ask(with(RawRequest.upgrade(JSON), VIEW).with("Origin", "https://panel.example:8443"))
                        .status());
        for (String origin :
                List.of("http://evil.example", "https://panel.example", "http://localhost.evil.example", "localhost")) {
            assertEquals(
                    403,
                    ask(with(RawRequest.upgrade(JSON), VIEW).with("Origin", origin))
                            .status(),
                    origin);
            assertEquals(
                    403, ask(RawRequest.upgrade(JSON).with("Origin", origin)).status(), "before the key, " + origin);
        }
        Answer status = ask(with(RawRequest.get(STATUS), VIEW).with("Origin", "https://panel.example:8443"));
        assertEquals(200, status.status());
        assertEquals(Optional.of("https://panel.example:8443"), status.header("Access-Control-Allow-Origin"));
        assertEquals(Optional.of("Origin"), status.header("Vary"));
        Answer unknown = ask(RawRequest.get(STATUS).with("Origin", "https://panel.example:8443"));
        assertEquals(401, unknown.status());
        assertEquals(
                Optional.of("https://panel.example:8443"),
                unknown.header("Access-Control-Allow-Origin"),
                "a page has to read why");
        assertEquals("unauthorized", Json.read(unknown.body()).path("status").asText());
        Answer evil = ask(with(RawRequest.get(STATUS), VIEW).with("Origin", "http://evil.example"));
        assertEquals(403, evil.status());
        assertEquals(Optional.empty(), evil.header("Access-Control-Allow-Origin"));
        distribution.unconfigure("org.geometryos.compositor.endpoint");
    }

    @Test
    void rolesSayWhatIsForbidden() throws Exception {
        threeKeys();
        String camera = "{\"type\":\"camera\",\"id\":1,\"camera\":\"keys\",\"view\":{\"kind\":\"2d\",\"center\":[0,0],"
                + "\"zoom\":1,\"rotation\":0}}";
        String admin = "{\"type\":\"admin\",\"id\":2,\"action\":\"remove-camera\",\"camera\":\"keys\"}";
        try (RawClient viewer = display(VIEW, "roles-viewer");
                RawClient driver = display(CONTROL, "roles-driver");
                RawClient boss = display(ADMIN, "roles-boss")) {
            viewer.send(camera);
            assertEquals("forbidden", viewer.await("error").path("code").asText());
            driver.send(camera);
            assertEquals(1, driver.await("ack").path("id").asInt());
            driver.send(admin);
            assertEquals("forbidden", driver.await("error").path("code").asText());
            boss.send(admin);
            assertEquals(2, boss.await("ack").path("id").asInt());
        }
    }

    // ---- changes at run time

    @Test
    void keysThatAreAddedReplacedAndRemovedCountAtOnce() throws Exception {
        threeKeys();
        try (RawClient boss = display(ADMIN, "stays");
                RawClient viewer = display(VIEW, "goes")) {
            assertEquals(401, status(NEW));
            put("new-comer", "role=view", "key=" + NEW);
            untilStatus(200, NEW);
            try (RawClient newcomer = display(NEW, "newcomer")) {
                newcomer.await("welcome");
                remove("new-comer");
                assertRevoked(4401, newcomer);
            }
            try (RawClient silent = RawClient.connect(distribution.port(), with(RawRequest.upgrade(JSON), VIEW))) {
                put("viewer", "role=view", "sha256=" + sha256(NEW));
                assertRevoked(4401, viewer);
                assertRevoked(4401, silent);
            }
            untilStatus(200, NEW);
            assertEquals(401, status(VIEW));
            assertServed(boss);
        }
    }

    @Test
    void aRaisedRoleCountsAtOnceAndALoweredOneCloses() throws Exception {
        threeKeys();
        try (RawClient viewer = display(VIEW, "raised");
                RawClient boss = display(ADMIN, "stays")) {
            put("viewer", "role=control", "sha256=" + sha256(VIEW));
            Waiting.until(LIMIT, "control", () -> {
                viewer.send("{\"type\":\"control\",\"id\":5,\"camera\":\"raised\",\"action\":\"take\"}");
                JsonNode answer;
                do {
                    answer = viewer.message();
                } while (answer.path("id").asInt() != 5);
                return Json.type(answer).equals("ack");
            });
            put("viewer", "role=view", "sha256=" + sha256(VIEW));
            assertRevoked(4403, viewer);
            assertServed(boss);
        }
    }

    @Test
    void aReplacedEndpointClosesNobodyWhoseKeyStands() throws Exception {
        threeKeys();
        String name = "org.geometryos.compositor.endpoint";
        try (RawClient viewer = display(VIEW, "swapped-viewer");
                RawClient boss = display(ADMIN, "swapped-boss")) {
            viewer.await("welcome");
            boss.await("welcome");
            long before = summaries();
            Path beside =
                    Files.copy(distribution.bundle(name), distribution.deploy().resolveSibling(name + ".new"));
            Files.move(beside, distribution.deploy().resolve(name + ".jar"), StandardCopyOption.ATOMIC_MOVE);
            Waiting.until(
                    LIMIT, () -> "the new endpoint; it printed:\n" + distribution.log(), () -> summaries() > before);
            assertServed(viewer);
            assertServed(boss);
            remove("viewer");
            assertRevoked(4401, viewer);
            assertServed(boss);
        }
    }

    /** How often it said how many keys there are. */
    private static long summaries() {
        return distribution
                .log()
                .lines()
                .filter(line -> line.contains("3 keys are configured"))
                .count();
    }

    @Test
    void theFirstKeyClosesWhoCameWithoutOneAndTheLastOneWhoCameWithOne() throws Exception {
        noKeys();
        try (RawClient local = display(null, "local")) {
            assertEquals("admin", local.await("welcome").path("role").asText());
            threeKeys();
            assertRevoked(4401, local);
        }
        assertEquals(401, status(null));
        remove("driver");
        remove("operator");
        untilStatus(401, ADMIN);
        try (RawClient viewer = display(VIEW, "last")) {
            noKeys();
            assertRevoked(4401, viewer);
        }
        assertTrue(distribution.log().contains("open to this machine only"), distribution::log);
        assertTrue(distribution.log().contains("3 keys are configured"), distribution::log);
    }

    @Test
    void aSlipDoesNotOpenTheHost() throws Exception {
        noKeys();
        put("slip", "role=view", "key=$[env:COMPOSITOR_ITEST_NO_SUCH_VARIABLE]");
        untilStatus(401, null);
        assertEquals(401, status("$[env:COMPOSITOR_ITEST_NO_SUCH_VARIABLE]"));
        Waiting.until(
                LIMIT,
                "the complaint",
                () -> COMPLAINT.matcher(distribution.log()).find());
    }

    @Test
    void aRequiredKeyKeepsThisMachineOutAsWell() throws Exception {
        noKeys();
        try (RawClient local = display(null, "local")) {
            distribution.configure("org.geometryos.compositor.endpoint", "keyRequired=true");
            assertRevoked(4401, local);
            assertEquals(401, status(null));
        } finally {
            distribution.unconfigure("org.geometryos.compositor.endpoint");
        }
        untilStatus(200, null);
    }
}
