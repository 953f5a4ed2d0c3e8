package org.geometryos.compositor.connections;

import org.geometryos.compositor.api.connection.LinkMemory;
import org.geometryos.compositor.transport.api.Link;

/** What became of all that was meant for a display. */
record Account(long delivered, long superseded, long refused) {

    static Account of(Link link) {
        long refused = LinkMemory.of(link.attributes()).refused();
        long delivered = link.delivered();
        return new Account(delivered, Math.max(0, link.due() - delivered - refused), refused);
    }
}
