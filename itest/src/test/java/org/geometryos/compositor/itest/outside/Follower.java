package org.geometryos.compositor.itest.outside;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.geometryos.compositor.testkit.wire.RawPeer;

/** A connection that a thread of its own reads, so that it lives however long the test is busy with something else. */
public final class Follower implements AutoCloseable {
    private static final long LIMIT_NANOS = KeyedDistribution.LIMIT.toNanos();
    private static final int MOST = 100_000;

    private final RawClient client;
    private final BlockingQueue<JsonNode> messages = new LinkedBlockingQueue<>(MOST);
    private final Thread reader;
    private volatile int closedWith;

    public Follower(RawClient client, String name) {
        this.client = client;
        this.reader = new Thread(this::read, "follower-" + name);
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try {
            for (; ; ) {
                messages.add(client.message());
            }
        } catch (RawPeer.ClosedException e) {
            closedWith = e.code();
        } catch (IOException e) {
            closedWith = 1006;
        }
    }

    public void send(String message) throws IOException {
        client.send(message);
    }

    /** The code that it was closed with; 0 as long as it is open, 1006 if there was no close frame. */
    public int closedWith() {
        return closedWith;
    }

    /** The next message of the kind; those before it are dropped. */
    public JsonNode await(String what, Predicate<JsonNode> kind) {
        List<JsonNode> all = awaitAll(what, kind);
        return all.get(all.size() - 1);
    }

    /** All messages up to the next one of the kind, with it. */
    public List<JsonNode> awaitAll(String what, Predicate<JsonNode> kind) {
        List<JsonNode> seen = new ArrayList<>();
        long end = System.nanoTime() + LIMIT_NANOS;
        try {
            for (; ; ) {
                JsonNode next = messages.poll(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS);
                if (next == null) {
                    throw new AssertionError(
                            "waited in vain for " + what + "; closed with " + closedWith + "; there came " + seen);
                }
                seen.add(next);
                if (kind.test(next)) {
                    return seen;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + what, e);
        }
    }

    /** The next word about a display. */
    public JsonNode presence(String display, String action) {
        return await(
                "display " + display + " " + action,
                message -> tells(message, display)
                        && action.equals(message.path("action").asText()));
    }

    public static boolean tells(JsonNode message, String display) {
        return Json.type(message).equals("display")
                && display.equals(message.path("display").asText());
    }

    @Override
    public void close() throws IOException {
        client.close();
        try {
            reader.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
