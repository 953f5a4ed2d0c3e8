package org.geometryos.compositor.transport.native_;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.ReentrantLock;
import org.geometryos.compositor.transport.api.SocketWriter;

/**
 * Writes by {@code send(2)}. What it cannot do so goes to the channel: buffers in Java's heap, channels of others than
 * the JDK, and all that the kernel refuses, so that the channel finds the cause. The package says why no byte goes to
 * another socket.
 *
 * <p>Its handles are constants to the compiler, which makes one call of machine code of each. Initializing the class
 * fails where the JDK is not as expected.
 */
final class SendWriter implements SocketWriter {
    /** {@code MSG_DONTWAIT | MSG_NOSIGNAL} of Linux, on all processors. */
    private static final int FLAGS = 0x40 | 0x4000;

    private static final Class<?> CHANNEL;
    /** {@code (SocketChannel) ReentrantLock}: held while the channel writes. */
    private static final MethodHandle LOCK;
    /** {@code (SocketChannel) int}: the file descriptor. */
    private static final MethodHandle DESCRIPTOR;
    /** {@code (ByteBuffer) long}: where the memory of a direct buffer begins. */
    private static final MethodHandle ADDRESS;
    /** {@code (int descriptor, long address, long length, int flags) long}. */
    private static final MethodHandle SEND;

    static {
        try {
            CHANNEL = javas("SocketChannelImpl");
            MethodHandles.Lookup inside = MethodHandles.privateLookupIn(CHANNEL, MethodHandles.lookup());
            LOCK = inside.findGetter(CHANNEL, "writeLock", ReentrantLock.class)
                    .asType(MethodType.methodType(ReentrantLock.class, SocketChannel.class));
            DESCRIPTOR = inside.findGetter(CHANNEL, "fdVal", int.class)
                    .asType(MethodType.methodType(int.class, SocketChannel.class));
            ADDRESS = inside.findVirtual(javas("DirectBuffer"), "address", MethodType.methodType(long.class))
                    .asType(MethodType.methodType(long.class, ByteBuffer.class));
            SEND = CLibrary.function("send", long.class, int.class, long.class, long.class, int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** From the JDK itself, as a bundle's class loader does not know its packages. */
    private static Class<?> javas(String name) throws ClassNotFoundException {
        return Class.forName(Platform.SOCKETS + "." + name, true, SocketChannel.class.getClassLoader());
    }

    @Override
    public int write(SocketChannel channel, ByteBuffer bytes) throws IOException {
        if (!bytes.isDirect() || channel.getClass() != CHANNEL) {
            return channel.write(bytes);
        }
        int sent = send(channel, bytes);
        if (sent <= 0) {
            return channel.write(bytes);
        }
        bytes.position(bytes.position() + sent);
        return sent;
    }

    /** @return how many bytes the kernel has taken; none or less, if the channel is to be asked */
    private static int send(SocketChannel channel, ByteBuffer bytes) {
        try {
            ReentrantLock lock = (ReentrantLock) LOCK.invokeExact(channel);
            lock.lock();
            try {
                // a channel that is open now, and does not block, keeps its descriptor until the lock is free
                if (!channel.isOpen() || channel.isBlocking()) {
                    return 0;
                }
                return (int) (long) SEND.invokeExact(
                        (int) DESCRIPTOR.invokeExact(channel),
                        (long) ADDRESS.invokeExact(bytes) + bytes.position(),
                        (long) bytes.remaining(),
                        FLAGS);
            } finally {
                lock.unlock();
                Reference.reachabilityFence(bytes);
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
