package org.geometryos.compositor.testkit;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.geometryos.compositor.transport.api.Handshake;
import org.geometryos.compositor.transport.api.LinkHandler;
import org.geometryos.compositor.transport.api.LinkListener;
import org.geometryos.compositor.transport.api.Transport;

class FakeLinkTest extends LinkContract {
    private final FakeClock clock = new FakeClock();
    private final FakeTransport transport = new FakeTransport(clock);

    @Override
    protected Transport transport() {
        return transport;
    }

    @Override
    protected void add(LinkHandler handler) {
        transport.handler(handler);
    }

    @Override
    protected void remove(LinkHandler handler) {
        transport.handler(null);
    }

    @Override
    protected void add(LinkListener listener) {
        transport.add(listener);
    }

    @Override
    protected void moment() {
        clock.passMillis(5);
        for (Object link : transport.links()) {
            FakeLink ending = (FakeLink) link;
            if (ending.closedWith() != 0 || ending.aborted()) {
                ending.end();
            }
        }
    }

    @Override
    protected Peer connect() {
        FakeLink link = transport.connect(new Handshake(true, "/compositor", Map.of(), "127.0.0.1", 1, false));
        return new Peer() {
            @Override
            public void say(String text) {
                link.say(text.getBytes(StandardCharsets.UTF_8), true);
            }

            @Override
            public void close(int code) {
                link.peerCloses(code);
            }

            @Override
            public void vanish() {
                link.end();
            }

            @Override
            public void reading(boolean on) {
                link.busy(!on);
            }

            @Override
            public void answering(boolean on) {
                link.answering(on);
            }

            @Override
            public List<String> texts() {
                return link.arrivals().stream()
                        .map(arrival -> new String(arrival.payload(), StandardCharsets.UTF_8))
                        .toList();
            }

            @Override
            public Optional<String> closed() {
                return Optional.of(link.closedWith()).filter(code -> code != 0).map(code -> code + " " + link.reason());
            }

            @Override
            public boolean over() {
                return !link.open();
            }
        };
    }
}
