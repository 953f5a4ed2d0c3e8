package org.geometryos.compositor.transport.native_;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What the JDK knows of its sockets and direct buffers. The handles are constants to the compiler. Initializing the
 * class fails where the JDK is not as expected.
 */
final class Sockets {
    /** {@code MSG_DONTWAIT | MSG_NOSIGNAL} of Linux, on all processors. */
    static final int FLAGS = 0x40 | 0x4000;

    private static final Class<?> CHANNEL;
    /** {@code (SocketChannel) ReentrantLock}. */
    private static final MethodHandle LOCK;
    /** {@code (SocketChannel) int}. */
    private static final MethodHandle DESCRIPTOR;
    /** {@code (ByteBuffer) long}. */
    private static final MethodHandle ADDRESS;

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
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private Sockets() {}

    /** From the JDK itself, as a bundle's class loader does not know its packages. */
    private static Class<?> javas(String name) throws ClassNotFoundException {
        return Class.forName(Platform.SOCKETS + "." + name, true, SocketChannel.class.getClassLoader());
    }

    /** Whether it is one of the JDK's, of which alone the rest here knows something. */
    static boolean known(SocketChannel channel) {
        return channel.getClass() == CHANNEL;
    }

    /** What is held while the channel writes. */
    static ReentrantLock lock(SocketChannel channel) {
        try {
            return (ReentrantLock) LOCK.invokeExact(channel);
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    /**
     * Whether its descriptor stays as long as the lock is held: closing a channel that is open now, and does not block,
     * waits for the lock.
     */
    static boolean stays(SocketChannel channel) {
        return channel.isOpen() && !channel.isBlocking();
    }

    /** Its file descriptor; to be used under the lock alone. */
    static int descriptor(SocketChannel channel) {
        try {
            return (int) DESCRIPTOR.invokeExact(channel);
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    /** Where the bytes of a direct buffer are, from its position on. */
    static long address(ByteBuffer bytes) {
        try {
            return (long) ADDRESS.invokeExact(bytes) + bytes.position();
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    static RuntimeException failed(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return e instanceof RuntimeException runtime ? runtime : new IllegalStateException(e);
    }
}
