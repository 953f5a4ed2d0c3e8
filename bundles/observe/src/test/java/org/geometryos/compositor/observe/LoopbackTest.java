package org.geometryos.compositor.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.geometryos.compositor.health.Health;
import org.geometryos.compositor.health.LoopbackPass;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The check, against a server that is not one of ours. */
class LoopbackTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final String UPGRADED = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n";
    private static final String SNAPSHOT = "{\"type\":\"snapshot\",\"seq\":7}";

    private final AtomicLong now = new AtomicLong(1_000 * SECOND);
    private final List<String> heads = new ArrayList<>();
    private ServerSocket server;
    private Loopback loopback;
    private volatile byte[] answer;
    private volatile boolean let;

    @BeforeEach
    void serve() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        URI address = URI.create("http://127.0.0.1:" + server.getLocalPort() + "/");
        loopback = new Loopback(() -> server.isClosed() ? Optional.empty() : Optional.of(address), now::get, 0);
        Thread thread = new Thread(this::answerAll, "server");
        thread.setDaemon(true);
        thread.start();
        answers(UPGRADED + "\u0089\u0000" + text(SNAPSHOT));
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private void answers(String bytes) {
        answer = bytes.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String text(String message) {
        return "\u0081" + (char) message.length() + message;
    }

    private void answerAll() {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                InputStream in = socket.getInputStream();
                StringBuilder head = new StringBuilder();
                while (head.indexOf("\r\n\r\n") < 0) {
                    head.append((char) in.read());
                }
                String pass = head.toString().replaceAll("(?s).*" + LoopbackPass.HEADER + ": (\\S+).*", "$1");
                let = !loopback.test("another") && loopback.test(pass) && !loopback.test(pass);
                heads.add(head.toString());
                socket.getOutputStream().write(answer);
                socket.shutdownOutput();
                in.readAllBytes();
            } catch (IOException e) {
                // it is over, or the check went away
            }
        }
    }

    private void lookFor(int seconds) {
        for (int i = 0; i < seconds; i++) {
            loopback.look(SECOND);
            now.addAndGet(SECOND);
        }
    }

    private String problem() {
        lookFor(5);
        assertThat(loopback.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.level()).isEqualTo(Health.Level.DOWN));
        return loopback.problem().orElseThrow();
    }

    @Test
    void aSnapshotBehindAPingIsWhatIsExpectedAndThePassIsGoodOnce() {
        lookFor(5);
        assertThat(loopback.problems()).isEmpty();
        assertThat(heads).hasSize(5).doesNotHaveDuplicates();
        assertThat(let).isTrue();
    }

    @Test
    void whatCameInsteadIsToldAndItIsWellAgainByItself() {
        answers("HTTP/1.1 503 Service Unavailable\r\n\r\n");
        assertThat(problem()).contains("is not served", "answers HTTP/1.1 503 Service Unavailable");
        answers(UPGRADED);
        assertThat(problem()).contains("closed before the snapshot");
        answers(UPGRADED + text("{\"type\":\"error\"}"));
        assertThat(problem()).contains("no snapshot");
        answers(UPGRADED + "\u0081\u007f\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff");
        assertThat(problem()).contains("no message of the protocol");
        answers(UPGRADED + text(SNAPSHOT));
        lookFor(1);
        assertThat(loopback.problems()).isEmpty();
    }

    @Test
    void aYoungHostConnectsToItselfManyTimesOnceItIsServed() {
        loopback = new Loopback(
                () -> Optional.of(URI.create("http://127.0.0.1:" + server.getLocalPort() + "/")), now::get, 20);
        answers("HTTP/1.1 503 Service Unavailable\r\n\r\n");
        lookFor(1);
        assertThat(heads).hasSize(1);
        answers(UPGRADED + text(SNAPSHOT));
        lookFor(1);
        assertThat(heads).hasSize(22);
        lookFor(1);
        assertThat(heads).hasSize(23);
    }

    @Test
    void thatThereIsNoPortIsToldToo() throws IOException {
        server.close();
        assertThat(problem()).contains("no port open");
    }

    @Test
    void whatPassesIsNotTold() {
        answers("HTTP/1.1 503 Service Unavailable\r\n\r\n");
        lookFor(2);
        assertThat(loopback.problems()).isEmpty();
    }

    @Test
    void itIsOffWithZeroAndConnectsNoMoreOftenThanItIsTold() {
        loopback.look(0);
        assertThat(heads).isEmpty();
        loopback.look(10 * SECOND);
        now.addAndGet(9 * SECOND);
        loopback.look(10 * SECOND);
        assertThat(heads).hasSize(1);
        now.addAndGet(SECOND);
        loopback.look(10 * SECOND);
        assertThat(heads).hasSize(2);
    }

    @Test
    void noPassIsGoodBetweenTwoChecks() {
        assertThat(loopback.test("")).isFalse();
        lookFor(1);
        assertThat(loopback.test("")).isFalse();
    }
}
