package org.geometryos.compositor.itest.attack;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import org.geometryos.compositor.itest.outside.DistributionProcess;

/**
 * The distribution that is attacked, with a key of each role. By default its heap is small, so that some hundred
 * hostile connections do what tens of thousands do to a large one; with {@code -Dattack.connections=16384} it is as it
 * is delivered.
 */
final class Host implements AutoCloseable {
    /** Hostile connections of each kind. */
    static final int CONNECTIONS = Integer.getInteger("attack.connections", 400);
    /** How long each attack lasts once all hostile connections were there. */
    static final Duration DURATION = Duration.ofSeconds(Integer.getInteger("attack.seconds", 3));
    /** Whether it is the long run, at full size. */
    static final boolean FULL = CONNECTIONS >= 10_000;

    private static final String SMALL_HEAP = "-Xmx112m -XX:MaxDirectMemorySize=112m";
    private static final String PREFIX = "org.geometryos.compositor.";

    private final DistributionProcess process;
    private final HttpClient http = HttpClient.newHttpClient();

    /** @param configuration lines by the last part of a PID */
    Host(String name, Map<String, List<String>> configuration) throws IOException {
        process = DistributionProcess.fresh("attack-" + name);
        if (!FULL) {
            process.environment("JAVA_OPTS", SMALL_HEAP);
        }
        for (String role : List.of("view", "control", "admin")) {
            process.configure(PREFIX + "endpoint.key~" + role, "role = " + role, "key = " + key(role));
        }
        for (Map.Entry<String, List<String>> each : configuration.entrySet()) {
            process.configure(PREFIX + each.getKey(), each.getValue().toArray(String[]::new));
        }
        process.start();
        Waiting.until(
                Duration.ofSeconds(60),
                "the keys",
                () -> status(null) == 401 && status("view") == 200 && status("control") == 200);
    }

    static String key(String role) {
        return "attack_" + role + "_0123456789abcdef";
    }

    int port() {
        return process.port();
    }

    /** What {@code /compositor/status} answers. @param role null: without a key */
    int status(String role) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://localhost:" + port() + "/compositor/status"))
                .timeout(Duration.ofSeconds(20));
        if (role != null) {
            request.header("Authorization", "Bearer " + key(role));
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    /** Bytes of memory that the process takes, as the kernel counts them. */
    long residentBytes() throws IOException {
        return Files.readAllLines(Path.of("/proc", String.valueOf(process.pid()), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .findFirst()
                .orElse(0);
    }

    String log() {
        return process.log();
    }

    Path data() {
        return process.data();
    }

    /** That nothing of it has run out of memory or broken. */
    void assertSound() {
        String log = process.log();
        assertFalse(log.contains("OutOfMemoryError"), () -> "it ran out of memory:\n" + tail(log));
        assertTrue(log.lines().noneMatch(line -> line.contains(" ERROR ")), () -> "it printed an error:\n" + tail(log));
    }

    private static String tail(String log) {
        return log.substring(Math.max(0, log.length() - 8_000));
    }

    @Override
    public void close() throws InterruptedException {
        process.close();
    }
}
