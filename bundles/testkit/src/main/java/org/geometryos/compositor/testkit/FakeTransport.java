package org.geometryos.compositor.testkit;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.geometryos.compositor.transport.api.Batch;
import org.geometryos.compositor.transport.api.Decision;
import org.geometryos.compositor.transport.api.Handshake;
import org.geometryos.compositor.transport.api.Link;
import org.geometryos.compositor.transport.api.LinkHandler;
import org.geometryos.compositor.transport.api.LinkListener;
import org.geometryos.compositor.transport.api.Transport;

/**
 * Links without sockets. Handler and listeners are called on the thread that caused it; what one of them throws comes
 * out there. Any thread.
 */
public final class FakeTransport implements Transport {
    private static final Handshake LOCAL = new Handshake(true, "/compositor", Map.of(), "127.0.0.1", 50_000, false);

    private final FakeClock clock;
    private final Map<Long, FakeLink> links = new ConcurrentSkipListMap<>();
    private final List<LinkListener> listeners = new CopyOnWriteArrayList<>();
    private volatile LinkHandler handler;
    private long last;

    public FakeTransport(FakeClock clock) {
        this.clock = clock;
    }

    FakeClock clock() {
        return clock;
    }

    // ---- who is told

    /** Told of the open links first. */
    public void add(LinkListener listener) {
        listeners.add(listener);
        links.values().forEach(listener::opened);
    }

    public void remove(LinkListener listener) {
        listeners.remove(listener);
    }

    /** Who takes what comes in from now on; null: nobody, and it waits. */
    public void handler(LinkHandler next) {
        handler = next;
        links.values().forEach(FakeLink::drain);
    }

    LinkHandler handler() {
        return handler;
    }

    // ---- connections

    /** A connection from this machine, with a few first attributes. */
    public FakeLink connect(Map<String, Object> attributes) {
        return connect(attributes, link -> {});
    }

    /** The same with more of what it is before anybody is told of it. */
    public FakeLink connect(Map<String, Object> attributes, Consumer<FakeLink> prepare) {
        FakeLink link = new FakeLink(next(), LOCAL, this);
        prepare.accept(link);
        return opened(link, attributes);
    }

    /** The same with a number of its own. */
    public FakeLink connect(long id, Map<String, Object> attributes) {
        return opened(new FakeLink(id, LOCAL, this), attributes);
    }

    /** A connection that the handler decides. @throws IllegalStateException with status and reason if it is refused */
    public FakeLink connect(Handshake handshake) {
        LinkHandler decides = handler;
        Decision decision =
                decides == null ? new Decision.Refuse(503, Map.of(), "no handler") : decides.handshake(handshake);
        if (decision instanceof Decision.Refuse refused) {
            throw new IllegalStateException(refused.status() + " " + refused.reason());
        }
        return opened(new FakeLink(next(), handshake, this), ((Decision.Accept) decision).attributes());
    }

    private synchronized long next() {
        return ++last;
    }

    private FakeLink opened(FakeLink link, Map<String, Object> attributes) {
        link.attributes().putAll(attributes);
        synchronized (this) {
            last = Math.max(last, link.id());
        }
        links.put(link.id(), link);
        tell(listener -> listener.opened(link));
        return link;
    }

    void closed(FakeLink link, int code, String reason) {
        if (forget(link)) {
            tell(listener -> listener.closed(link, code, reason));
        }
    }

    boolean forget(FakeLink link) {
        return links.remove(link.id(), link);
    }

    void ready(FakeLink link) {
        if (links.containsKey(link.id())) {
            tell(listener -> listener.ready(link));
        }
    }

    void changed(FakeLink link) {
        if (links.containsKey(link.id())) {
            tell(listener -> listener.changed(link));
        }
    }

    private void tell(Consumer<LinkListener> what) {
        listeners.forEach(what);
    }

    // ---- the transport

    @Override
    public Collection<Link> links() {
        return List.copyOf(links.values());
    }

    @Override
    public int size() {
        return links.size();
    }

    @Override
    public Optional<Link> link(long id) {
        return Optional.ofNullable(links.get(id));
    }

    @Override
    public Batch batch() {
        return new FakeBatch();
    }

    @Override
    public int messageBytes() {
        return 65_536;
    }
}
