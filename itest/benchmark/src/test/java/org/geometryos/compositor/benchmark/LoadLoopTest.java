package org.geometryos.compositor.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The load generator against the peer, each as in a benchmark. */
class LoadLoopTest {
    private static final LoadScript SCRIPT = new LoadScript("/compositor", "compositor.v1.json", "{\"display\":\"d-#\"}", 8);

    @TempDir
    Path folder;
    private LoadLoop loop;

    @AfterEach
    void end() {
        if (loop != null) {
            loop.stop();
        }
    }

    @Test
    void allDisplaysAreGreetedAndThenGetHeartbeatsAndPings() throws Exception {
        try (Server server = new Contender.PlainJetty(List.of("-Xmx64m"), 500).start(folder);
                Load load = Load.start(server.port(), SCRIPT, folder)) {
            LoadReport connected = load.connect(100);
            assertThat(connected.ready()).isEqualTo(100);
            assertThat(connected.texts()).as("answers to the first message").isEqualTo(100);
            assertThat(connected.connectSeconds()).isPositive();
            assertThat(load.connect(20).ready()).as("further ones").isEqualTo(120);

            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
            LoadReport now = load.report();
            while ((now.pings() < 120 || now.texts() < 240) && System.nanoTime() - end < 0) {
                Thread.sleep(100);
                now = load.report();
            }
            assertThat(now.pings()).isGreaterThanOrEqualTo(120);
            assertThat(now.texts()).isGreaterThanOrEqualTo(240);
        }
    }

    @Test
    void aServerThatIsNotThereIsAFailureOfEachDisplay() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        assertThat(connect(port, 3)).satisfies(report -> {
            assertThat(report.ready()).isZero();
            assertThat(report.failed()).isEqualTo(3);
            assertThat(report.failure()).startsWith("display 0: ").contains("refused");
        });
    }

    @Test
    void aRefusedHandshakeIsAFailureThatNamesTheAnswer() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread answer = new Thread(() -> {
                try (var socket = server.accept()) {
                    socket.getInputStream().read(new byte[1000]);
                    socket.getOutputStream().write("HTTP/1.1 503 Full\r\nContent-Length: 0\r\n\r\n".getBytes());
                    socket.getInputStream().read();
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            answer.start();
            LoadReport report = connect(server.getLocalPort(), 1);
            assertThat(report.failed()).isEqualTo(1);
            assertThat(report.failure()).isEqualTo("display 0: handshake refused: HTTP/1.1 503 Full");
            answer.join(10_000);
        }
    }

    private LoadReport connect(int port, int displays) throws Exception {
        loop = new LoadLoop(new InetSocketAddress("127.0.0.1", port), SCRIPT);
        new Thread(loop, "load").start();
        CompletableFuture<LoadReport> report = new CompletableFuture<>();
        loop.connect(displays, report::complete);
        return report.get(20, TimeUnit.SECONDS);
    }
}
