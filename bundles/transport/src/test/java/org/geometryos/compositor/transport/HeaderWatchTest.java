package org.geometryos.compositor.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EventListener;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against Jetty itself, over sockets; the clock is turned by hand. */
class HeaderWatchTest {
    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private static final long BEYOND = TimeUnit.SECONDS.toNanos(11);
    private static final int HANDSHAKES = 10;
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Settings settings = new Settings(65_536, 0, true, 1, TimeUnit.SECONDS.toNanos(10), HANDSHAKES);
    private final HeaderWatch watch = new HeaderWatch(() -> settings);
    private final CountDownLatch answer = new CountDownLatch(1);
    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server, 1, 1);
    private final List<Socket> sockets = new ArrayList<>();
    private WatchConnector watching;

    @BeforeEach
    void startJetty() throws Exception {
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                if (request.getHttpURI().getPath().equals("/slow")) {
                    answer.await();
                }
                Content.Source.consumeAll(request);
                response.setStatus(204);
                callback.succeeded();
                return true;
            }
        });
        server.start();
    }

    @AfterEach
    void stopJetty() throws Exception {
        answer.countDown();
        for (Socket socket : sockets) {
            socket.close();
        }
        server.stop();
    }

    /** What Felix does with what a factory made. */
    private void watch() throws Exception {
        watching = new WatchConnector(server, watch);
        server.addConnector(watching);
        watching.start();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), connector.getLocalPort());
        sockets.add(socket);
        int connections = sockets.size();
        until(() -> connector.getConnectedEndPoints().size() >= connections
                && connector.getConnectedEndPoints().stream().allMatch(endPoint -> endPoint.getConnection() != null));
        return socket;
    }

    private static void send(Socket socket, String bytes) throws IOException {
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static void readAnswer(Socket socket) throws IOException {
        socket.setSoTimeout((int) LIMIT.toMillis());
        InputStream in = socket.getInputStream();
        StringBuilder answer = new StringBuilder();
        while (answer.indexOf("\r\n\r\n") < 0) {
            int c = in.read();
            assertThat(c).as("a byte after %s", answer).isNotNegative();
            answer.append((char) c);
        }
        assertThat(answer.toString()).startsWith("HTTP/1.1 204");
    }

    private static boolean closed(Socket socket) throws IOException {
        socket.setSoTimeout(1);
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException open) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    private static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end).as("waited in vain").isNegative();
            Thread.onSpinWait();
        }
    }

    private void untilClosed(Socket socket) {
        until(() -> {
            try {
                return closed(socket);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    /** Waits until Jetty has read so many bytes of the only connection. */
    private void untilRead(long bytes) {
        until(() -> connector.getConnectedEndPoints().iterator().next().getConnection().getBytesIn() >= bytes);
    }

    /** Waits until Jetty waits for a further request on the only connection: a moment after its answer is there. */
    private void untilIdle() {
        until(() -> ((HttpConnection) connector.getConnectedEndPoints().iterator().next().getConnection()).getParser().isStart());
    }

    @Test
    void headerThatIsNotCompleteInTimeEndsTheConnection() throws Exception {
        watch();
        Socket silent = connect();
        Socket slow = connect();
        send(slow, "GET / HTTP/1.1\r\nHo");
        watch.pass(System.nanoTime());
        assertThat(closed(silent)).isFalse();
        assertThat(closed(slow)).isFalse();
        watch.pass(System.nanoTime() + BEYOND);
        untilClosed(silent);
        untilClosed(slow);
    }

    @Test
    void connectionThatWaitsBetweenRequestsIsLeftAlone() throws Exception {
        watch();
        Socket socket = connect();
        send(socket, REQUEST);
        readAnswer(socket);
        for (int i = 0; i < 3; i++) {
            watch.pass(System.nanoTime() + i * BEYOND);
            assertThat(closed(socket)).isFalse();
        }
        send(socket, REQUEST);
        readAnswer(socket);
    }

    @Test
    void slowHeaderOfAFurtherRequestEndsTheConnection() throws Exception {
        watch();
        Socket socket = connect();
        send(socket, REQUEST);
        readAnswer(socket);
        untilIdle();
        watch.pass(System.nanoTime());
        send(socket, "G");
        untilRead(REQUEST.length() + 1);
        long begin = System.nanoTime();
        watch.pass(begin);
        assertThat(closed(socket)).isFalse();
        watch.pass(begin + BEYOND);
        untilClosed(socket);
    }

    @Test
    void lineEndsBeforeAFurtherRequestCountAsItsHeader() throws Exception {
        watch();
        Socket socket = connect();
        send(socket, REQUEST);
        readAnswer(socket);
        untilIdle();
        watch.pass(System.nanoTime());
        send(socket, "\r\n");
        untilRead(REQUEST.length() + 2);
        long begin = System.nanoTime();
        watch.pass(begin);
        watch.pass(begin + BEYOND);
        untilClosed(socket);
    }

    @Test
    void slowBodyAndSlowAnswerAreNotCut() throws Exception {
        watch();
        Socket upload = connect();
        send(upload, "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nab");
        Socket download = connect();
        send(download, "GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n");
        until(() -> connector.getConnectedEndPoints().stream().allMatch(endPoint -> endPoint.getConnection().getMessagesIn() == 1));
        for (int i = 1; i < 4; i++) {
            watch.pass(System.nanoTime() + i * BEYOND);
            assertThat(closed(upload)).isFalse();
            assertThat(closed(download)).isFalse();
        }
        send(upload, "cd");
        readAnswer(upload);
        answer.countDown();
        readAnswer(download);
    }

    @Test
    void oldestOfTooManyIsClosedAndCompleteOnesDoNotCount() throws Exception {
        watch();
        for (int i = 0; i < HANDSHAKES; i++) {
            Socket complete = connect();
            send(complete, REQUEST);
            readAnswer(complete);
        }
        List<Socket> waiting = new ArrayList<>();
        for (int i = 0; i < HANDSHAKES; i++) {
            waiting.add(connect());
        }
        for (Socket socket : sockets) {
            assertThat(closed(socket)).isFalse();
        }
        waiting.add(new Socket(InetAddress.getByName("127.0.0.1"), connector.getLocalPort()));
        sockets.add(waiting.get(HANDSHAKES));
        untilClosed(waiting.get(0));
        for (Socket socket : waiting.subList(1, HANDSHAKES + 1)) {
            assertThat(closed(socket)).isFalse();
        }
    }

    @Test
    void connectionThatWasThereBeforeIsWatchedToo() throws Exception {
        Socket socket = connect();
        watch();
        watch.pass(System.nanoTime() + BEYOND);
        untilClosed(socket);
    }

    @Test
    void connectorThatComesLaterIsWatchedToo() throws Exception {
        watch();
        ServerConnector later = new ServerConnector(server, 1, 1);
        later.setHost("127.0.0.1");
        server.addConnector(later);
        later.start();
        assertThat(later.getEventListeners()).contains(watch);
        later.stop();
    }

    @Test
    void nothingOfTheWatchStaysInTheServerWhenItGoes() throws Exception {
        List<Object> beans = List.copyOf(server.getBeans());
        List<Object> ofConnector = List.copyOf(connector.getBeans());
        List<EventListener> listeners = List.copyOf(server.getEventListeners());
        watch();
        assertThat(server.getConnectors()).containsExactly(connector);
        assertThat(connector.getEventListeners()).contains(watch);
        Socket socket = connect();
        send(socket, REQUEST);
        readAnswer(socket);
        // as Felix does it
        watching.stop();
        server.removeConnector(watching);
        watch.stop();
        assertThat(connector.getEventListeners()).doesNotContain(watch);
        assertThat(connector.getBeans()).containsExactlyElementsOf(ofConnector);
        assertThat(server.getEventListeners()).containsExactlyElementsOf(listeners);
        assertThat(server.getBeans()).containsExactlyElementsOf(beans);
        watch.pass(System.nanoTime() + BEYOND);
        send(socket, REQUEST);
        readAnswer(socket);
    }
}
