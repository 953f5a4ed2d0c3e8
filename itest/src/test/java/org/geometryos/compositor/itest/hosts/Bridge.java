package org.geometryos.compositor.itest.hosts;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.geometryos.compositor.itest.Waiting;
import org.geometryos.compositor.itest.framework.Host;
import org.geometryos.compositor.itest.outside.CameraStream;
import org.geometryos.compositor.itest.outside.Json;
import org.geometryos.compositor.itest.outside.RawClient;

/** What displays see of a bridge in whatever container. */
record Bridge(int port, Supplier<String> log) {
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final int EVERY = 5;
    private static final int LATEST = 5;

    /** Something an operator does. */
    interface Act {
        void run() throws Exception;
    }

    /** Waits until displays are taken, and both cameras of the demo stream. */
    void awaitStream() {
        Waiting.until(
                LIMIT, () -> "a stream of both cameras; it logged:\n" + log.get(), () -> status() == 200 && streams());
    }

    /**
     * A container that still starts may restart its HTTP service: a display that is closed then comes back. It may also
     * install one feature after the other, so that a camera comes long after the first display is taken.
     */
    private boolean streams() {
        try {
            CameraStream.awaitBoth(port);
            return true;
        } catch (IOException | AssertionError notYet) {
            return false;
        }
    }

    private int status() throws InterruptedException {
        try {
            return get("/compositor/status").statusCode();
        } catch (IOException notYet) {
            return 0;
        }
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .timeout(Duration.ofSeconds(10))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    /** What it says of its health. */
    String health() throws IOException, InterruptedException {
        return get("/compositor/health").body();
    }

    /** Waits until a bundle runs in this version, as the health of the host has it. */
    void awaitVersion(String bundle, String version) {
        Waiting.until(LIMIT, () -> bundle + " " + version + "; it logged:\n" + log.get(), () -> {
            for (JsonNode each : Json.read(health()).path("bundles")) {
                if (each.path("bundle").asText().equals(bundle)
                        && each.path("version").asText().equals(version)) {
                    return each.path("state").asText().equals("active");
                }
            }
            return false;
        });
    }

    /** Where a bundle comes from, as the health has it. */
    String origin(String bundle) throws Exception {
        for (JsonNode each : Json.read(health()).path("bundles")) {
            if (each.path("bundle").asText().equals(bundle)) {
                return each.path("from").asText();
            }
        }
        return "(absent)";
    }

    /**
     * Replaces a bundle whose sockets stay while displays watch: those of {@code every} miss nothing and get nothing
     * twice, and no socket closes.
     */
    void replace(Act replacement) throws Exception {
        try (Host.Crowd crowd = Host.crowd(port, EVERY, LATEST)) {
            crowd.ask("mark");
            replacement.run();
            long level = number(crowd, "highest");
            Waiting.until(
                    LIMIT,
                    () -> "updates after it: " + report(crowd) + "; it logged:\n" + log.get(),
                    () -> number(crowd, "lowest") > level);
            Map<String, String> flaws = new TreeMap<>(crowd.report());
            flaws.keySet().retainAll(List.of("missing", "doubled", "disorder", "gaps", "closes"));
            flaws.values().removeIf("0"::equals);
            assertEquals(Map.of(), flaws, () -> report(crowd) + "; it logged:\n" + log.get());
        }
    }

    private static long number(Host.Crowd crowd, String name) throws IOException {
        return Long.parseLong(crowd.report().get(name));
    }

    private static String report(Host.Crowd crowd) {
        try {
            return crowd.report().toString();
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Waits until a display is welcomed with this resume window. */
    void awaitResumeWindow(int millis) {
        Waiting.until(
                LIMIT,
                () -> "a resume window of " + millis + " ms; it logged:\n" + log.get(),
                () -> resumeWindow() == millis);
    }

    private int resumeWindow() throws IOException {
        try (RawClient client = RawClient.connect(port, "compositor.v1.json")) {
            client.send("{\"type\":\"hello\",\"connection\":\"once\"}");
            int window =
                    client.await("welcome").path("limits").path("resumeWindow").asInt();
            client.send("{\"type\":\"bye\"}");
            client.awaitClose();
            return window;
        }
    }
}
