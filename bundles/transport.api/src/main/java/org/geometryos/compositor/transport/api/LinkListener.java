package org.geometryos.compositor.transport.api;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Learns of links. Calls come from any thread, must not block and may overlap; a listener that comes later is told of
 * the open links first ({@link #opened}; of one that opens at that moment perhaps twice).
 */
@ConsumerType
public interface LinkListener {

    /** A link is there: new, or there already when the listener came. */
    default void opened(Link link) {}

    /**
     * A link that was {@link Link.Sent#BUSY} can take more. A transport of version 1.1 of this package also calls this
     * in place of {@link #changed}: a listener that wants to know of attributes must look for them here too.
     */
    default void ready(Link link) {}

    /**
     * An attribute of a link has changed ({@link Link#signal()}). By itself it calls {@link #ready}, which is what a
     * listener of version 1.1 of this package knows.
     */
    default void changed(Link link) {
        ready(link);
    }

    /**
     * The transport is about to close a link by itself (1001: the host stops; 1012: the transport restarts, or nobody
     * took what came in for 10 s). A listener may do it first, with a last message ({@link Link#close(int, String,
     * byte[], boolean)}).
     */
    default void closing(Link link, int code, String reason) {}

    /**
     * A link is gone; its attributes are still there.
     *
     * @param code as the peer or we closed it; 1006 if there was no close frame
     */
    default void closed(Link link, int code, String reason) {}
}
