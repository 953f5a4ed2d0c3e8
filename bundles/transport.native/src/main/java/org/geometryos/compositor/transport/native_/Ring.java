package org.geometryos.compositor.transport.native_;

import static org.geometryos.compositor.transport.api.SocketWriter.NOTHING;
import static org.geometryos.compositor.transport.api.SocketWriter.UNKNOWN;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An io_uring: many sends in one system call. Each is done or refused before the call returns, as none may wait
 * ({@code MSG_DONTWAIT}); what the kernel has not looked at by then is taken back. So nothing of it is under way while
 * no lock of a channel is held. One thread at a time; who comes meanwhile is sent away.
 *
 * <p>The layout is that of {@code linux/io_uring.h}.
 */
final class Ring implements AutoCloseable {
    /** Sends in one call, a power of two. */
    static final int ENTRIES = 64;

    // the same numbers on all processors
    private static final long SETUP = 425;
    private static final long ENTER = 426;

    private static final int SETUP_SUBMIT_ALL = 1 << 7;
    private static final long GET_EVENTS = 1;
    private static final int SINGLE_MAPPING = 1;
    private static final int SEND = 26;

    private static final int PARAMETERS = 120;
    private static final int ENTRY = 64;
    private static final int COMPLETION = 16;

    private static final int PROTECTION = 1 | 2; // PROT_READ, PROT_WRITE
    private static final int SHARED = 1 | 0x8000; // MAP_SHARED, MAP_POPULATE
    private static final long AT_RINGS = 0;
    private static final long AT_ENTRIES = 0x10000000L;

    private static final MethodHandle CALL;
    private static final MethodHandle MAP;
    private static final MethodHandle UNMAP;
    private static final MethodHandle CLOSE;
    private static final VarHandle INT = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

