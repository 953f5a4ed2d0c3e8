package org.geometryos.compositor.simulation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.geometryos.compositor.transport.api.Batch;
import org.geometryos.compositor.transport.api.Decision;
import org.geometryos.compositor.transport.api.Handshake;
import org.geometryos.compositor.transport.api.Link;
import org.geometryos.compositor.transport.api.LinkHandler;
import org.geometryos.compositor.transport.api.LinkListener;
import org.geometryos.compositor.transport.api.Transport;

/** All sockets of a simulation. */
final class SimTransport implements Transport {
    final Timeline time;
    final Faults faults;
    private final Map<Long, SimLink> links = new LinkedHashMap<>();
    private final List<LinkListener> listeners = new ArrayList<>();
    private final Map<byte[], Parcel> known = Parcels.known();
    private LinkHandler handler;
    private long last;

    SimTransport(Timeline time, Faults faults) {
        this.time = time;
        this.faults = faults;
    }

    void add(LinkListener listener) {
        listeners.add(listener);
        new ArrayList<>(links.values()).forEach(listener::opened);
    }

    void remove(LinkListener listener) {
        listeners.remove(listener);
    }

    void handler(LinkHandler next) {
        handler = next;
        if (next != null) {
            new ArrayList<>(links.values()).forEach(SimLink::drain);
        }
    }

    LinkHandler handler() {
        return handler;
    }

    /** @return null if it is refused */
    SimLink connect(Handshake handshake, long latency, int capacity, SimLink.Peer peer) {
        if (handler == null || !(handler.handshake(handshake) instanceof Decision.Accept accepted)) {
            return null;
        }
        SimLink link = new SimLink(++last, handshake, this, latency, capacity);
        link.peer = peer;
        link.attributes().putAll(accepted.attributes());
        links.put(link.id(), link);
        for (LinkListener listener : List.copyOf(listeners)) {
            listener.opened(link);
        }
        return link;
    }

    void closed(SimLink link, int code) {
        if (links.remove(link.id()) != null) {
            for (LinkListener listener : List.copyOf(listeners)) {
                listener.closed(link, code, "");
            }
        }
    }

    void ready(SimLink link) {
        if (links.containsKey(link.id())) {
            for (int i = 0; i < listeners.size(); i++) {
                listeners.get(i).ready(link);
            }
        }
    }

    void changed(SimLink link) {
        if (links.containsKey(link.id())) {
            for (int i = 0; i < listeners.size(); i++) {
                listeners.get(i).changed(link);
            }
        }
    }

    @Override
    public Collection<Link> links() {
        return List.copyOf(links.values());
    }

    @Override
    public Optional<Link> link(long id) {
        return Optional.ofNullable(links.get(id));
    }

    @Override
    public Batch batch() {
        return new Parcels(known);
    }

    @Override
    public int messageBytes() {
        return 65_536;
    }
}
