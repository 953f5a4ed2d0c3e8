package org.geometryos.compositor.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
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

/** Many peers at once that neither answer a close nor go away. */
class SilentPeersTest {
    private static final int PEERS = 60;
    private static final long GONE_BY = SocketLink.CLOSE_LIMIT + TimeUnit.SECONDS.toNanos(10);

    private final SocketTransport transport = new SocketTransport(
            new Settings(65_536, 65_536, true, TimeUnit.SECONDS.toNanos(10), TimeUnit.SECONDS.toNanos(10), 100));
    private final Server server = new Server();
    private final List<Socket> peers = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        for (Socket peer : peers) {
            peer.close();
        }
        transport.stop(1001, "over");
        server.stop();
    }

    private static final class Doorman implements LinkHandler {
        @Override
        public Decision handshake(Handshake handshake) {
            return new Decision.Accept(Optional.empty(), Map.of());
        }

        @Override
        public boolean message(Link link, ByteBuffer payload, boolean text) {
            return true;
        }
    }

    @Test
    void allAreDroppedWhenTheirTimeIsOver() throws Exception {
        ServerConnector connector = new ServerConnector(server, 1, 1);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler();
        context.addServlet(new ServletHolder(new UpgradeServlet(transport, Optional::empty)), UpgradeServlet.PATH);
        server.setHandler(context);
        WebSocketServerComponents.ensureWebSocketComponents(server, context);
        server.start();
        transport.add(new Doorman(), (Comparable<Object>) other -> 0);
        for (int i = 0; i < PEERS; i++) {
            peers.add(connected(connector.getLocalPort()));
        }
        // a peer may have its 101 before the link is there
        await(PEERS);

        transport.links().forEach(link -> link.close(1000, "over"));
        await(0);
    }

    private void await(int links) throws InterruptedException {
        long until = System.nanoTime() + GONE_BY;
        while (transport.links().size() != links) {
            assertThat(System.nanoTime() - until).as("%d of %d links are there", transport.links().size(), links).isNegative();
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private static Socket connected(int port) throws IOException {
        Socket peer = new Socket("127.0.0.1", port);
        peer.setSoTimeout(10_000);
        peer.getOutputStream().write(("GET /compositor HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        while (!answer.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
            answer.write(peer.getInputStream().read());
        }
        assertThat(answer.toString(StandardCharsets.US_ASCII)).startsWith("HTTP/1.1 101");
        return peer;
    }
}
