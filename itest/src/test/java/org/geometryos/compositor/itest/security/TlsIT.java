package org.geometryos.compositor.itest.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.geometryos.compositor.itest.Waiting;
import org.geometryos.compositor.itest.outside.CameraStream;
import org.geometryos.compositor.itest.outside.DistributionProcess;
import org.geometryos.compositor.itest.outside.Json;
import org.geometryos.compositor.testkit.FreePort;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The distribution with TLS, as its README says how: a PKCS12 file, its password among the secrets, displays at
 * {@code wss://}.
 */
@Tag("long")
class TlsIT {
    private static final String PASSWORD = "a-password-of-this-test";
    private static final Duration LIMIT = Duration.ofSeconds(30);
    /** One request: what was taken up by a service that stops may never be answered. */
    private static final Duration ATTEMPT = Duration.ofSeconds(5);

    private static final String HTTP = "org.apache.felix.http";

    private static DistributionProcess distribution;
    private static HttpClient client;
    private static Path store;
    private static int port;

    @BeforeAll
    static void startTheDistributionWithTls() throws Exception {
        distribution = DistributionProcess.fresh("tls");
        store = distribution.conf().resolveSibling("key.p12").toAbsolutePath();
        run(
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
                store.toString(),
                "-storepass",
                PASSWORD);
        Path secrets = Files.createDirectories(distribution.conf().resolve("secrets"));
        Files.writeString(secrets.resolve("keystore-password"), PASSWORD);
        port = FreePort.next();
        distribution.configure("org.geometryos.compositor.http.guard", "headerSeconds = 3");
        distribution.configure("org.geometryos.compositor.connections", "heartbeatInterval = 500");
        http(60_000);
        distribution.start();

        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray()));
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        client = HttpClient.newBuilder()
                .sslContext(context)
                .connectTimeout(LIMIT)
                .build();
        Waiting.until(LIMIT, () -> "an answer over TLS; it printed:\n" + distribution.log(), () -> {
            try {
                return status() == 200;
            } catch (IOException notYet) {
                return false;
            }
        });
        CameraStream.awaitBoth(distribution.port());
        Waiting.until(
                LIMIT,
                () -> "what HTTPS is in the log; it printed:\n" + distribution.log(),
                () -> distribution.log().contains("shows the certificate of CN=localhost, good until ")
                        && distribution.log().contains("https://localhost:" + port + "/ is up"));
    }

    @AfterAll
    static void stopTheDistributionWhoseLogHoldsNoPassword() throws Exception {
        distribution.close();
        assertFalse(distribution.log().contains(PASSWORD), "the password stands in the log");
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), printed);
    }

    /** The file that an operator writes. */
    private static void http(int timeout) throws IOException {
        distribution.configure(
                HTTP,
                "org.apache.felix.https.enable = true",
                "org.osgi.service.http.port.secure = " + port,
                "org.apache.felix.https.keystore = " + store,
                "org.apache.felix.https.keystore.type = PKCS12",
                "org.apache.felix.https.keystore.password = $[secret:keystore-password]",
                "org.apache.felix.http.timeout = " + timeout);
    }

    private static int status() throws IOException, InterruptedException {
        return client.send(
                        HttpRequest.newBuilder(URI.create("https://localhost:" + port + "/compositor/status"))
                                .timeout(ATTEMPT)
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    /** A display over TLS that reads only while it is allowed to. */
    private static final class Display implements WebSocket.Listener {
        private final BlockingQueue<JsonNode> messages = new LinkedBlockingQueue<>();
        private final StringBuilder text = new StringBuilder();
        private final CompletableFuture<Integer> closed = new CompletableFuture<>();
        private final WebSocket socket;
        private boolean paused;
        private boolean owed;

        Display(String name) throws Exception {
            socket = client.newWebSocketBuilder()
                    .subprotocols("compositor.v1.json")
                    .connectTimeout(LIMIT)
                    .buildAsync(URI.create("wss://localhost:" + port + "/compositor"), this)
                    .get(30, TimeUnit.SECONDS);
            send(CameraStream.hello(name));
            await("welcome");
        }

        void send(String message) {
            socket.sendText(message, true).join();
        }

        /** The next message of a type; those before it are skipped. */
        JsonNode await(String type) throws InterruptedException {
            long end = System.nanoTime() + LIMIT.toNanos();
            JsonNode message = next();
            while (!Json.type(message).equals(type)) {
                assertTrue(System.nanoTime() - end < 0, () -> "no " + type + " for " + LIMIT);
                message = next();
            }
            return message;
        }

        JsonNode next() throws InterruptedException {
            JsonNode message = messages.poll(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            assertTrue(message != null, () -> "no message for " + LIMIT + "; closed: " + closed);
            return message;
        }

        synchronized void pause() {
            paused = true;
        }

        synchronized void goOn() {
            paused = false;
            if (owed) {
                owed = false;
                socket.request(1);
            }
        }

        @Override
        public synchronized CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                messages.add(Json.read(text.toString()));
                text.setLength(0);
            }
            if (paused) {
                owed = true;
            } else {
                from.request(1);
            }
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            closed.complete(code);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            closed.completeExceptionally(error);
        }

        void bye() throws Exception {
            send("{\"type\":\"bye\"}");
            assertEquals(1000, closed.get(30, TimeUnit.SECONDS));
        }
    }

    // ----

    @Test
    void displayOfEveryUpdateMissesNoneEvenAfterItDidNotReadForAWhile() throws Exception {
        Display display = new Display("every");
        display.send("{\"type\":\"subscribe\",\"id\":1,\"cameras\":[\"*\"],\"scene\":true,\"presence\":true,"
                + "\"delivery\":\"every\"}");
        long head = display.await("snapshot").path("seq").asLong();
        long read = count(display, 200, head, head);
        display.pause();
        // another display shows how time passes
        Display other = new Display("beside");
        other.send(CameraStream.SUBSCRIBE);
        for (int i = 0; i < 10; i++) {
            other.await("heartbeat");
        }
        other.bye();
        display.goOn();
        count(display, 1_000, read, head);
        display.bye();
    }

    /**
     * Takes so many updates of cameras, and checks that the display, which wants all there is, gets each number of the
     * sequence and is told so.
     *
     * @param seq the number of the last one before
     * @param start the number its account begins behind
     * @return the last number
     */
    private static long count(Display display, int updates, long seq, long start) throws InterruptedException {
        long last = seq;
        for (int left = updates; left > 0; ) {
            JsonNode message = display.next();
            switch (Json.type(message)) {
                case "camera", "camera-removed", "control", "scene", "display" -> {
                    last++;
                    assertEquals(last, message.path("seq").asLong(), message::toString);
                    if (Json.type(message).equals("camera")) {
                        left--;
                    }
                }
                case "heartbeat" -> {
                    assertEquals(0, message.path("superseded").asLong(), message::toString);
                    assertEquals(0, message.path("refused").asLong(), message::toString);
                    assertEquals(last - start, message.path("delivered").asLong(), message::toString);
                }
                default -> assertEquals("ack", Json.type(message), message::toString);
            }
        }
        return last;
    }

    @Test
    void displayOfTheNewestStateThatDidNotReadGoesOnWithTheNewest() throws Exception {
        Display slow = new Display("latest");
        slow.send(CameraStream.SUBSCRIBE);
        slow.await("snapshot");
        slow.await("camera");
        slow.pause();
        Display other = new Display("at-once");
        other.send(CameraStream.SUBSCRIBE);
        for (int i = 0; i < 10; i++) {
            other.await("heartbeat");
        }
        long newest = other.await("camera").path("seq").asLong();
        other.bye();
        slow.goOn();
        int older = 0;
        while (slow.await("camera").path("seq").asLong() < newest) {
            older++;
        }
        assertTrue(older < 300, "older updates before the newest: " + older);
        Waiting.until(
                LIMIT,
                "an account with superseded updates",
                () -> slow.await("heartbeat").path("superseded").asLong() > 0);
        slow.bye();
    }

    @Test
    void longMessagesArriveInBothDirections() throws Exception {
        Display driver = new Display("driver");
        driver.send("{\"type\":\"ping\",\"id\":\"long\",\"t0\":1,\"pad\":\"" + "x".repeat(60_000) + "\"}");
        assertEquals("long", driver.await("pong").path("id").asText());
        int cameras = 300;
        for (int i = 0; i < cameras; i++) {
            driver.send("{\"type\":\"camera\",\"id\":" + i + ",\"camera\":\"" + "long-name-".repeat(6) + i
                    + "\",\"view\":{\"kind\":\"2d\",\"center\":[0.1,0.2],\"zoom\":1,\"rotation\":0}}");
        }
        for (int i = 0; i < cameras; i++) {
            assertEquals(i, driver.await("ack").path("id").asInt());
        }
        for (int i = 0; i < 5; i++) {
            Display display = new Display("long-" + i);
            display.send(CameraStream.SUBSCRIBE);
            JsonNode snapshot = display.await("snapshot");
            assertTrue(
                    snapshot.path("cameras").size() >= cameras,
                    "cameras in the snapshot: " + snapshot.path("cameras").size());
            display.bye();
        }
        driver.bye();
    }

    @Test
    void messageThatIsTooLongEndsWithItsCode() throws Exception {
        Display display = new Display("too-long");
        display.send("{\"type\":\"ping\",\"t0\":1,\"pad\":\"" + "x".repeat(70_000) + "\"}");
        assertEquals(1009, display.closed.get(30, TimeUnit.SECONDS));
    }

    @Test
    void displaysHearThatTheHttpServiceRestartsAndComeBack() throws Exception {
        Display display = new Display("restarted");
        display.send(CameraStream.SUBSCRIBE);
        display.await("camera");
        http(61_000 + (int) (System.nanoTime() % 1_000));
        JsonNode goodbye = display.await("goodbye");
        assertEquals(1012, goodbye.path("code").asInt(), goodbye::toString);
        assertEquals(1012, display.closed.get(30, TimeUnit.SECONDS));
        Waiting.until(LIMIT, "an answer after the restart", () -> {
            try {
                return status() == 200;
            } catch (IOException notYet) {
                return false;
            }
        });
        Display again = new Display("restarted");
        again.bye();
        // the limit holds after the restart, too
        tlsHandshakeThatComesToNoEndIsCut();
    }

    @Test
    void tlsHandshakeThatComesToNoEndIsCut() throws Exception {
        try (Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), port)) {
            // the head of a record of 512 bytes, and then a byte at a time
            socket.getOutputStream().write(new byte[] {22, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3});
            Waiting.until(LIMIT, "the end of a TLS handshake that comes to none", () -> {
                try {
                    socket.getOutputStream().write(7);
                    return false;
                } catch (IOException cut) {
                    return true;
                }
            });
        }
    }
}
