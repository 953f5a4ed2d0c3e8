package org.geometryos.compositor.connections;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.geometryos.compositor.transport.api.Batch;
import org.geometryos.compositor.transport.api.Link;
import org.geometryos.compositor.transport.api.Transport;

/** The present transport. While it is absent there are no links; the sessions outlive it. */
record TransportInPlace(Supplier<Transport> now) implements Transport {
    private static final int MESSAGE_BYTES = 65_536;

    @Override
    public Collection<Link> links() {
        Transport transport = now.get();
        return transport == null ? List.of() : transport.links();
    }

    @Override
    public int size() {
        Transport transport = now.get();
        return transport == null ? 0 : transport.size();
    }

    @Override
    public Optional<Link> link(long id) {
        Transport transport = now.get();
        return transport == null ? Optional.empty() : transport.link(id);
    }

    @Override
    public Batch batch() {
        throw new UnsupportedOperationException("the connection manager writes no batches");
    }

    @Override
    public int messageBytes() {
        Transport transport = now.get();
        return transport == null ? MESSAGE_BYTES : transport.messageBytes();
    }
}
