package org.geometryos.compositor.transport.api;

import java.util.Map;
import java.util.Optional;

/** What a {@link LinkHandler} makes of a handshake. */
public sealed interface Decision {

    /**
     * Let it in.
     *
     * @param subprotocol the one to answer with; empty: none is named in the answer
     * @param attributes the link's first attributes
     */
    record Accept(Optional<String> subprotocol, Map<String, Object> attributes) implements Decision {}

    /**
     * Answer with an HTTP status instead.
     *
     * @param headers of the answer
     * @param reason one sentence, the body of the answer
     */
    record Refuse(int status, Map<String, String> headers, String reason) implements Decision {}
}
