package org.geometryos.compositor.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import org.geometryos.compositor.testkit.http.JettyHost;
import org.geometryos.compositor.testkit.wire.RawRequest;
import org.geometryos.compositor.transport.api.Decision;
import org.geometryos.compositor.transport.api.Handshake;
import org.geometryos.compositor.transport.api.Link;
import org.geometryos.compositor.transport.api.LinkHandler;
import org.geometryos.compositor.transport.api.SocketRoom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Handshakes and the status as Jetty gives them to clients, over sockets. */
class UpgradeServletTest {
    private final SocketTransport transport = new SocketTransport(Served.settings(65_536, true));
    private final JettyHost host = new JettyHost();
    private Optional<String> down = Optional.empty();
    private Decision decision = new Decision.Accept(Optional.empty(), Map.of());

    @AfterEach
    void stop() throws Exception {
        transport.stop(1001, "over");
        host.close();
    }

    private void start(boolean enabled) throws Exception {
        Served.start(host, transport, () -> down, enabled);
        transport.add(
                new LinkHandler() {
                    @Override
                    public Decision handshake(Handshake handshake) {
                        if (decision == null) {
                            throw new IllegalStateException("no decision");
                        }
                        return decision;
                    }

                    @Override
                    public boolean message(Link link, ByteBuffer payload, boolean text) {
                        return true;
                    }
                },
                (Comparable<Object>) other -> 0);
    }

    private String status() throws IOException {
        return host.exchange(RawRequest.get(UpgradeServlet.STATUS)
                .with("Connection", "close")
                .text());
    }

    @Test
    void theStatusIsWellWhenAConnectWouldBeTaken() throws Exception {
        start(true);
        assertThat(status()).startsWith("HTTP/1.1 200").contains("\"status\":\"ok\"");
    }

    @Test
    void withoutRoomForASocketAHandshakeIsRefusedAndTheStatusIsNot() throws Exception {
        start(true);
        SocketRoom full = () -> false;
        transport.add(full);
        assertThat(host.exchange(RawRequest.upgrade()
                        .instead("Connection", "Upgrade, close")
                        .text()))
                .startsWith("HTTP/1.1 503")
                .contains("the server has no file descriptors left for displays");
        assertThat(status()).startsWith("HTTP/1.1 200");
        transport.remove(full);
        transport.add((SocketRoom) () -> true);
        decision = new Decision.Refuse(403, Map.of(), "the handler is asked again");
        assertThat(host.exchange(RawRequest.upgrade()
                        .instead("Connection", "Upgrade, close")
                        .text()))
                .startsWith("HTTP/1.1 403");
    }

    @Test
    void whatThrowsAtAHandshakeCostsThatAlone() throws Exception {
        start(true);
        transport.add((SocketRoom) () -> {
            throw new IllegalStateException("no answer");
        });
        assertThat(status()).startsWith("HTTP/1.1 200");
        decision = new Decision.Refuse(403, Map.of(), "the handler is asked all the same");
        RawRequest upgrade = RawRequest.upgrade().instead("Connection", "Upgrade, close");
        assertThat(host.exchange(upgrade.text())).startsWith("HTTP/1.1 403");
        decision = null;
        assertThat(host.exchange(upgrade.text())).startsWith("HTTP/1.1 500").contains("internal error");
        decision = new Decision.Accept(Optional.empty(), Map.of());
        assertThat(status()).startsWith("HTTP/1.1 200");
    }

    @Test
    void withoutWebSocketInTheHttpServiceStatusAndHandshakeNameWhatIsMissing() throws Exception {
        start(false);
        assertThat(status())
                .startsWith("HTTP/1.1 503")
                .contains("org.apache.felix.jetty.websocket.enable=true", "\"retryAfter\":60");
        assertThat(host.exchange(RawRequest.upgrade()
                        .instead("Connection", "Upgrade, close")
                        .text()))
                .startsWith("HTTP/1.1 503")
                .contains("org.apache.felix.jetty.websocket.enable=true");
    }

    @Test
    void withoutWebSocketARefusalStaysWhatItIs() throws Exception {
        start(false);
        decision = new Decision.Refuse(401, Map.of("WWW-Authenticate", "Bearer"), "a key is needed");
        assertThat(status())
                .startsWith("HTTP/1.1 401")
                .contains("a key is needed")
                .doesNotContain("felix");
    }

    @Test
    void aPartThatIsDownKeepsNobodyOutAndIsNamed() throws Exception {
        start(true);
        down = Optional.of("certificate is down: it \"was\" good until yesterday");
        assertThat(status())
                .startsWith("HTTP/1.1 200")
                .doesNotContain("Retry-After")
                .contains(
                        "\"status\":\"ok\"",
                        "a connection would be taken, but certificate is down: it \\\"was\\\" good until yesterday");
    }

    @Test
    void whoMayNotComeInIsNotToldWhatIsDown() throws Exception {
        start(true);
        down = Optional.of("connections-clock is down");
        decision = new Decision.Refuse(401, Map.of("WWW-Authenticate", "Bearer"), "a key is needed");
        assertThat(status()).startsWith("HTTP/1.1 401").doesNotContain("connections-clock");
    }
}
