package org.geometryos.compositor.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The load generator against the peer, each as in a benchmark. */
class LoadLoopTest {
    private static final List<String> HELLO = List.of("{\"display\":\"d-#\"}");

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
        Contender peer =
                new Contender.Peer("peer", Java.command(List.of("-Xmx64m"), PlainEndpoint.class, List.of("500")), true);
        try (Server server = peer.start(folder);
                Load load = Load.start(server.port(), Trial.SUBPROTOCOL, folder)) {
            LoadReport connected = load.connect(displays(100));
            assertThat(connected.ready()).isEqualTo(100);
            assertThat(connected.texts())
                    .as("answers to the first message, and heartbeats if that took long")
                    .isGreaterThanOrEqualTo(100);
            assertThat(connected.connectSeconds()).isPositive();
            assertThat(load.connect(displays(20)).ready()).as("further ones").isEqualTo(120);

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

    @ParameterizedTest
    @ValueSource(classes = {PlainBroadcast.class, NettyBroadcast.class})
    void eachUpdateReachesEachDisplayOfAPeer(Class<?> peer) throws Exception {
        Contender contender = new Contender.Peer("peer", Java.command(List.of("-Xmx64m"), peer, List.of()), true);
        try (Trial trial = Trial.start(contender, folder)) {
            trial.displays(60, "every");
            trial.sources(2);
            Trial.Window open = trial.open(2, 20, 0, 1);
            assertThat(open.complete()).isEqualTo(1);
            assertThat(open.updates()).isPositive();
            assertThat(open.deliveries()).isPositive();
            assertThat(open.cpu()).isNotNegative();
            assertThat(open.latency().count()).isPositive();
            assertThat(open.latency().p50())
                    .isPositive()
                    .isLessThanOrEqualTo(open.latency().p999());
            assertThat(open.lateness().count()).isEqualTo(open.updates());

            Trial.Window closed = trial.closed(4, 0, 1);
            assertThat(closed.complete()).isEqualTo(1);
            assertThat(closed.deliveries()).isPositive();
            assertThat(closed.lateness().count())
                    .as("a closed loop has no times to keep")
                    .isZero();

            assertThat(trial.rest(0.1).updates()).isZero();
        }
    }

    @Test
    void aDisplayThatReadsNothingIsNotCounted() throws Exception {
        Contender contender =
                new Contender.Peer("peer", Java.command(List.of("-Xmx64m"), PlainBroadcast.class, List.of()), true);
        try (Trial trial = Trial.start(contender, folder)) {
            trial.displays(3, "every");
            trial.slow(2, "every");
            trial.sources(1);
            assertThat(trial.open(1, 50, 0, 1).complete()).isEqualTo(1);
        }
    }

    @Test
    void aLostServerIsAFailure() throws Exception {
        Contender contender =
                new Contender.Peer("peer", Java.command(List.of("-Xmx64m"), PlainBroadcast.class, List.of()), true);
        try (Server server = contender.start(folder);
                Load load = Load.start(server.port(), Trial.SUBPROTOCOL, folder)) {
            load.connect(displays(3));
            server.close();
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 100; i++) {
                            load.report();
                            Thread.sleep(100);
                        }
                    })
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("failed; the first: display ");
        }
    }

    @Test
    void aCameraMessageIsAsLongAsItSays() {
        String message = LoadLoop.camera(0, 1_763_734_779_000_000L, 1_000_000_000);
        assertThat(message)
                .hasSize(157)
                .startsWith("{\"type\":\"camera\",\"camera\":\"bench/0\",")
                .contains("\"sample\":1000000000,");
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
                } catch (IOException e) {
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
        loop = new LoadLoop(new InetSocketAddress("127.0.0.1", port), Trial.SUBPROTOCOL, false);
        new Thread(loop, "load").start();
        CompletableFuture<LoadReport> report = new CompletableFuture<>();
        loop.connect(displays(displays), report::complete);
        return report.get(20, TimeUnit.SECONDS);
    }

    private static Batch displays(int count) {
        return new Batch(Batch.Kind.DISPLAY, count, count, "/compositor", HELLO, 1, 8);
    }
}