    static {
        try {
            Class<?> number = long.class;
            CALL = CLibrary.function("syscall", number, number, number, number, number, number, number, number);
            MAP = CLibrary.function("mmap", number, number, number, int.class, int.class, int.class, number);
            UNMAP = CLibrary.function("munmap", int.class, number, number);
            CLOSE = CLibrary.function("close", int.class, int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** What the kernel shares with us of its memory. */
    private record Mapped(long address, ByteBuffer bytes) {
        static Mapped of(int descriptor, long length, long at) throws ReflectiveOperationException {
            long address = map(length, descriptor, at);
            if (address == -1) {
                throw new ReflectiveOperationException("the memory of an io_uring cannot be mapped");
            }
            return new Mapped(address, CLibrary.memory(address, length));
        }

        void free() {
            unmap(address, bytes.capacity());
        }
    }

    /** Held by the thread that writes. */
    private final ReentrantLock turn = new ReentrantLock();

    private final int descriptor;
    /** Both rings: of indexes of entries, and of completions. */
    private final Mapped shared;

    private final Mapped entries;
    private final int submitHead;
    private final int submitTail;
    private final int submitMask;
    private final int completeHead;
    private final int completeTail;
    private final int completeMask;
    private final int completions;

    // guarded by turn
    private final ReentrantLock[] held = new ReentrantLock[ENTRIES];
    /** Of the call under way. */
    private int number;

    private boolean closed;

    private Ring(int descriptor, ByteBuffer parameters) throws ReflectiveOperationException {
        this.descriptor = descriptor;
        int size = parameters.getInt(0);
        submitHead = parameters.getInt(40);
        submitTail = parameters.getInt(44);
        int indexes = parameters.getInt(64);
        completeHead = parameters.getInt(80);
        completeTail = parameters.getInt(84);
        completions = parameters.getInt(100);
        long end =
                Math.max(indexes + (long) size * Integer.BYTES, completions + (long) parameters.getInt(4) * COMPLETION);
        shared = Mapped.of(descriptor, end, AT_RINGS);
        try {
            entries = Mapped.of(descriptor, (long) size * ENTRY, AT_ENTRIES);
        } catch (ReflectiveOperationException e) {
            shared.free();
            throw e;
        }
        submitMask = shared.bytes.getInt(parameters.getInt(48));
        completeMask = shared.bytes.getInt(parameters.getInt(88));
        for (int i = 0; i < size; i++) {
            shared.bytes.putInt(indexes + i * Integer.BYTES, i);
        }
    }

    /** @throws ReflectiveOperationException if the kernel gives none */
    static Ring open() throws ReflectiveOperationException {
        ByteBuffer parameters = ByteBuffer.allocateDirect(PARAMETERS).order(ByteOrder.nativeOrder());
        parameters.putInt(8, SETUP_SUBMIT_ALL);
        int descriptor = (int) call(SETUP, ENTRIES, Sockets.address(parameters), 0, 0);
        Reference.reachabilityFence(parameters);
        if (descriptor < 0) {
            throw new ReflectiveOperationException(
                    "the kernel gives no io_uring (a container or kernel.io_uring_disabled may forbid it)");
        }
        try {
            if ((parameters.getInt(20) & SINGLE_MAPPING) == 0) {
                throw new ReflectiveOperationException("the kernel's io_uring is too old");
            }
            return new Ring(descriptor, parameters);
        } catch (ReflectiveOperationException e) {
            close(descriptor);
            throw e;
        }
    }

    // ---- writing

    /**
     * Writes the same bytes to several sockets; see {@link org.geometryos.compositor.transport.api.SocketWriter}.
     *
     * @param bytes a direct buffer
     * @return false if nothing was written, as another thread writes, or it is closed
     */
    boolean writeAll(SocketChannel[] channels, int count, ByteBuffer bytes, int[] taken) {
        if (!turn.tryLock()) {
            return false;
        }
        int locked = 0;
        try {
            if (closed) {
                return false;
            }
            number++;
            long address = Sockets.address(bytes);
            int length = bytes.remaining();
            int first = (int) INT.get(shared.bytes, submitTail);
            int tail = first;
            for (int i = 0; i < count; i++) {
                taken[i] = NOTHING;
                SocketChannel channel = channels[i];
                if (!Sockets.known(channel)) {
                    continue;
                }
                // whoever has it writes or closes: the channel has to wait for its turn, and nobody else with it
                ReentrantLock lock = Sockets.lock(channel);
                if (!lock.tryLock()) {
                    continue;
                }
                held[locked++] = lock;
                if (Sockets.stays(channel)) {
                    taken[i] = UNKNOWN;
                    entry(tail++, Sockets.descriptor(channel), address, length, i);
                }
            }
            if (tail != first) {
                submit(first, tail, taken);
            }
            return true;
        } finally {
            while (locked > 0) {
                held[--locked].unlock();
                held[locked] = null;
            }
            turn.unlock();
            Reference.reachabilityFence(bytes);
        }
    }

    private void entry(int position, int socket, long address, int length, int index) {
        ByteBuffer to = entries.bytes;
        int at = (position & submitMask) * ENTRY;
        to.putInt(at, SEND);
        to.putInt(at + 4, socket);
        to.putLong(at + 16, address);
        to.putInt(at + 24, length);
        to.putInt(at + 28, Sockets.FLAGS);
        to.putInt(at + 32, index);
        to.putInt(at + 36, number);
    }

    private void submit(int first, int tail, int[] taken) {
        int count = tail - first;
        INT.setRelease(shared.bytes, submitTail, tail);
        call(ENTER, descriptor, count, count, GET_EVENTS);
        // what the kernel has not looked at
        int seen = (int) INT.getAcquire(shared.bytes, submitHead);
        for (int position = seen; position != tail; position++) {
            taken[entries.bytes.getInt((position & submitMask) * ENTRY + 32)] = NOTHING;
        }
        INT.setRelease(shared.bytes, submitTail, seen);

        int end = (int) INT.getAcquire(shared.bytes, completeTail);
        int position = (int) INT.get(shared.bytes, completeHead);
        for (; position != end; position++) {
            int at = completions + (position & completeMask) * COMPLETION;
            if (shared.bytes.getInt(at + 4) == number) {
                int result = shared.bytes.getInt(at + 8);
                taken[shared.bytes.getInt(at)] = result > 0 ? result : NOTHING;
            }
        }
        INT.setRelease(shared.bytes, completeHead, position);
    }

    // ---- the end

    /** Waits for a thread that writes, 1 ms or so. */
    @Override
    public void close() {
        turn.lock();
        try {
            if (!closed) {
                closed = true;
                entries.free();
                shared.free();
                close(descriptor);
            }
        } finally {
            turn.unlock();
        }
    }

    // ---- the kernel

    private static long call(long name, long a, long b, long c, long d) {
        try {
            return (long) CALL.invokeExact(name, a, b, c, d, 0L, 0L);
        } catch (Throwable e) {
            throw Sockets.failed(e);
        }
    }

    private static long map(long length, int descriptor, long at) {
        try {
            return (long) MAP.invokeExact(0L, length, PROTECTION, SHARED, descriptor, at);
        } catch (Throwable e) {
            throw Sockets.failed(e);
        }
    }

    private static void unmap(long address, long length) {
        try {
            int ignored = (int) UNMAP.invokeExact(address, length);
        } catch (Throwable e) {
            throw Sockets.failed(e);
        }
    }

    private static void close(int descriptor) {
        try {
            int ignored = (int) CLOSE.invokeExact(descriptor);
        } catch (Throwable e) {
            throw Sockets.failed(e);
        }
    }
}
