package org.geometryos.compositor.http.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.EventListener;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.geometryos.compositor.testkit.http.JettyHost;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against Jetty itself, over sockets; the clock is turned by hand. */
class HeaderWatchTest {
    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private static final long BEYOND = TimeUnit.SECONDS.toNanos(11);
    private static final int HANDSHAKES = 10;

    private final Settings settings = new Settings(TimeUnit.SECONDS.toNanos(10), HANDSHAKES, 2_000);
    private final HeaderWatch watch = new HeaderWatch(() -> settings);
    private final JettyHost host = new JettyHost();
    private final List<Socket> sockets = new ArrayList<>();
    private WatchConnector watching;

    @BeforeEach
    void startJetty() throws Exception {
        host.start();
    }

    @AfterEach
    void stopJetty() throws Exception {
        host.close();
    }

    private void watch() throws Exception {
        watching = host.add(new WatchConnector(host.server, watch, new Restarting(), () -> true));
    }

    private Socket connect() throws IOException {
        Socket socket = host.connect();
        sockets.add(socket);
        int connections = sockets.size();
        until(() -> host.connector.getConnectedEndPoints().size() >= connections
                && host.connector.getConnectedEndPoints().stream()
                        .allMatch(endPoint -> endPoint.getConnection() != null));
        return socket;
    }

    private static void until(BooleanSupplier condition) {
        JettyHost.until("it is so", condition);
    }

    private static void untilClosed(Socket socket) {
        JettyHost.until("it is closed", () -> JettyHost.closed(socket));
    }

    /** Waits until Jetty has read so many bytes of the only connection. */
    private void untilRead(long bytes) {
        until(() -> host.connector
                        .getConnectedEndPoints()
                        .iterator()
                        .next()
                        .getConnection()
                        .getBytesIn()
                >= bytes);
    }

    /** Waits until Jetty waits for a further request on the only connection: a moment after its answer is there. */
    private void untilIdle() {
        until(() -> ((HttpConnection)
                        host.connector.getConnectedEndPoints().iterator().next().getConnection())
                .getParser()
                .isStart());
    }

    @Test
    void headerThatIsNotCompleteInTimeEndsTheConnection() throws Exception {
        watch();
        Socket silent = connect();
        Socket slow = connect();
        JettyHost.send(slow, "GET / HTTP/1.1\r\nHo");
        watch.pass(System.nanoTime());
        assertThat(JettyHost.closed(silent)).isFalse();
        assertThat(JettyHost.closed(slow)).isFalse();
        watch.pass(System.nanoTime() + BEYOND);
        untilClosed(silent);
        untilClosed(slow);
    }

    @Test
    void connectionThatWaitsBetweenRequestsIsLeftAlone() throws Exception {
        watch();
        Socket socket = connect();
        JettyHost.send(socket, REQUEST);
        JettyHost.readAnswer(socket);
        for (int i = 0; i < 3; i++) {
            watch.pass(System.nanoTime() + i * BEYOND);
            assertThat(JettyHost.closed(socket)).isFalse();
        }
        JettyHost.send(socket, REQUEST);
        JettyHost.readAnswer(socket);
    }

    @Test
    void slowHeaderOfAFurtherRequestEndsTheConnection() throws Exception {
        watch();
        Socket socket = connect();
        JettyHost.send(socket, REQUEST);
        JettyHost.readAnswer(socket);
        untilIdle();
        watch.pass(System.nanoTime());
        JettyHost.send(socket, "G");
        untilRead(REQUEST.length() + 1);
        long begin = System.nanoTime();
        watch.pass(begin);
        assertThat(JettyHost.closed(socket)).isFalse();
        watch.pass(begin + BEYOND);
        untilClosed(socket);
    }

    @Test
    void lineEndsBeforeAFurtherRequestCountAsItsHeader() throws Exception {
        watch();
        Socket socket = connect();
        JettyHost.send(socket, REQUEST);
        JettyHost.readAnswer(socket);
        untilIdle();
        watch.pass(System.nanoTime());
        JettyHost.send(socket, "\r\n");
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
        JettyHost.send(upload, "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nab");
        Socket download = connect();
        JettyHost.send(download, "GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n");
        until(() -> host.connector.getConnectedEndPoints().stream()
                .allMatch(endPoint -> endPoint.getConnection().getMessagesIn() == 1));
        for (int i = 1; i < 4; i++) {
            watch.pass(System.nanoTime() + i * BEYOND);
            assertThat(JettyHost.closed(upload)).isFalse();
            assertThat(JettyHost.closed(download)).isFalse();
        }
        JettyHost.send(upload, "cd");
        JettyHost.readAnswer(upload);
        host.slow.countDown();
        JettyHost.readAnswer(download);
    }

    @Test
    void oldestOfTooManyIsClosedAndCompleteOnesDoNotCount() throws Exception {
        watch();
        for (int i = 0; i < HANDSHAKES; i++) {
            Socket complete = connect();
            JettyHost.send(complete, REQUEST);
            JettyHost.readAnswer(complete);
        }
        List<Socket> waiting = new ArrayList<>();
        for (int i = 0; i < HANDSHAKES; i++) {
            waiting.add(connect());
        }
        for (Socket socket : sockets) {
            assertThat(JettyHost.closed(socket)).isFalse();
        }
        waiting.add(host.connect());
        untilClosed(waiting.get(0));
        for (Socket socket : waiting.subList(1, HANDSHAKES + 1)) {
            assertThat(JettyHost.closed(socket)).isFalse();
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
        ServerConnector later = new ServerConnector(host.server, 1, 1);
        later.setHost("127.0.0.1");
        host.server.addConnector(later);
        later.start();
        assertThat(later.getEventListeners()).contains(watch);
        later.stop();
    }

    @Test
    void nothingOfTheWatchStaysInTheServerWhenItGoes() throws Exception {
        List<Object> beans = List.copyOf(host.server.getBeans());
        List<Object> ofConnector = List.copyOf(host.connector.getBeans());
        List<EventListener> listeners = List.copyOf(host.server.getEventListeners());
        watch();
        assertThat(host.server.getConnectors()).containsExactly(host.connector);
        assertThat(host.connector.getEventListeners()).contains(watch);
        Socket socket = connect();
        JettyHost.send(socket, REQUEST);
        JettyHost.readAnswer(socket);
        // as Felix does it
        watching.stop();
        host.server.removeConnector(watching);
        watch.stop();
        assertThat(host.connector.getEventListeners()).doesNotContain(watch);
        assertThat(host.connector.getBeans()).containsExactlyElementsOf(ofConnector);
        assertThat(host.server.getEventListeners()).containsExactlyElementsOf(listeners);
        assertThat(host.server.getBeans()).containsExactlyElementsOf(beans);
        watch.pass(System.nanoTime() + BEYOND);
        JettyHost.send(socket, REQUEST);
        JettyHost.readAnswer(socket);
    }
}
