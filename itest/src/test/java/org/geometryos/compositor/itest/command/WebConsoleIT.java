package org.geometryos.compositor.itest.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.geometryos.compositor.itest.Waiting;
import org.geometryos.compositor.itest.outside.CommandProcess;
import org.geometryos.compositor.itest.outside.DistributionProcess;
import org.geometryos.compositor.itest.outside.Folders;
import org.geometryos.compositor.itest.outside.Json;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** The Felix Web Console of a host that is run with {@code --web-console}, and of one that is not. */
@Tag("long")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class WebConsoleIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String PREFIX = "org.geometryos.compositor.";
    private static final String ADMIN = "cb_console_admin_0123456789abcdef";
    private static final String VIEW = "cb_console_view_0123456789abcdef";
    private static final String CONSOLE = "/system/console";
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(LIMIT).build();

    private static DistributionProcess distribution;

    @BeforeAll
    static void start() throws IOException {
        distribution = DistributionProcess.fresh("web-console").options("--web-console", "--no-demo");
        distribution.configure(PREFIX + "endpoint.key~admin", "role=admin", "key=$[secret:admin]");
        Path secrets = Files.createDirectories(distribution.conf().resolve("secrets"));
        Files.writeString(secrets.resolve("admin"), ADMIN);
        distribution.configure(PREFIX + "endpoint.key~view", "role=view", "key=" + VIEW);
        distribution.start();
        Waiting.until(
                LIMIT,
                () -> "the web console; it printed:\n" + distribution.log(),
                () -> get(CONSOLE + "/bundles", Optional.of(ADMIN)).statusCode() == 200);
    }

    @AfterAll
    static void stop() throws InterruptedException {
        distribution.close();
    }

    @Test
    @Order(1)
    void withoutAKeyNothingIsShown() {
        for (String path : new String[] {"", "/", "/bundles", "/configMgr", "/bundles.json", "/res/ui/admin.css"}) {
            HttpResponse<String> refused = get(CONSOLE + path, Optional.empty());
            assertEquals(401, refused.statusCode(), path);
            assertTrue(
                    refused.headers().firstValue("WWW-Authenticate").orElse("").startsWith("Basic realm="), path);
        }
        assertEquals(
                401,
                send(request("/bundles").header("Authorization", basic("admin", "admin")))
                        .statusCode());
    }

    @Test
    @Order(2)
    void anotherRoleIsRefused() {
        HttpResponse<String> refused = get(CONSOLE + "/bundles", Optional.of(VIEW));
        assertEquals(403, refused.statusCode());
        assertEquals("this needs a key with role admin\n", refused.body());
    }

    @Test
    @Order(3)
    void anAdminSeesOurBundlesComponentsAndConfigurations() {
        assertTrue(get(CONSOLE + "/bundles.json", Optional.of(ADMIN)).body().contains(PREFIX + "camera"));
        assertTrue(get(CONSOLE + "/components.json", Optional.of(ADMIN)).body().contains(PREFIX + "camera"));
        String configurations = get(CONSOLE + "/configMgr", Optional.of(ADMIN)).body();
        for (String pid : new String[] {"camera", "connections", "journal", "connections.display"}) {
            assertTrue(configurations.contains("\"" + PREFIX + pid + "\""), pid + " in " + configurations);
        }
        HttpResponse<String> camera =
                send(request("/configMgr/" + PREFIX + "camera").header("Authorization", basic("x", ADMIN)), "");
        assertTrue(
                camera.body().contains("Milliseconds that control of a camera lasts without being renewed."),
                camera::body);
    }

    @Test
    @Order(4)
    void aPageOfAnotherOriginChangesNothing() {
        HttpRequest.Builder foreign = request("/bundles")
                .header("Authorization", basic("x", ADMIN))
                .header("Origin", "http://localhost:1")
                .header("Content-Type", "application/x-www-form-urlencoded");
        HttpResponse<String> refused = send(foreign, "action=refreshPackages");
        assertEquals(403, refused.statusCode(), refused::body);
        assertEquals("DENY", refused.headers().firstValue("X-Frame-Options").orElse(""));
    }

    @Test
    @Order(5)
    void whatAPlaceholderStandsForIsShownNowhere() throws IOException {
        for (String path : new String[] {
            "/configMgr",
            "/components.json",
            "/services.json",
            "/status-Configurations.txt",
            "/status-Services.txt",
            "/status-scr.txt",
            "/status-Framework%20Properties.txt"
        }) {
            HttpResponse<String> page = get(CONSOLE + path, Optional.of(ADMIN));
            assertEquals(200, page.statusCode(), path);
            assertFalse(page.body().contains(ADMIN), path);
        }
        HttpResponse<String> key = send(
                request("/configMgr/" + PREFIX + "endpoint.key~admin").header("Authorization", basic("x", ADMIN)), "");
        assertTrue(key.body().contains("An API key and its role."), key::body);
        assertFalse(key.body().contains(ADMIN));
        assertFalse(distribution.logFile().contains(ADMIN));
    }

    @Test
    @Order(6)
    void whatAFormLeavesEmptyIsNotSet() {
        String display = PREFIX + "connections.display";
        HttpResponse<String> form = send(
                request("/configMgr/" + display + "?factoryPid=" + display + "&create=true")
                        .header("Authorization", basic("x", ADMIN)),
                "");
        JsonNode fields = Json.read(form.body()).path("properties");
        List<String> names = new ArrayList<>();
        StringBuilder filled = new StringBuilder();
        fields.properties().forEach(field -> {
            names.add(field.getKey());
            // a browser takes the first of several choices where none is chosen
            JsonNode choices = field.getValue().path("type").path("values");
            String value = field.getKey().equals("display")
                    ? "lobby"
                    : choices.isMissingNode() ? "" : choices.get(0).asText();
            filled.append('&').append(field.getKey()).append('=').append(value);
        });
        assertTrue(names.containsAll(List.of("colorSpace", "fit", "width")), form::body);
        send(
                request("/configMgr/%5BTemporary%20PID%20replaced%20by%20real%20PID%20upon%20save%5D")
                        .header("Authorization", basic("x", ADMIN))
                        .header("Origin", distribution.http())
                        .header("Content-Type", "application/x-www-form-urlencoded"),
                "apply=true&action=ajaxConfigManager&factoryPid=" + display + "&propertylist=" + String.join(",", names)
                        + filled);
        Waiting.until(
                LIMIT,
                () -> "the declared display; it printed:\n" + distribution.log(),
                () -> get(CONSOLE + "/status-Configurations.txt", Optional.of(ADMIN))
                        .body()
                        .contains("display = lobby"));
        Waiting.until(
                LIMIT,
                () -> "the line about the configuration; it printed:\n" + distribution.log(),
                () -> distribution.log().contains("set colorSpace, display, fit"));
        assertFalse(distribution.log().contains("the declaration is ignored"), distribution::log);
        assertFalse(get(CONSOLE + "/status-Configurations.txt", Optional.of(ADMIN))
                .body()
                .contains("srgb"));
    }

    @Test
    @Order(7)
    void whileWhatAsksForKeysIsReplacedNobodyGetsIn() throws Exception {
        try (CommandProcess swap = CommandProcess.start(
                Folders.fresh("web-console-swap").resolve("swap.err"),
                Map.of("COMPOSITOR_URL", distribution.url(), "COMPOSITOR_KEY", ADMIN),
                "bundles",
                "swap",
                "webconsole")) {
            assertEquals(0, swap.ends(), swap::said);
        }
        Waiting.until(
                LIMIT,
                () -> "the web console after a swap; it printed:\n" + distribution.log(),
                () -> get(CONSOLE + "/bundles", Optional.of(ADMIN)).statusCode() == 200);
        assertEquals(
                401,
                send(request("/bundles").header("Authorization", basic("admin", "admin")))
                        .statusCode());
    }

    @Test
    @Order(8)
    void withoutKeysNobodyGetsInAndWithoutTheOptionThereIsNone() throws Exception {
        distribution.stop();
        distribution.unconfigure(PREFIX + "endpoint.key~admin");
        distribution.unconfigure(PREFIX + "endpoint.key~view");
        distribution.start();
        Waiting.until(
                LIMIT,
                "the web console refuses without configured keys",
                () -> get(CONSOLE + "/bundles", Optional.empty()).statusCode() == 403);
        assertEquals(403, get(CONSOLE + "/bundles", Optional.of(ADMIN)).statusCode());
        distribution.stop();
        distribution.withoutOptions().start();
        assertEquals(404, get(CONSOLE + "/bundles", Optional.of(ADMIN)).statusCode());
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(distribution.http() + CONSOLE + path))
                .timeout(LIMIT);
    }

    private static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    private static HttpResponse<String> get(String path, Optional<String> key) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(distribution.http() + path)).timeout(LIMIT);
        key.ifPresent(secret -> request.header("Authorization", basic("operator", secret)));
        return send(request);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request, String body) {
        return send(request.POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
