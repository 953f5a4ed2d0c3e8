package org.geometryos.compositor.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.io.ByteArrayEndPoint;
import org.geometryos.compositor.transport.api.Handshake;
import org.geometryos.compositor.transport.api.Link;
import org.geometryos.compositor.transport.api.LinkListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SignalTest {
    private final SocketTransport transport = new SocketTransport(Served.settings(2_048, false));
    private final List<String> told = new ArrayList<>();

    @AfterEach
    void stop() {
        transport.stop(1001, "over");
    }

    private SocketLink link() {
        SocketLink link = transport.link(
                new Handshake(true, "/compositor", Map.of(), "127.0.0.1", 1, false),
                Wire.around(new ByteArrayEndPoint()));
        transport.opened(link);
        return link;
    }

    @Test
    void aChangedAttributeIsNotToldAsRoomInTheSocket() {
        transport.add(new LinkListener() {
            @Override
            public void ready(Link link) {
                told.add("ready");
            }

            @Override
            public void changed(Link link) {
                told.add("changed");
            }
        });
        SocketLink link = link();
        link.signal();
        assertThat(told).containsExactly("changed");
        transport.ready(link);
        assertThat(told).containsExactly("changed", "ready");
    }

    @Test
    void aListenerThatKnowsOneWayIsToldBothThatWay() {
        transport.add(new LinkListener() {
            @Override
            public void ready(Link link) {
                told.add("ready");
            }
        });
        SocketLink link = link();
        link.signal();
        transport.ready(link);
        assertThat(told).containsExactly("ready", "ready");
    }

    @Test
    void nobodyIsToldOfALinkThatIsGone() {
        transport.add(new LinkListener() {
            @Override
            public void changed(Link link) {
                told.add("changed");
            }
        });
        SocketLink link = link();
        transport.closed(link, 1006, "");
        link.signal();
        assertThat(told).isEmpty();
    }
}
