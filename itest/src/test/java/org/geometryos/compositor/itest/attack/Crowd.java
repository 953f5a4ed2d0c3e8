package org.geometryos.compositor.itest.attack;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Very many hostile connections in one thread. Whoever is closed or refused comes again after a second, as long as the
 * attack lasts.
 */
final class Crowd implements AutoCloseable {
    /** Longer messages are skipped. */
    static final int MESSAGE = 16 * 1024;

    private static final int OPENING = 256;
    /** Connections of others to the same host, for which the default limit has to have room as well. */
    private static final int OTHERS = 2;

    private static final long TICK = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long PAUSE = TimeUnit.SECONDS.toNanos(1);

    final int port;
    final Selector selector = Selector.open();
    final ByteBuffer buffer = ByteBuffer.allocate(256 * 1024);
    volatile long bytesRead;
    private final Kind kind;
    private final int size;
    private final Thread thread = new Thread(this::run, "crowd");
    private final Socket[] sockets;
    private final ArrayDeque<Integer> absent = new ArrayDeque<>();
    private final long[] notBefore;
    private int opening;
    private volatile int open;
    private volatile int most;
    private volatile long opened;
    private volatile boolean over;
    private volatile Throwable failure;
    private final Map<Integer, Integer> statuses = new ConcurrentHashMap<>();
    private final Map<Integer, Integer> closes = new ConcurrentHashMap<>();

    Crowd(int port, int size, Kind kind) throws IOException {
        this.port = port;
        this.size = size;
        this.kind = kind;
        sockets = new Socket[size];
        notBefore = new long[size];
        for (int i = 0; i < size; i++) {
            absent.add(i);
            notBefore[i] = System.nanoTime();
        }
        thread.setDaemon(true);
        thread.start();
    }

    /** Whether there have been as many as there is room for: those who come last may find the host full. */
    boolean came() {
        if (failure != null) {
            throw new AssertionError("the crowd failed", failure);
        }
        return opened >= size - OTHERS;
    }

    /** The most that were open at a time. */
    int most() {
        return most;
    }

    int open() {
        return open;
    }

    /** How many ended with a close code. */
    int closed(int code) {
        return closes.getOrDefault(code, 0);
    }

    @Override
    public String toString() {
        return kind + ": " + opened + " times connected, " + open + " open, " + most + " at most; statuses " + statuses
                + ", closes " + closes;
    }

    private void run() {
        long ticked = System.nanoTime();
        try {
            while (!over) {
                come();
                selector.select(10);
                for (Iterator<SelectionKey> keys = selector.selectedKeys().iterator(); keys.hasNext(); ) {
                    SelectionKey key = keys.next();
                    keys.remove();
                    ((Socket) key.attachment()).ready();
                }
                long now = System.nanoTime();
                if (now - ticked >= TICK) {
                    ticked = now;
                    for (Socket socket : sockets) {
                        if (socket != null) {
                            socket.tick(now);
                        }
                    }
                }
            }
        } catch (IOException | RuntimeException | Error e) {
            failure = e;
        }
    }

    private void come() throws IOException {
        long now = System.nanoTime();
        for (int n = absent.size(); n > 0 && opening < OPENING; n--) {
            int number = absent.poll();
            if (now - notBefore[number] < 0) {
                absent.add(number);
                continue;
            }
            opening++;
            sockets[number] = new Socket(this, kind, number);
        }
    }

    void answered(int status) {
        opening--;
        statuses.merge(status, 1, Integer::sum);
        if (status == 101) {
            opened++;
            open++;
            most = Math.max(most, open);
        }
    }

    /** @param status of the answer to its handshake, 0 if there was none */
    void ended(Socket socket, int status, int code) {
        if (status == 0) {
            opening--;
            statuses.merge(0, 1, Integer::sum);
        } else if (status == 101) {
            open--;
            closes.merge(code, 1, Integer::sum);
        }
        sockets[socket.number] = null;
        notBefore[socket.number] = System.nanoTime() + PAUSE;
        absent.add(socket.number);
    }

    @Override
    public void close() throws InterruptedException, IOException {
        over = true;
        selector.wakeup();
        thread.join();
        for (Socket socket : sockets) {
            if (socket != null) {
                socket.drop();
            }
        }
        selector.close();
    }
}
