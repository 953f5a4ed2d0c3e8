package org.geometryos.compositor.itest.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.geometryos.compositor.itest.Waiting;
import org.geometryos.compositor.itest.outside.BundleFile;
import org.geometryos.compositor.itest.outside.CommandProcess;
import org.geometryos.compositor.itest.outside.DeployedCamera;
import org.geometryos.compositor.itest.outside.DistributionProcess;
import org.geometryos.compositor.itest.outside.Json;
import org.geometryos.compositor.itest.outside.SmallBundle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How a host is while a part of it is down, by HTTP and by the commands {@code status} and {@code bundles}. */
class StatusIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String PREFIX = "org.geometryos.compositor.";
    private static final String HEALTH = "/compositor/health";
    private static final String STATUS = "/compositor/status";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static DistributionProcess distribution;
    /** What a test has put into {@code deploy/}. */
    private Path jar;

    @BeforeAll
    static void start() throws Exception {
        distribution = DistributionProcess.copy("status");
        for (String role : List.of("view", "admin")) {
            distribution.configure(PREFIX + "endpoint.key~" + role, "role = " + role, "key = " + key(role));
        }
        distribution.start();
        Waiting.until(
                LIMIT,
                "both keys",
                () -> get(STATUS, "view").statusCode() == 200
                        && get(STATUS, "admin").statusCode() == 200
                        && get(STATUS, null).statusCode() == 401);
    }

    @AfterAll
    static void stop() throws Exception {
        distribution.close();
    }

    @AfterEach
    void takeAway() throws IOException {
        if (jar != null) {
            Files.deleteIfExists(jar);
            awaitHealth(200);
        }
    }

    private static String key(String role) {
        return "status_" + role + "_0123456789abcdef";
    }

    private static HttpResponse<String> get(String path, String role) throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(distribution.http() + path)).timeout(LIMIT);
        if (role != null) {
            request.header("Authorization", "Bearer " + key(role));
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** @param output lines of standard output */
    private record Ended(int code, List<String> output, String errors) {
        boolean says(String line) {
            return output.stream().anyMatch(each -> each.replaceAll(" +", " ").contains(line));
        }
    }

    private static Ended command(String role, String... arguments) throws Exception {
        Map<String, String> environment = Map.of("COMPOSITOR_URL", distribution.url(), "COMPOSITOR_KEY", key(role));
        try (CommandProcess command = CommandProcess.start(
                distribution.data().resolveSibling(arguments[0] + ".err"), environment, arguments)) {
            int code = command.ends();
            return new Ended(code, command.lines(), command.errors());
        }
    }

    private static void awaitHealth(int status) {
        Waiting.until(
                LIMIT,
                () -> "HTTP " + status + " from " + HEALTH + "; it printed:\n" + distribution.log(),
                () -> get(HEALTH, "admin").statusCode() == status);
    }

    @Test
    void aPartThatIsDownIsToldAndSoIsThatItIsBack() throws Exception {
        Ended well = command("admin", "status");
        assertEquals(0, well.code, well::toString);
        assertFalse(well.says("status down"), well::toString);
        jar = SmallBundle.deploy(distribution, "ill", IllBundle.class);
        awaitHealth(503);
        JsonNode document = Json.read(get(HEALTH, "admin").body());
        assertEquals("down", document.path("status").asText(), document::toString);
        Ended ill = command("admin", "status");
        assertEquals(1, ill.code, ill::toString);
        for (String line : List.of(
                "status down, version ",
                "down patient: it lies in bed",
                "warning patient: it coughs",
                "running deploy/ill.jar: ill 1.0.0 runs",
                "patient tea 3 4 cups")) {
            assertTrue(ill.says(line), () -> line + " in " + ill);
        }
        Ended json = command("admin", "status", "--json");
        assertEquals(1, json.code, json::toString);
        assertEquals(
                "down", Json.read(String.join("\n", json.output)).path("status").asText(), json::toString);

        // who is no admin hears the overall state alone
        Ended viewer = command("view", "status");
        assertEquals(1, viewer.code, viewer::toString);
        assertEquals("status      down", viewer.output.get(0), viewer::toString);
        assertFalse(String.join("", viewer.output).contains("patient"), viewer::toString);
        assertEquals(
                Json.read("{\"status\":\"down\"}"),
                Json.read(get(HEALTH, "view").body()));
        assertEquals(401, get(HEALTH, null).statusCode());
        // a display would be taken nevertheless
        Waiting.until(
                LIMIT,
                "the part in " + STATUS,
                () -> get(STATUS, "view").body().contains("a connection would be taken, but patient is down"));
        assertEquals(200, get(STATUS, "view").statusCode());

        Files.delete(jar);
        awaitHealth(200);
        Ended again = command("admin", "status");
        assertEquals(0, again.code, again::toString);
        assertFalse(again.says("patient"), again::toString);
        Waiting.until(
                LIMIT, "HTTP 200 from " + STATUS, () -> get(STATUS, "view").statusCode() == 200);
    }

    /** What a load balancer asks, without a key: up or down, and no more. */
    private static void awaitProbe(String path, int status) {
        Waiting.until(
                LIMIT,
                () -> "HTTP " + status + " from " + path + "; it printed:\n" + distribution.log(),
                () -> get(path, null).statusCode() == status);
        if (status == 200) {
            assertProbe(path, "up");
        }
    }

    private static void assertProbe(String path, String word) {
        try {
            HttpResponse<String> answer = get(path, null);
            assertEquals("{\"status\":\"" + word + "\"}", answer.body());
            assertEquals(
                    "no-store", answer.headers().firstValue("Cache-Control").orElse(""));
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void everybodyIsToldWhetherTheHostLivesAndWhetherADisplayWouldBeServed() throws Exception {
        awaitProbe("/health/live", 200);
        awaitProbe("/health/ready", 200);
        // a part that is not there
        jar = BundleFile.deploy(
                distribution,
                BundleFile.empty(
                        PREFIX + "camera", "99", Map.of(), distribution.deploy().resolveSibling("camera.new")),
                "camera.jar");
        awaitProbe("/health/ready", 503);
        assertProbe("/health/ready", "down");
        awaitProbe("/health/live", 200);
        Waiting.until(LIMIT, () -> "the missing service in " + health(), () -> health().contains("CameraBridge"));
        Files.delete(jar);
        awaitProbe("/health/ready", 200);
        // nobody is let in
        assertEquals(0, command("admin", "drain", "--over", "1s").code);
        awaitProbe("/health/ready", 503);
        awaitProbe("/health/live", 200);
        assertEquals(0, command("admin", "drain", "--undo").code);
        awaitProbe("/health/ready", 200);
        // a part that is down while displays are served
        jar = SmallBundle.deploy(distribution, "ill", IllBundle.class);
        awaitHealth(503);
        awaitProbe("/health/ready", 200);
    }

    @Test
    void aComponentOfOursThatFailsIsAPartThatIsDown() throws Exception {
        jar = SmallBundle.deployComponent(distribution, PREFIX + "failing", FailingComponent.class);
        awaitHealth(503);
        Ended status = command("admin", "status");
        assertEquals(1, status.code, status::toString);
        assertTrue(
                status.says("component " + PREFIX
                        + "failing failed: java.lang.IllegalStateException: no film in the camera"),
                status::toString);
    }

    @Test
    void misspeltKeysOfEachKindOfConfigurationAreSaidUntilTheyAreMended() throws Exception {
        Map<String, List<String>> slips = Map.of(
                "endpoint.key~slip", List.of("role = view", "key = " + key("slip"), "nam = slip"),
                "connections.display~slip", List.of("widht = 1920", "height = 1080"),
                "camera.replay~slip", List.of("file = tour.jsonl", "camera = slip", "lop = true"),
                "camera.tracking.freed~slip", List.of("port = 6301", "bind = 127.0.0.1", "camra = slip"),
                "connections", List.of("heartbeatIntervall = 10000"));
        Map<String, String> keys = Map.of(
                "endpoint.key~slip",
                "nam is not known and is ignored; name is",
                "connections.display~slip",
                "widht is not known and is ignored; width is",
                "camera.replay~slip",
                "lop is not known and is ignored; loop is",
                "camera.tracking.freed~slip",
                "camra is not known and is ignored; camera is",
                "connections",
                "heartbeatIntervall is not known and is ignored; heartbeatInterval is");
        for (Map.Entry<String, List<String>> slip : slips.entrySet()) {
            distribution.configure(PREFIX + slip.getKey(), slip.getValue().toArray(String[]::new));
        }
        for (Map.Entry<String, String> key : keys.entrySet()) {
            String pid = PREFIX + key.getKey();
            String line = pid + " (" + distribution.conf().resolve(pid + ".cfg") + "): " + key.getValue();
            Waiting.until(LIMIT, () -> line + " in the health: " + health(), () -> health().contains(line));
            Waiting.until(
                    LIMIT,
                    () -> line + " in the log:\n" + distribution.log(),
                    () -> distribution.log().contains(line));
            assertEquals(
                    distribution.log().indexOf(line),
                    distribution.log().lastIndexOf(line),
                    () -> line + " is said once:\n" + distribution.log());
        }
        for (String pid : slips.keySet()) {
            distribution.unconfigure(PREFIX + pid);
        }
        Waiting.until(
                LIMIT,
                () -> "none of it in the health: " + health(),
                () -> !health().contains("is not known and is ignored"));
    }

    private static String health() {
        try {
            return get(HEALTH, "admin").body();
        } catch (IOException | InterruptedException e) {
            return e.toString();
        }
    }

    @Test
    void bundlesAreListedWithWhereTheyComeFrom() throws Exception {
        jar = SmallBundle.deploy(distribution, "bystander", DeployedCamera.class);
        Waiting.until(LIMIT, "the bundle", () -> get(HEALTH, "admin").body().contains("deploy/bystander.jar"));
        Ended bundles = command("admin", "bundles");
        assertEquals(0, bundles.code, bundles::toString);
        assertTrue(bundles.says("bystander 1.0.0 active deploy/bystander.jar"), bundles::toString);
        assertTrue(bundles.says(PREFIX + "transport ") && bundles.says(" active distribution"), bundles::toString);
        Ended json = command("admin", "bundles", "--json");
        assertEquals(0, json.code, json::toString);
        JsonNode list = Json.read(String.join("\n", json.output));
        assertTrue(list.isArray() && list.size() == bundles.output.size() - 1, json::toString);
        list.forEach(each -> assertTrue(
                each.path("id").isIntegralNumber()
                        && each.path("bundle").isTextual()
                        && each.path("state").isTextual(),
                each::toString));
        Ended viewer = command("view", "bundles");
        assertEquals(1, viewer.code, viewer::toString);
        assertTrue(viewer.errors.contains("role admin"), viewer::toString);
    }

    @Test
    void aHostThatDoesNotAnswerIsNotWell() throws Exception {
        for (String name : List.of("status", "bundles")) {
            Ended ended = command("admin", name, "--url", "ws://127.0.0.1:1/compositor");
            assertEquals(1, ended.code, ended::toString);
            assertTrue(ended.errors.contains("does not answer"), ended::toString);
        }
    }
}
