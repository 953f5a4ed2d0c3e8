package org.geometryos.compositor.transport.api;

import java.util.Collection;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** All sockets. Any thread. */
@ProviderType
public interface Transport {

    /** The open sockets at this instant. */
    Collection<Link> links();

    /** How many sockets are open. */
    default int size() {
        return links().size();
    }

    /** Bytes written to all sockets so far, frames included, those of closed ones too. It only grows. */
    default long bytesSent() {
        return links().stream().mapToLong(Link::bytesSent).sum();
    }

    /** One of them. */
    Optional<Link> link(long id);

    /** A new, empty batch for one writer thread. */
    Batch batch();

    /** The longest message, in bytes, that is taken from a client. */
    int messageBytes();
}
