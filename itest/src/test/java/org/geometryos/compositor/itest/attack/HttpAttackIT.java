package org.geometryos.compositor.itest.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.geometryos.compositor.itest.Stalls;
import org.geometryos.compositor.itest.Waiting;
import org.junit.jupiter.api.Test;

/**
 * Attacks by HTTP alone, from one address. An innocent display is measured beside; whoever wants a model comes from
 * another address, with another key.
 */
class HttpAttackIT {
    /** More than there are answers on their way at a time. */
    private static final int READERS = Host.FULL ? 4_096 : 600;
    /** Connections that are no WebSocket, as configured; fewer in the short run. */
    private static final int HTTP_CONNECTIONS = Host.FULL ? 2_000 : 200;

    private static final int IDLE = Host.FULL ? Host.CONNECTIONS : 2 * HTTP_CONNECTIONS;
    private static final long PONG = Host.FULL ? 1_000 : 5_000;
    private static final int MODEL = 8 << 20;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** Of each kind of line 200 come at once, 2,000 characters each. */
    private static final long LOG_BYTES = 8_000_000;

    private static final int LONG = 3_900;
    private static final String ATTACKER = "127.0.0.1";
    private static final String OTHER = "127.0.0.9";

    private interface Attack {
        /** @param sockets are closed at its end */
        void on(Deque<Socket> sockets) throws Exception;
    }

    /** Attacks, and looks whether the innocent display noticed. */
    private static void attack(String name, Host host, Attack attack) throws Exception {
        Deque<Socket> sockets = new ArrayDeque<>();
        try (Stage stage = new Stage(host.port());
                Innocent innocent = new Innocent(host.port(), "view", "innocent");
                Stalls stalls = new Stalls()) {
            innocent.await(30);
            innocent.reset();
            attack.on(sockets);
            innocent.await(30);
            System.out.println(name + ": innocent: " + innocent + "; machine stalled " + stalls.millis()
                    + " ms; resident " + (host.residentBytes() >> 20) + " MiB");
            assertNull(innocent.ended(), "the innocent display was closed");
            assertNull(stage.ended(), "the operator was closed");
            assertTrue(
                    innocent.worstPong() <= PONG + stalls.millis(),
                    () -> innocent + "; the machine stalled " + stalls.millis() + " ms");
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
        host.assertSound();
    }

    private static Socket connect(Host host, String from, int receiveBuffer) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(receiveBuffer);
        socket.setSoTimeout((int) LIMIT.toMillis());
        socket.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
        socket.connect(new InetSocketAddress("127.0.0.1", host.port()));
        return socket;
    }

