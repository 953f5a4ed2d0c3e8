package org.geometryos.compositor.transport.api;

import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Decides who may read over HTTP what displays need: whoever may connect, by the same keys, sources and origins. That
 * the host takes no further connection at the moment says nothing against it: its displays go on reading. Any thread.
 */
@ConsumerType
public interface ReadGate {

    /**
     * Decides a request; counts no connection. Must not block.
     *
     * @return what a connection with the same headers would get, if there were room for it
     */
    Decision read(Handshake request);

    /**
     * Headers (names in lower case or as usual) that let the page that asks read the answer (CORS); none if it may not,
     * or needs none.
     */
    Map<String, String> pageHeaders(Handshake request);
}
