package org.geometryos.compositor.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.websocket.core.server.WebSocketServerComponents;
import org.geometryos.compositor.transport.api.Decision;
import org.geometryos.compositor.transport.api.Handshake;
import org.geometryos.compositor.transport.api.Link;
import org.geometryos.compositor.transport.api.LinkHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Handshakes and the status as Jetty gives them to clients, over sockets. */
class UpgradeServletTest {
    private static final String UPGRADE = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    private static final String CLOSE = "Connection: close\r\n";
    private static final int LIMIT_MILLIS = 30_000;

    private final SocketTransport transport = new SocketTransport(
            new Settings(65_536, 65_536, true, TimeUnit.SECONDS.toNanos(10), TimeUnit.SECONDS.toNanos(10), 100));
    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server, 1, 1);
    private Optional<String> down = Optional.empty();
    private Decision decision = new Decision.Accept(Optional.empty(), Map.of());

    @AfterEach
    void stop() throws Exception {
        transport.stop(1001, "over");
        server.stop();
    }

    private void start(boolean enabled) throws Exception {
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler();
        ServletHolder servlet = new ServletHolder(new UpgradeServlet(transport, () -> down));
        context.addServlet(servlet, UpgradeServlet.PATH);
        context.addServlet(servlet, UpgradeServlet.STATUS);
        server.setHandler(context);
        if (enabled) {
            WebSocketServerComponents.ensureWebSocketComponents(server, context);
        }
        server.start();
        transport.add(new LinkHandler() {
            @Override
            public Decision handshake(Handshake handshake) {
                return decision;
            }

            @Override
            public boolean message(Link link, ByteBuffer payload, boolean text) {
                return true;
            }
        }, (Comparable<Object>) other -> 0);
    }

    private String get(String path, String headers) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", connector.getLocalPort())) {
            socket.setSoTimeout(LIMIT_MILLIS);
            socket.getOutputStream().write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n").getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void theStatusIsWellWhenAConnectWouldBeTaken() throws Exception {
        start(true);
        assertThat(get(UpgradeServlet.STATUS, CLOSE)).startsWith("HTTP/1.1 200").contains("\"status\":\"ok\"");
    }

    @Test
    void withoutWebSocketInTheHttpServiceStatusAndHandshakeNameWhatIsMissing() throws Exception {
        start(false);
        assertThat(get(UpgradeServlet.STATUS, CLOSE)).startsWith("HTTP/1.1 503").contains("org.apache.felix.jetty.websocket.enable=true", "\"retryAfter\":60");
        assertThat(get(UpgradeServlet.PATH, UPGRADE.replace("Connection: Upgrade", "Connection: Upgrade, close"))).startsWith("HTTP/1.1 503")
                .contains("org.apache.felix.jetty.websocket.enable=true");
    }

    @Test
    void withoutWebSocketARefusalStaysWhatItIs() throws Exception {
        start(false);
        decision = new Decision.Refuse(401, Map.of("WWW-Authenticate", "Bearer"), "a key is needed");
        assertThat(get(UpgradeServlet.STATUS, CLOSE)).startsWith("HTTP/1.1 401").contains("a key is needed").doesNotContain("felix");
    }

    @Test
    void whileAPartIsDownTheStatusSaysWhichAndWhy() throws Exception {
        start(true);
        down = Optional.of("connections-clock is down: its \"thread\" has ended");
        assertThat(get(UpgradeServlet.STATUS, CLOSE)).startsWith("HTTP/1.1 503").contains("Retry-After: 5")
                .contains("\"status\":\"down\"", "connections-clock is down: its \\\"thread\\\" has ended");
    }

    @Test
    void whoMayNotComeInIsNotToldWhatIsDown() throws Exception {
        start(true);
        down = Optional.of("connections-clock is down");
        decision = new Decision.Refuse(401, Map.of("WWW-Authenticate", "Bearer"), "a key is needed");
        assertThat(get(UpgradeServlet.STATUS, CLOSE)).startsWith("HTTP/1.1 401").doesNotContain("connections-clock");
    }
}
