package org.geometryos.compositor.endpoint;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.geometryos.compositor.transport.api.Batch;
import org.geometryos.compositor.transport.api.Link;
import org.geometryos.compositor.transport.api.Transport;

/** The open ones of a few sockets. */
final class FakeTransport implements Transport {
    private final Map<Long, FakeLink> links;

    FakeTransport(Map<Long, FakeLink> links) {
        this.links = links;
    }

    @Override
    public Collection<Link> links() {
        return List.copyOf(links.values().stream().filter(FakeLink::open).toList());
    }

    @Override
    public Optional<Link> link(long id) {
        return Optional.ofNullable(links.get(id));
    }

    @Override
    public Batch batch() {
        throw new UnsupportedOperationException();
    }

    @Override
    public int messageBytes() {
        return 65_536;
    }
}
