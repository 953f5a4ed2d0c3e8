package org.geometryos.compositor.itest.framework;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Iterator;
import java.util.PriorityQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** One thread that serves many sockets and their timers. All methods but {@link #call} belong to that thread. */
public final class Loop implements Runnable {
    private static final long MAX_WAIT_MILLIS = 100;
    private static final long STALL = TimeUnit.MILLISECONDS.toNanos(500);

    public final Selector selector;
    /** What was read from a socket, shared by all of them one after the other. */
    public final ByteBuffer buffer = ByteBuffer.allocate(2 << 20);

    private final PriorityQueue<Timer> timers = new PriorityQueue<>();
    private final ConcurrentLinkedQueue<Runnable> calls = new ConcurrentLinkedQueue<>();
    private long numbers;
    private long longestStall;
    private long stallEnd = System.nanoTime();

    private record Timer(long at, long number, Runnable task) implements Comparable<Timer> {
        @Override
        public int compareTo(Timer other) {
            return at == other.at ? Long.compare(number, other.number) : Long.compare(at - other.at, 0);
        }
    }

    public Loop() throws IOException {
        selector = Selector.open();
    }

    public void after(long millis, Runnable task) {
        timers.add(new Timer(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis), numbers++, task));
    }

    /** Runs a call on the loop's thread and waits for its result, at most 30 s. Any other thread. */
    public <T> T call(Callable<T> call) throws Exception {
        CompletableFuture<T> result = new CompletableFuture<>();
        calls.add(() -> {
            try {
                result.complete(call.call());
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
        selector.wakeup();
        return result.get(30, TimeUnit.SECONDS);
    }

    /** Milliseconds of the longest time in which nothing was served. */
    public long longestStall() {
        return TimeUnit.NANOSECONDS.toMillis(longestStall);
    }

    /** Whether there has been a time of half a second in which nothing was served, and it ended later than that. */
    public boolean stoodStillSince(long nanos) {
        return stallEnd - nanos > 0;
    }

    @Override
    public void run() {
        long before = System.nanoTime();
        for (; ; ) {
            try {
                Timer next = timers.peek();
                long wait = next == null ? MAX_WAIT_MILLIS : TimeUnit.NANOSECONDS.toMillis(next.at - System.nanoTime());
                if (wait > 0) {
                    selector.select(Math.min(wait, MAX_WAIT_MILLIS));
                } else {
                    selector.selectNow();
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            long now = System.nanoTime();
            longestStall = Math.max(longestStall, now - before);
            stallEnd = now - before > STALL ? now : stallEnd;
            before = now;
            for (Iterator<SelectionKey> keys = selector.selectedKeys().iterator(); keys.hasNext(); ) {
                SelectionKey key = keys.next();
                keys.remove();
                ((LoopSocket) key.attachment()).ready(key);
            }
            for (Runnable call; (call = calls.poll()) != null; ) {
                call.run();
            }
            for (Timer due; (due = timers.peek()) != null && due.at - System.nanoTime() <= 0; ) {
                timers.poll();
                due.task.run();
            }
        }
    }
}
