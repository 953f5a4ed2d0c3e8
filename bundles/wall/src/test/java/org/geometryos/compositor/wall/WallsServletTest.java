package org.geometryos.compositor.wall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.geometryos.compositor.api.wall.MemberReport;
import org.geometryos.compositor.api.wall.Picture;
import org.geometryos.compositor.api.wall.Wall;
import org.geometryos.compositor.api.wall.WallDeclaration;
import org.geometryos.compositor.io.http.access.Access;
import org.geometryos.compositor.io.json.JsonReader;
import org.geometryos.compositor.testkit.http.JettyHost;
import org.geometryos.compositor.transport.api.Decision;
import org.geometryos.compositor.transport.api.Handshake;
import org.geometryos.compositor.transport.api.ReadGate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WallsServletTest {
    /** One for each test: a port may come again, and a connection of another test with it. */
    private final HttpClient http = HttpClient.newHttpClient();

    private static final String JSON = "application/json";
    private static final String MAIN = WallDeclaration.FACTORY_PID + "~main";

    private final FakeNeighbours around = new FakeNeighbours();
    private final WallKeeper keeper = new WallKeeper(around, Map.of());
    private final Map<String, Map<String, Object>> configurations = new TreeMap<>();
    private final JettyHost host = new JettyHost();
    private volatile Decision decision = role("control");
    private final ReadGate gate = new ReadGate() {
        @Override
        public Decision read(Handshake request) {
            return decision;
        }

        @Override
        public Map<String, String> pageHeaders(Handshake request) {
            return Map.of();
        }
    };

    private final Stored stored = new Stored() {
        @Override
        public Map<String, Object> properties(String pid) {
            return configurations.get(pid);
        }

        @Override
        public void write(String pid, Map<String, Object> properties) {
            configurations.put(pid, Map.copyOf(properties));
            read();
        }

        @Override
        public void delete(String pid) {
            configurations.remove(pid);
            read();
        }

        @Override
        public boolean lasts(Map<String, Object> properties) {
            return !properties.containsKey("file");
        }
    };

    private static Decision role(String role) {
        return new Decision.Accept(Optional.empty(), Map.of("key", "k", "role", role));
    }

    private void read() {
        Map<String, Declared> declared = new TreeMap<>();
        configurations.forEach((pid, properties) -> {
            if (pid.endsWith("~broken")) {
                return;
            }
            String name = pid.substring(pid.indexOf('~') + 1);
            declared.put(
                    name,
                    new Declared(
                            Optional.of(pid),
                            WallDeclaration.ofProperties(name, properties),
                            stored.lasts(properties)));
        });
        keeper.declare(declared);
    }

    @BeforeEach
    void start() throws Exception {
        configurations.put(
                MAIN,
                Map.of("width", "4000", "height", "2000", "title", "Hall", "file", "x.cfg", "members", new String[] {
                    "left x=0 y=0 width=1900 height=2000", "right x=2100 y=0 width=1900 height=2000"
                }));
        read();
        host.start(
                new WallsServlet(new WallRequests(keeper, stored), new Access(() -> gate)),
                false,
                WallsServlet.PATH,
                WallsServlet.PATTERN);
    }

    @AfterEach
    void stop() throws Exception {
        host.close();
    }

    private HttpResponse<String> ask(String method, String name, String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + host.port() + WallsServlet.PATH + name))
                        .method(
                                method,
                                body == null
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body))
                        .header("Content-Type", JSON)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static void assertRefused(HttpResponse<String> answer, int status, String code, String part) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).contains("\"code\":\"" + code + "\"").contains(part);
    }

    private Wall main() {
        return keeper.wall("main").orElseThrow().wall();
    }

    @Test
    void viewReadsWallsWithTheirFigures() throws Exception {
        decision = role("view");
        around.connected.add("left");
        keeper.report("left", new MemberReport("main", 250, 4_000, 9_500, 16_667, 60, 3, around.now, around.now));
        HttpResponse<String> answer = ask("GET", "", null);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        Map<String, Object> wall = first(answer);
        assertThat(wall)
                .containsEntry("wall", "main")
                .containsEntry("title", "Hall")
                .containsEntry("width", 4000.0)
                .containsEntry("unit", "mm")
                .containsEntry("configuration", MAIN)
                .containsEntry("lasts", false)
                .doesNotContainKey("picture");
        assertThat((List<?>) wall.get("delay")).hasSize(1);
        Map<?, ?> figures = (Map<?, ?>) wall.get("figures");
        assertThat(figures.get("delay")).isEqualTo(100.0);
        assertThat(figures.get("slowest")).isEqualTo("left");
        Map<?, ?> left = (Map<?, ?>) ((Map<?, ?>) figures.get("members")).get("left");
        assertThat(left.get("connected")).isEqualTo(true);
        assertThat(left.get("age99")).isEqualTo(9.5);
        assertThat(left.get("late")).isEqualTo(0.05);
        assertThat(left.get("clock")).isEqualTo(0.25);
        Map<?, ?> right = (Map<?, ?>) ((Map<?, ?>) figures.get("members")).get("right");
        assertThat(right.get("counted")).isEqualTo(false);
        assertThat(right.get("reason")).isEqualTo("is not connected");
        assertThat(((Map<?, ?>) wall.get("configured")).get("maxDelay")).isEqualTo(400.0);
        assertThat(ask("GET", "/main", null).body()).contains("\"wall\":\"main\"");
        assertRefused(ask("GET", "/other", null), 404, "not-found", "there is no wall");
    }

    private static Map<String, Object> first(HttpResponse<String> answer) throws Exception {
        Map<String, Object> all = JsonReader.object(answer.body().getBytes(StandardCharsets.UTF_8));
        Map<String, Object> wall = new TreeMap<>();
        ((Map<?, ?>) ((List<?>) all.get("walls")).get(0)).forEach((key, value) -> wall.put(String.valueOf(key), value));
        return wall;
    }

    @Test
    void viewChangesNothing() throws Exception {
        decision = role("view");

        assertRefused(ask("POST", "/main", "{\"title\":\"x\"}"), 403, "forbidden", "role control");
        assertRefused(ask("PUT", "/side", "{\"width\":1,\"height\":1}"), 403, "forbidden", "role control");
        assertRefused(ask("DELETE", "/main", null), 403, "forbidden", "role control");
        assertThat(main().title()).contains("Hall");
    }

    @Test
    void controlChangesWhatItNames() throws Exception {
        HttpResponse<String> answer = ask(
                "POST",
                "/main",
                "{\"title\":null,\"maxDelay\":250.5,\"members\":[{\"display\":\"left\",\"x\":0,\"y\":0,\"width\":10,"
                        + "\"height\":20,\"turn\":90,\"position\":[1,2,-3],\"yaw\":0.5}]}");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains("\"lasts\":false", "\"maxDelay\":250.5");
        assertThat(main().title()).isEmpty();
        assertThat(main().members()).hasSize(1);
        assertThat(main().members().get(0).placement().orElseThrow().yaw()).isCloseTo(0.5, within(1e-9));
        assertThat(main().width()).isEqualTo(4000);
        assertThat(configurations.get(MAIN)).containsEntry("file", "x.cfg").doesNotContainKey("title");
        assertThat((String[]) configurations.get(MAIN).get("members"))
                .containsExactly("left x=0 y=0 width=10 height=20 turn=90 position=1,2,-3 yaw=28.647889757 pitch=0");
    }

    @Test
    void pictureIsNoConfiguration() throws Exception {
        assertThat(ask("POST", "/main", "{\"picture\":\"calibration\"}").statusCode())
                .isEqualTo(200);
        assertThat(main().picture()).contains(Picture.CALIBRATION);
        assertThat(configurations.get(MAIN)).doesNotContainKey("picture");
        assertThat(first(ask("GET", "", null))).containsEntry("picture", "calibration");

        assertThat(ask("POST", "/main", "{\"picture\":null}").statusCode()).isEqualTo(200);
        assertThat(main().picture()).isEmpty();
        assertRefused(
                ask("POST", "/main", "{\"picture\":\"x\"}"),
                400,
                "invalid",
                "picture must be one of calibration, identify");
    }

    @Test
    void wallsAreMadeAndRemoved() throws Exception {
        HttpResponse<String> answer = ask("PUT", "/side", "{\"width\":100,\"height\":50,\"unit\":\"px\"}");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains("\"lasts\":true");
        assertThat(keeper.wall("side").orElseThrow().wall().width()).isEqualTo(100);
        assertRefused(ask("PUT", "/side", "{\"width\":100,\"height\":50}"), 409, "conflict", "already");
        assertThat(ask("DELETE", "/side", null).statusCode()).isEqualTo(200);
        assertThat(keeper.wall("side")).isEmpty();
        assertThat(configurations).containsOnlyKeys(MAIN);
        assertRefused(ask("DELETE", "/side", null), 404, "not-found", "there is no wall");
        assertRefused(ask("POST", "/side", "{}"), 404, "not-found", "there is no wall");

        configurations.put(WallDeclaration.FACTORY_PID + "~broken", Map.of("width", "wide"));
        assertRefused(ask("PUT", "/broken", "{\"width\":1,\"height\":1}"), 409, "conflict", "delete it before");
        assertThat(ask("DELETE", "/broken", null).statusCode()).isEqualTo(200);
        assertThat(configurations).containsOnlyKeys(MAIN);
    }

    @Test
    void whatIsWrongIsNamed() throws Exception {
        assertRefused(ask("POST", "/main", "{\"width\":0}"), 400, "invalid", "width must be above 0, not 0.0");
        assertRefused(ask("POST", "/main", "{\"width\":null}"), 400, "invalid", "width is required");
        assertRefused(ask("POST", "/main", "{\"wdith\":1}"), 400, "invalid", "wdith must be one of title, camera");
        assertRefused(
                ask("POST", "/main", "{\"members\":[{\"display\":\"a\",\"x\":0,\"y\":0,\"width\":1}]}"),
                400,
                "invalid",
                "\"field\":\"members[0].height\"");
        assertRefused(ask("POST", "/main", "{\"title\":\"$[env:SECRET]\"}"), 400, "invalid", "placeholder");
        assertRefused(ask("POST", "/main", "{\"title\":\"a\\u0007\"}"), 400, "invalid", "control characters");
        assertRefused(ask("POST", "/main", "["), 400, "invalid", "JSON object");
        assertRefused(ask("POST", "/main", "{\"a\":1"), 400, "invalid", "well-formed");
        assertRefused(ask("POST", "", "{}"), 405, "invalid", "GET, HEAD");
        assertRefused(ask("PUT", "/a%20b", "{\"width\":1,\"height\":1}"), 400, "invalid", "A-Z a-z 0-9");
        assertRefused(
                ask(
                        "PUT",
                        "/side",
                        "{\"width\":1,\"height\":1,\"members\":[{\"display\":\"left\",\"x\":0,\"y\":0,\"width\":1,"
                                + "\"height\":1}]}"),
                400,
                "invalid",
                "must be no member of the wall main");
        assertRefused(
                ask("POST", "/main", "{\"title\":\"" + "x".repeat(WallsServlet.MAX_BODY) + "\"}"),
                413,
                "invalid",
                "bytes");
        assertThat(main().title()).contains("Hall");
    }

    @Test
    void refusalOfTheGateIsTold() throws Exception {
        decision = new Decision.Refuse(401, Map.of("WWW-Authenticate", "Bearer"), "no key");

        assertRefused(ask("GET", "", null), 401, "unauthorized", "no key");
    }
}
