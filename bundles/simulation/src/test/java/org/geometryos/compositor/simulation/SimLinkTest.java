package org.geometryos.compositor.simulation;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.testkit.LinkContract;
import org.geometryos.compositor.transport.api.Handshake;
import org.geometryos.compositor.transport.api.LinkHandler;
import org.geometryos.compositor.transport.api.LinkListener;
import org.geometryos.compositor.transport.api.Transport;

/** The links of the simulation keep what those of the product keep. */
class SimLinkTest extends LinkContract {
    private static final long MOMENT = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long LATENCY = TimeUnit.MILLISECONDS.toNanos(2);
    private static final int CAPACITY = 256 * 1024;

    private final Timeline time = new Timeline();
    private final SimTransport transport = new SimTransport(time, new Faults(null, 0));
    private final List<Far> peers = new ArrayList<>();

    /** What a peer does that reads all the time, or not at all. */
    private static final class Far implements Peer, SimLink.Peer {
        private SimLink link;
        private boolean reading = true;
        private boolean answering = true;
        private final List<String> texts = new ArrayList<>();
        private Optional<String> closed = Optional.empty();
        private boolean over;

        void moment() {
            // who answers no ping reads nothing, as the one goes with the other here
            if (reading && answering) {
                link.read();
            }
        }

        @Override
        public void arrived(Parcel parcel) {
            texts.add(new String(parcel.payload, StandardCharsets.UTF_8));
        }

        @Override
        public void closed(int code, String reason) {
            over = true;
            closed = Optional.of(code).filter(c -> c != 1006).map(c -> c + " " + reason);
        }

        @Override
        public void say(String text) {
            link.say(text.getBytes(StandardCharsets.UTF_8), true);
        }

        @Override
        public void close(int code) {
            link.leave(code);
        }

        @Override
        public void vanish() {
            link.breaks();
        }

        @Override
        public void reading(boolean on) {
            reading = on;
        }

        @Override
        public void answering(boolean on) {
            answering = on;
        }

        @Override
        public List<String> texts() {
            return texts;
        }

        @Override
        public Optional<String> closed() {
            return closed;
        }

        @Override
        public boolean over() {
            return over;
        }
    }

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
        time.runUntil(time.getAsLong() + MOMENT);
        peers.forEach(Far::moment);
    }

    @Override
    protected Peer connect() {
        Far peer = new Far();
        peer.link = transport.connect(
                new Handshake(true, "/compositor", Map.of(), "127.0.0.1", 1, false), LATENCY, CAPACITY, peer);
        peers.add(peer);
        return peer;
    }
}
