package org.geometryos.compositor.transport.native_;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import org.geometryos.compositor.transport.api.SocketWriter;

/**
 * Writes by {@code send(2)}, and to many sockets by {@link Rings}. What it cannot do so goes to the channel: buffers in
 * Java's heap, channels of others than the JDK, and all that the kernel refuses, so that the channel finds the cause.
 * The package says why no byte goes to another socket.
 *
 * <p>Initializing the class fails where the JDK is not as expected.
 */
final class SendWriter implements SocketWriter {
    /** {@code (int descriptor, long address, long length, int flags) long}. */
    private static final MethodHandle SEND;

    static {
        try {
            SEND = CLibrary.function("send", long.class, int.class, long.class, long.class, int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Fewer sockets are written to one by one. */
    private static final int FEW = 4;

    private final Rings rings;

    /** @param rings what writes to many sockets at a time; there may be none */
    SendWriter(Rings rings) {
        this.rings = rings;
    }

    @Override
    public int write(SocketChannel channel, ByteBuffer bytes) throws IOException {
        int sent = bytes.isDirect() && Sockets.known(channel) ? send(channel, bytes) : 0;
        if (sent <= 0) {
            return channel.write(bytes);
        }
        bytes.position(bytes.position() + sent);
        return sent;
    }

    /** @return how many bytes the kernel has taken; none or less, if the channel is to be asked */
    private static int send(SocketChannel channel, ByteBuffer bytes) {
        ReentrantLock lock = Sockets.lock(channel);
        lock.lock();
        try {
            return Sockets.stays(channel)
                    ? (int) (long) SEND.invokeExact(
                            Sockets.descriptor(channel),
                            Sockets.address(bytes),
                            (long) bytes.remaining(),
                            Sockets.FLAGS)
                    : 0;
        } catch (Throwable e) {
            throw Sockets.failed(e);
        } finally {
            lock.unlock();
            Reference.reachabilityFence(bytes);
        }
    }

    @Override
    public int together() {
        return rings.together();
    }

    @Override
    public void writeAll(SocketChannel[] channels, int count, ByteBuffer bytes, int[] taken) {
        if (!bytes.isDirect()) {
            Arrays.fill(taken, 0, count, NOTHING);
        } else if (count < FEW || !rings.writeAll(channels, count, bytes, taken)) {
            for (int i = 0; i < count; i++) {
                int sent = Sockets.known(channels[i]) ? send(channels[i], bytes) : 0;
                taken[i] = sent > 0 ? sent : NOTHING;
            }
        }
    }
}
