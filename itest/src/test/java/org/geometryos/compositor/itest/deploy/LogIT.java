package org.geometryos.compositor.itest.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import org.geometryos.compositor.itest.Waiting;
import org.geometryos.compositor.itest.outside.CameraStream;
import org.geometryos.compositor.itest.outside.DistributionProcess;
import org.geometryos.compositor.itest.outside.RawClient;
import org.geometryos.compositor.itest.outside.SmallBundle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** What an operator reads in the log: one line for each change, and one for each plug-in that fails. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LogIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String SECRET = "cb_log_0123456789abcdef0123";

    private static DistributionProcess distribution;

    @BeforeAll
    static void start() throws Exception {
        distribution = DistributionProcess.copy("log");
        distribution.start();
        CameraStream.awaitBoth(distribution.port());
    }

    @AfterAll
    static void stop() throws Exception {
        distribution.close();
    }

    private static List<String> lines(String... parts) {
        return distribution
                .log()
                .lines()
                .filter(line -> List.of(parts).stream().allMatch(line::contains))
                .toList();
    }

    private static void awaitLine(String... parts) {
        Waiting.until(
                LIMIT,
                () -> "the line " + List.of(parts) + "; it printed:\n" + distribution.log(),
                () -> !lines(parts).isEmpty());
    }

    private static void get(String path) throws IOException, InterruptedException {
        HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(distribution.http() + path))
                                .timeout(LIMIT)
                                .build(),
                        HttpResponse.BodyHandlers.discarding());
    }

    @Test
    @Order(1)
    void plugInThatFailsIsALineWithItsNameAndHarmsNobodyElse() throws Exception {
        Path jar = SmallBundle.deploy(distribution, "acme.faulty", FaultyPlugIns.class, FaultyPlugIns.IMPORTS);
        awaitLine("INFO", "deploy/acme.faulty.jar", "acme.faulty 1.0.0 runs");
        // a display comes all the same, and has a stream
        RawClient.display(distribution.port(), "unharmed").close();
        CameraStream.awaitBoth(distribution.port());
        get("/metrics");
        get("/compositor/health");
        String name = FaultyPlugIns.class.getName() + " of acme.faulty 1.0.0";
        for (String fault : List.of(
                "source \"faulty\" (" + name + ") failed when it was connected: "
                        + "java.lang.IllegalStateException: fault in connected",
                "the health of source \"faulty\" (" + name + ") failed: "
                        + "java.lang.IllegalStateException: fault in health",
                "a listener of the journal (" + name + ") failed: java.lang.IllegalStateException: fault in appended",
                "a listener of connections (" + name
                        + ") failed: java.lang.IllegalStateException: fault in opened session",
                "a listener of connections (" + name
                        + ") failed: java.lang.IllegalStateException: fault in opened link",
                "what limits the number of sockets (" + name + ") failed: "
                        + "java.lang.IllegalStateException: fault in roomForDisplay",
                "a meter (" + name + ") failed: java.lang.IllegalStateException: fault in read",
                "faulty (" + name + "): what is there is not served: it cannot be read: "
                        + "IllegalStateException fault in files",
                "the health of part \"faulty part\" (acme.faulty 1.0.0) failed: "
                        + "java.lang.IllegalStateException: fault in part")) {
            awaitLine("WARN", fault);
        }
        assertFalse(distribution.log().contains("\tat "), "there is a stack trace");
        Files.delete(jar);
        awaitLine("WARN", "source \"faulty\" (" + name + ") failed when it was disconnected: ");
        awaitLine("INFO", "deploy/acme.faulty.jar", "is uninstalled");
    }

    /** Last, as it has a key for a moment. */
    @Test
    @Order(2)
    void configurationThatChangesIsALineWithItsKeysAndNoValue() throws Exception {
        String pid = "org.geometryos.compositor.camera";
        distribution.configure(pid, "leaseMillis = 4000", "maxCameras = 77");
        awaitLine("INFO", "configuration " + pid + ": set leaseMillis, maxCameras");
        distribution.configure(pid, "leaseMillis = 4001", "holdLimit = 500000");
        awaitLine("INFO", "configuration " + pid + ": set holdLimit; changed leaseMillis; removed maxCameras");
        distribution.unconfigure(pid);
        awaitLine("INFO", "configuration " + pid);
        distribution.configure("org.geometryos.compositor.endpoint.key~guest", "role = view", "key = " + SECRET);
        awaitLine("INFO", "configuration org.geometryos.compositor.endpoint.key~guest: set key, role");
        distribution.unconfigure("org.geometryos.compositor.endpoint.key~guest");
        awaitLine("INFO", "configuration org.geometryos.compositor.endpoint.key~guest is deleted");
        assertEquals(1, lines("endpoint.key~guest: set").size(), distribution::log);
        assertFalse(distribution.log().contains(SECRET), "the key stands in the log");
        assertTrue(
                lines("configuration org.geometryos.compositor.endpoint.key~guest")
                                .size()
                        <= 2,
                distribution::log);
    }
}
