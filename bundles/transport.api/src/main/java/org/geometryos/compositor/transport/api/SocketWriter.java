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

    /** Of {@link #writeAll}: nothing was taken, and the channel is to be asked why. */
    int NOTHING = -1;

    /** Of {@link #writeAll}: bytes may have been taken, so that nothing that is sent after them would be understood. */
    int UNKNOWN = -2;

    /** How many channels it writes to at a time for less than one by one; 1 if there is nothing to gain. */
    default int together() {
        return 1;
    }

    /**
     * Writes the same bytes to several channels as {@link #write} does to one, but throws nothing and leaves the buffer
     * as it is.
     *
     * @param channels all different
     * @param count how many of them, at most {@link #together()}
     * @param taken gets how many bytes each has taken, or {@link #NOTHING} or {@link #UNKNOWN}
     */
    default void writeAll(SocketChannel[] channels, int count, ByteBuffer bytes, int[] taken) {
        for (int i = 0; i < count; i++) {
            try {
                taken[i] = write(channels[i], bytes.duplicate());
            } catch (IOException e) {
                taken[i] = NOTHING;
            }
        }
    }
}