    private static void send(Socket socket, String request) throws IOException {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Comes and asks; may be closed at any moment, as one too many. */
    private static Socket hostile(Host host, String request) throws IOException {
        Socket socket = connect(host, ATTACKER, 4_096);
        try {
            send(socket, request);
        } catch (IOException closed) {
            // it was one too many
        }
        return socket;
    }

    private static String get(String path, String... headers) {
        return "GET " + path + " HTTP/1.1\r\n" + String.join("\r\n", headers) + "\r\n\r\n";
    }

    private static String key(String role) {
        return "Authorization: Bearer " + Host.key(role);
    }

    /** What one who reads gets, from another address than the attacker's. */
    private static byte[] answer(Host host, String path) throws IOException {
        try (Socket socket = connect(host, OTHER, 1 << 16)) {
            send(socket, get(path, "Host: localhost", "Connection: close", key("control")));
            return socket.getInputStream().readAllBytes();
        }
    }

    private static int status(byte[] answer) {
        String line = new String(answer, 0, Math.min(answer.length, 20), StandardCharsets.ISO_8859_1);
        return line.startsWith("HTTP/1.1 ") ? Integer.parseInt(line.substring(9, 12)) : 0;
    }

    /** A model of one buffer that nothing refers to. */
    private static byte[] model() {
        byte[] json = ("{\"asset\":{\"version\":\"2.0\"},\"buffers\":[{\"byteLength\":" + MODEL + "}]}")
                .getBytes(StandardCharsets.US_ASCII);
        int padded = (json.length + 3) / 4 * 4;
        ByteBuffer glb = ByteBuffer.allocate(12 + 8 + padded + 8 + MODEL).order(ByteOrder.LITTLE_ENDIAN);
        glb.putInt(0x46546c67)
                .putInt(2)
                .putInt(glb.capacity())
                .putInt(padded)
                .putInt(0x4e4f534a)
                .put(json);
        while (glb.position() < 20 + padded) {
            glb.put((byte) ' ');
        }
        return glb.putInt(MODEL).putInt(0x004e4942).array();
    }

    @Test
    void readersThatDoNotReadKeepNobodyFromModelsAndPages() throws Exception {
        try (Host host = new Host("readers", Map.of())) {
            Path folder = Files.createDirectories(host.data().resolve("models"));
            Path part = Files.write(host.data().resolve("large.part"), model());
            Files.move(part, folder.resolve("large.glb"));
            Waiting.until(LIMIT, "the model", () -> status(answer(host, "/models/large.glb")) == 200);
            List<String> paths = List.of(
                    "/models/large.glb",
                    "/models/large.glb",
                    "/compositor-client.js",
                    "/compositor/settings/schema.json");
            attack("readers", host, sockets -> {
                for (int i = 0; i < READERS; i++) {
                    sockets.add(hostile(host, get(paths.get(i % paths.size()), "Host: localhost", key("view"))));
                }
                for (int i = 0; i < 3; i++) {
                    byte[] got = answer(host, "/models/large.glb");
                    assertEquals(200, status(got));
                    assertTrue(got.length > MODEL, () -> "it ended after " + got.length + " bytes");
                    assertEquals(200, status(answer(host, "/")));
                    assertEquals(200, status(answer(host, "/compositor-client.js")));
                    assertEquals(200, status(answer(host, "/compositor/settings/schema.json")));
                }
            });
        }
    }

    /** Text of the client's in all places where somebody may think of logging it. */
    private static List<String> talkative() {
        String words = "x".repeat(LONG);
        String upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                + "AAAAAAAAAAAAAAAAAAAAAA==";
        List<String> requests = new ArrayList<>(List.of(
                get("/", "Host: " + "%".repeat(LONG)),
                get("/", "Host: [" + "1".repeat(LONG) + "]"),
                get("/" + "%".repeat(LONG), "Host: localhost"),
                get("/..;" + words + "/../%2e%2e/", "Host: localhost"),
                get("/models/" + words + ".glb", "Host: localhost", key("view")),
                get("/", "Host: localhost", "(" + words + "): x"),
                get("/", "Host: localhost", "Content-Length: " + "9".repeat(LONG)),
                get("/", "Host: localhost", "Transfer-Encoding: " + words),
                words + " / HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET / " + words + "\r\nHost: localhost\r\n\r\n"));
        for (String header : List.of(
                "Origin: http://",
                "Authorization: Bearer ",
                "Sec-WebSocket-Protocol: ",
                "Sec-WebSocket-Extensions: ",
                "User-Agent: ",
                "Forwarded: for=")) {
            requests.add(get("/compositor", "Host: localhost", upgrade, header + words));
        }
        return requests;
    }

    @Test
    void whatClientsSayDoesNotFillTheDisk() throws Exception {
        try (Host host = new Host("talkative", Map.of())) {
            attack("talkative", host, sockets -> {
                List<String> requests = talkative();
                long end = System.nanoTime() + Host.DURATION.toNanos();
                int sent = 0;
                for (; System.nanoTime() < end; sent++) {
                    try (Socket socket = connect(host, ATTACKER, 1 << 16)) {
                        send(socket, requests.get(sent % requests.size()));
                        int answered = status(socket.getInputStream().readNBytes(64));
                        assertTrue(answered >= 101, () -> "answered with status " + answered);
                    }
                }
                long logged = bytes(host.data().resolve("log"));
                System.out.println("talkative: " + sent + " requests, " + logged + " bytes of log files, "
                        + host.log().length() + " of output");
                assertTrue(logged < LOG_BYTES, () -> "the log has " + logged + " bytes");
                assertTrue(
                        host.log().length() < LOG_BYTES,
                        () -> "it printed " + host.log().length() + " characters");
            });
        }
    }

    private static long bytes(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        }
    }

    @Test
    void connectionsThatAreIdleKeepNoDisplayOut() throws Exception {
        try (Host host = new Host("idle", Map.of("http.guard", List.of("httpConnections = " + HTTP_CONNECTIONS)))) {
            attack("idle", host, sockets -> {
                for (int i = 0; i < IDLE; i++) {
                    // some ask, and some do not even that
                    sockets.add(hostile(
                            host,
                            i % 2 == 0 ? get("/compositor/status", "Host: localhost") : i % 4 == 1 ? "GET / HT" : ""));
                }
                try (Innocent another = new Innocent(host.port(), "view", "another")) {
                    another.await(10);
                }
                Waiting.until(LIMIT, "the oldest is closed", () -> ended(sockets.getFirst()));
                assertEquals(200, status(answer(host, "/")));
            });
        }
    }

    private static boolean ended(Socket socket) throws IOException {
        socket.setSoTimeout(100);
        try {
            while (socket.getInputStream().read() >= 0) {
                // its answer
            }
            return true;
        } catch (SocketTimeoutException open) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }
}
