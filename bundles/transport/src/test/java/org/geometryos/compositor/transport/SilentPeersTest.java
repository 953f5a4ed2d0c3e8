package org.geometryos.compositor.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.testkit.http.JettyHost;
import org.geometryos.compositor.testkit.wire.RawPeer;
import org.geometryos.compositor.testkit.wire.RawRequest;
import org.geometryos.compositor.transport.api.Decision;
import org.geometryos.compositor.transport.api.Handshake;
import org.geometryos.compositor.transport.api.Link;
import org.geometryos.compositor.transport.api.LinkHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many peers at once that neither answer a close nor go away. */
class SilentPeersTest {
    private static final int PEERS = 60;
    private static final long GONE_BY = Closing.LIMIT + TimeUnit.SECONDS.toNanos(50);

    private final SocketTransport transport = new SocketTransport(Served.settings(65_536, true));
    private final JettyHost host = new JettyHost();
    private final List<RawPeer> peers = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        for (RawPeer peer : peers) {
            peer.close();
        }
        transport.stop(1001, "over");
        host.close();
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
        Served.start(host, transport);
        transport.add(new Doorman(), (Comparable<Object>) other -> 0);
        for (int i = 0; i < PEERS; i++) {
            peers.add(RawPeer.connect(host.port(), RawRequest.upgrade()));
        }
        // a peer may have its 101 before the link is there
        await(PEERS);

        transport.links().forEach(link -> link.close(1000, "over"));
        await(0);
    }

    private void await(int links) throws InterruptedException {
        long until = System.nanoTime() + GONE_BY;
        while (transport.links().size() != links) {
            assertThat(System.nanoTime() - until)
                    .as("%d of %d links are there", transport.links().size(), links)
                    .isNegative();
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }
}
