package org.geometryos.compositor.transport.native_;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.geometryos.compositor.transport.api.SocketWriter;

/**
 * The main class of a process in which threads write to sockets that other threads close and open again. Each
 * connection has a mark, its writers send nothing but that mark, and its other end looks for any other. It prints one
 * line: how many connections there were, how many bytes arrived, how many of them at a stranger's.
 *
 * <p>Where writers write to several connections at once, those have one mark, and the next ones that open have others.
 */
final class Strangers {
    private static final int PLACES = 64;
    private static final int WRITERS = 3;
    private static final int OPENERS = 2;
    /** Marks in a write. */
    private static final int MARKS = 16;
    /** So many marks there are where several connections are written to at once. */
    private static final int COLOURS = 4;
    /** Each of as many addresses has ports of its own, which closed connections keep for a while. */
    private static final int ADDRESSES = 200;

    /** @param channel the end that is written to */
    private record Connection(int mark, SocketChannel channel, SocketChannel other) {}

    private final SocketWriter writer;
    private final int wanted;
    private final boolean untilTheFirst;
    private final boolean together;
    private final Selector selector = Selector.open();
    private final AtomicInteger numbers = new AtomicInteger();
    private final AtomicLong arrived = new AtomicLong();
    private final AtomicLong astray = new AtomicLong();
    private final AtomicReferenceArray<Connection> places = new AtomicReferenceArray<>(PLACES);
    private volatile boolean over;

    private Strangers(SocketWriter writer, int wanted, String how) throws IOException {
        this.writer = writer;
        this.wanted = wanted;
        this.untilTheFirst = how.equals("careless");
        this.together = how.equals("together");
    }

    /** @param arguments how many connections; {@code careful}, {@code together} or {@code careless} */
    public static void main(String[] arguments) throws Exception {
        SocketWriter writer =
                switch (arguments[1]) {
                    case "careful" -> new SendWriter(Rings.none());
                    case "together" -> new SendWriter(Rings.open());
                    default -> new Careless();
                };
        new Strangers(writer, Integer.parseInt(arguments[0]), arguments[1]).run();
    }

    private void run() throws Exception {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            threads.add(new Thread(together ? this::writeAll : this::write, "writer-" + i));
        }
        List<Thread> openers = new ArrayList<>();
        for (int i = 0; i < OPENERS; i++) {
            int first = i;
            openers.add(new Thread(() -> open(first), "opener-" + i));
        }
        threads.add(new Thread(this::select, "selector"));
        threads.forEach(Thread::start);
        openers.forEach(Thread::start);
        for (Thread opener : openers) {
            opener.join();
        }
        over = true;
        for (Thread thread : threads) {
            thread.join();
        }
        System.out.println(numbers + " " + arrived + " " + astray);
    }

    private boolean enough() {
        return numbers.get() >= wanted || untilTheFirst && astray.get() > 0;
    }

    // ---- opening and closing

    private void open(int first) {
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getByName("127.1.0." + (first + 1)), 0));
            for (int at = first; !enough(); at += OPENERS) {
                Connection next = connection(server, at);
                Connection before = places.getAndSet(at % PLACES, next);
                if (before != null) {
                    look(before);
                    before.channel.close();
                    look(before);
                    before.other.close();
                }
            }
            for (int at = 0; at < PLACES; at++) {
                Connection last = places.getAndSet(at, null);
                if (last != null) {
                    last.channel.close();
                    last.other.close();
                }
            }
        } catch (IOException e) {
            fail(e);
        }
    }

    private Connection connection(ServerSocketChannel server, int place) throws IOException {
        int number = numbers.incrementAndGet();
        SocketChannel other = SocketChannel.open();
        other.bind(new InetSocketAddress(InetAddress.getByName("127.2.0." + (number % ADDRESSES + 1)), 0));
        other.connect(server.getLocalAddress());
        SocketChannel channel = server.accept();
        channel.configureBlocking(false);
        // as the HTTP service does with all of its sockets: then the descriptor is closed by the selector's thread
        if (number % 2 == 0) {
            channel.register(selector, 0);
        }
        if (number % 3 == 0) {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        }
        other.configureBlocking(false);
        return new Connection(together ? place / OPENERS % COLOURS : number, channel, other);
    }

    private void select() {
        try {
            while (!over) {
                selector.select(1);
            }
            selector.close();
        } catch (IOException e) {
            fail(e);
        }
    }

    /** Reads what has arrived. */
    private void look(Connection connection) {
        ByteBuffer bytes = ByteBuffer.allocate(64 * 1024);
        try {
            int read = connection.other.read(bytes);
            arrived.addAndGet(Math.max(0, read));
        } catch (IOException e) {
            // reset
        }
        bytes.flip();
        while (bytes.remaining() >= Integer.BYTES) {
            if (bytes.getInt() != connection.mark) {
                astray.addAndGet(Integer.BYTES);
            }
        }
    }

    // ---- writing

    private void write() {
        ByteBuffer bytes = ByteBuffer.allocateDirect(MARKS * Integer.BYTES);
        while (!over) {
            Connection connection = places.get(ThreadLocalRandom.current().nextInt(PLACES));
            if (connection == null) {
                Thread.onSpinWait();
                continue;
            }
            fill(bytes, connection.mark);
            try {
                writer.write(connection.channel, bytes);
            } catch (IOException e) {
                // closed
            }
        }
    }

    private static void fill(ByteBuffer bytes, int mark) {
        bytes.clear();
        while (bytes.hasRemaining()) {
            bytes.putInt(mark);
        }
        bytes.flip();
    }

    private void writeAll() {
        ByteBuffer bytes = ByteBuffer.allocateDirect(MARKS * Integer.BYTES);
        SocketChannel[] channels = new SocketChannel[PLACES];
        int[] taken = new int[PLACES];
        for (int mark = 0; !over; mark = (mark + 1) % COLOURS) {
            fill(bytes, mark);
            int count = 0;
            for (int i = 0; i < PLACES; i++) {
                Connection connection = places.get(i);
                if (connection != null && connection.mark == mark) {
                    channels[count++] = connection.channel;
                }
            }
            writer.writeAll(channels, count, bytes, taken);
            // those who open and close are to be as quick
            LockSupport.parkNanos(50_000);
            for (int i = 0; i < count; i++) {
                if (taken[i] == SocketWriter.UNKNOWN) {
                    fail(new IOException("nobody knows what became of a write"));
                }
            }
        }
    }

    private static void fail(Exception e) {
        e.printStackTrace();
        System.exit(1);
    }

    /** Writes as one would who knows nothing of the danger; the moment of danger is a little longer than by nature. */
    private static final class Careless implements SocketWriter {
        private final MethodHandle send =
                CLibrary.function("send", long.class, int.class, long.class, long.class, int.class);
        private final Field descriptor =
                Class.forName("sun.nio.ch.SocketChannelImpl").getDeclaredField("fdVal");
        private final Method address = Class.forName("sun.nio.ch.DirectBuffer").getMethod("address");

        Careless() throws ReflectiveOperationException {
            descriptor.setAccessible(true);
            address.setAccessible(true);
        }

        @Override
        public int write(SocketChannel channel, ByteBuffer bytes) throws IOException {
            if (!channel.isOpen()) {
                throw new IOException("closed");
            }
            try {
                int number = descriptor.getInt(channel);
                LockSupport.parkNanos(100_000);
                return (int) (long)
                        send.invoke(number, (long) address.invoke(bytes), (long) bytes.remaining(), 0x40 | 0x4000);
            } catch (Throwable e) {
                throw new IOException(e);
            }
        }
    }
}
