package org.geometryos.compositor.transport.api;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Writes to sockets in the place of {@link SocketChannel#write(ByteBuffer)}, and costs less: a service of whoever knows
 * how. It may come and go at any time; while there is none, the transport calls the channel itself. Any thread; for
 * each channel one at a time.
 */
@ConsumerType
@FunctionalInterface
public interface SocketWriter {

    /**
     * Writes as a channel does that is connected and does not block: takes what the kernel takes at once, and moves the
     * position by that. Another thread may close the channel at any time, and no byte goes to another socket then. May
     * be called for a moment after the service has gone.
     *
     * @param bytes memory that lives as long as the buffer, as of {@link ByteBuffer#allocateDirect} or an array
     * @return how many bytes were taken
     * @throws IOException what the channel would throw
     */
    int write(SocketChannel channel, ByteBuffer bytes) throws IOException;
}
