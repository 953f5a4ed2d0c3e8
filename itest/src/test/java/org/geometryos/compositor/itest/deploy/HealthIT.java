package org.geometryos.compositor.itest.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.itest.Waiting;
import org.geometryos.compositor.itest.outside.BundleFile;
import org.geometryos.compositor.itest.outside.DistributionProcess;
import org.geometryos.compositor.itest.outside.SmallBundle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Faults, one after the other: the health names each, and is well again by itself when it is gone. What is measured is
 * printed; it should be below 10 s.
 */
@Tag("long")
class HealthIT {
    private static final Duration LIMIT = Duration.ofSeconds(120);
    /** The HTTP service may take a request and start again without an answer to it. */
    private static final Duration REQUEST = Duration.ofSeconds(10);

    private static final String PREFIX = "org.geometryos.compositor.";
    private static final String PASSWORD = "open the sesame 17";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static DistributionProcess distribution;

    @BeforeAll
    static void start() throws IOException {
        distribution = DistributionProcess.copy("health").start();
        untilWell();
    }

    @AfterAll
    static void stop() throws InterruptedException {
        distribution.close();
    }

    private interface Step {
        void take() throws Exception;
    }

    private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create(distribution.http() + path))
                        .timeout(REQUEST)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** As it is told; empty while the HTTP service starts again. */
    private static String health() {
        try {
            return get("/compositor/health").body();
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void untilWell() {
        Waiting.until(
                LIMIT,
                () -> "a host that is well: " + health() + "\n" + distribution.log(),
                () -> health().startsWith("{\"status\":\"ok\""));
    }

    /** @param named what the health must say as long as the fault is there */
    private static void assertNamed(String fault, String named, Step inject, Step mend) throws Exception {
        long begin = System.nanoTime();
        inject.take();
        Waiting.until(
                LIMIT, () -> named + " in " + health() + "\n" + distribution.log(), () -> health().contains(named));
        long seen = System.nanoTime();
        mend.take();
        untilWell();
        System.out.printf(
                "%s: named after %d ms, well again after %d ms%n",
                fault,
                TimeUnit.NANOSECONDS.toMillis(seen - begin),
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - seen));
    }

    private static void assertNamedInConfiguration(String fault, String named, String pid, String... lines)
            throws Exception {
        assertNamed(fault, named, () -> distribution.configure(pid, lines), () -> distribution.unconfigure(pid));
    }

    @Test
    void aBundleThatIsMissing() throws Exception {
        Path jar = distribution.deploy().resolve("broadcast.jar");
        assertNamed(
                "bundle missing",
                "no bundle provides JournalListener, as org.geometryos.compositor.broadcast does",
                () -> BundleFile.deploy(
                        distribution,
                        BundleFile.empty(PREFIX + "broadcast", "99", Map.of(), jar.resolveSibling("broadcast.new")),
                        "broadcast.jar"),
                () -> {
                    // a real connection shows it, too
                    Waiting.until(
                            LIMIT,
                            HealthIT::health,
                            () -> health().contains("a connection of the host to itself is not served"));
                    assertEquals(503, get("/health/ready").statusCode());
                    assertEquals(200, get("/health/live").statusCode());
                    Files.delete(jar);
                });
        assertEquals(200, get("/health/ready").statusCode());
    }

    @Test
    void aDiskThatIsFull() throws Exception {
        assertNamedInConfiguration(
                "disk nearly full", "less than minFreeMiB (1000000000)", PREFIX + "observe", "minFreeMiB = 1000000000");
        Path obstacle = distribution.data().resolve(".health");
        assertNamed(
                "data folder takes nothing",
                "nothing can be written to the data folder",
                // between two trials, which leave nothing behind
                () -> Waiting.until(LIMIT, "a folder in the place of the trial", () -> made(obstacle)),
                () -> {
                    Files.delete(obstacle.resolve("full"));
                    Files.delete(obstacle);
                });
    }

    private static boolean made(Path folder) throws IOException {
        try {
            Files.createDirectories(folder.resolve("full"));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void aConfigurationThatIsWrong() throws Exception {
        assertNamedInConfiguration("wrong configuration", "maxCameras must be", PREFIX + "camera", "maxCameras = -1");
    }

    @Test
    void aTrackerThatIsAwayAndAPortThatIsTaken() throws Exception {
        ScheduledExecutorService tracker = Executors.newSingleThreadScheduledExecutor();
        String pid = PREFIX + "camera.tracking.freed~dome";
        int port;
        try (DatagramSocket socket = new DatagramSocket()) {
            DatagramSocket taken = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0));
            port = taken.getLocalPort();
            String[] lines = {"port = " + port, "bind = 127.0.0.1", "staleAfter = 1000"};
            byte[] packet = freeD();
            assertNamed("port of a tracker taken", "is failed: ", () -> distribution.configure(pid, lines), () -> {
                tracker.scheduleAtFixedRate(
                        () -> send(socket, new DatagramPacket(packet, packet.length, loopback(port))),
                        0,
                        20,
                        TimeUnit.MILLISECONDS);
                taken.close();
            });
        } finally {
            tracker.shutdownNow();
        }
        assertNamed("tracker away", "is stale: no packets come", () -> {}, () -> distribution.unconfigure(pid));
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private static void send(DatagramSocket socket, DatagramPacket packet) {
        try {
            socket.send(packet);
        } catch (IOException e) {
            // nobody listens yet
        }
    }

    /** A FreeD packet D1 of camera 1 that stands at the origin. */
    private static byte[] freeD() {
        byte[] packet = new byte[29];
        packet[0] = (byte) 0xd1;
        packet[1] = 1;
        int sum = 0;
        for (int i = 0; i < 28; i++) {
            sum += packet[i] & 0xff;
        }
        packet[28] = (byte) (0x40 - sum);
        return packet;
    }

    @Test
    void aThreadThatIsDead() throws Exception {
        Path jar = distribution.deploy().resolve("walker.jar");
        assertNamed(
                "thread dead",
                "thread compositor-walker of walker 1.0.0 has ended by java.lang.IllegalStateException: a stone",
                () -> SmallBundle.deploy(distribution, "walker", StumblingBundle.class),
                () -> {
                    Files.delete(jar);
                    SmallBundle.deploy(distribution, "walker", WalkingBundle.class);
                });
        Files.delete(jar);
    }

    @Test
    void aCertificateThatHasExpiredAPasswordThatIsWrongAndAPortThatIsTaken() throws Exception {
        Path store = distribution.conf().resolve("key.p12");
        Path secret =
                Files.createDirectories(distribution.conf().resolve("secrets")).resolve("keystore-password");
        Files.writeString(secret, PASSWORD);
        ServerSocket taken = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        String[] lines = {
            "org.apache.felix.https.enable = true",
            "org.osgi.service.http.port.secure = " + taken.getLocalPort(),
            "org.apache.felix.https.keystore = " + store,
            "org.apache.felix.https.keystore.type = PKCS12",
            "org.apache.felix.https.keystore.password = $[secret:keystore-password]"
        };
        makeStore(store, "-startdate", "-30d", "-validity", "90");
        assertNamed(
                "port of HTTPS taken",
                "https://localhost:" + taken.getLocalPort() + "/ does not answer: port " + taken.getLocalPort()
                        + " is taken by another program",
                () -> distribution.configure("org.apache.felix.http", lines),
                taken::close);
        assertNamed(
                "certificate expired",
                "the certificate of HTTPS has expired",
                () -> makeStore(store, "-startdate", "-30d", "-validity", "10"),
                () -> makeStore(store, "-startdate", "-30d", "-validity", "90"));
        assertNamed(
                "certificate ends soon",
                "the certificate of HTTPS ends in 1",
                () -> makeStore(store, "-startdate", "-30d", "-validity", "42"),
                () -> makeStore(store, "-startdate", "-30d", "-validity", "90"));
        assertNamed(
                "keystore password wrong",
                "wrong org.apache.felix.https.keystore.password",
                () -> Files.writeString(secret, "not the sesame 99"),
                () -> Files.writeString(secret, PASSWORD));
        distribution.unconfigure("org.apache.felix.http");
        untilWell();
        assertTrue(!health().contains("sesame"));
    }

    private static void makeStore(Path store, String... more) throws Exception {
        Path made = store.resolveSibling("made.p12");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "compositor",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=dns:localhost,ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                made.toString(),
                "-storepass",
                PASSWORD));
        command.addAll(List.of(more));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), printed);
        Files.move(made, store, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
