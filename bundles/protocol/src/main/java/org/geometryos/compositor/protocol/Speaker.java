package org.geometryos.compositor.protocol;

import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** How the host says something to one kind of client: by a form of our protocol or by another protocol. Any thread. */
@ProviderType
public interface Speaker {

    /** Whether what it says is text (UTF-8) rather than binary. */
    boolean text();

    /** The message as the client knows it; empty if its protocol has no word for it: then nothing is to be sent. */
    Optional<byte[]> say(ServerMessage message);

    /**
     * The same for the first message of a session, which may depend on what the client asked for with its address.
     *
     * @param link the number of the client's link
     */
    default Optional<byte[]> greet(long link, ServerMessage.Welcome welcome) {
        return say(welcome);
    }
}
