package org.geometryos.compositor.itest.attack;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.geometryos.compositor.itest.Waiting;

/**
 * A display that does nothing but what a display does, made of the JDK's client: it takes updates of the camera
 * {@link #CAMERA}, and asks for a pong five times a second, one at a time.
 */
final class Innocent implements WebSocket.Listener, AutoCloseable {
    static final String CAMERA = "innocent";
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final long EVERY = TimeUnit.MILLISECONDS.toMillis(200);

    private final WebSocket socket;
    private final StringBuilder message = new StringBuilder();
    private final CountDownLatch welcome = new CountDownLatch(1);
    private final Thread asking = new Thread(this::ask, "innocent");
    private final AtomicLong updates = new AtomicLong();
    private final AtomicLong pongs = new AtomicLong();
    private volatile long asked;
    private volatile long worst;
    private volatile long since = System.nanoTime();
    private volatile String ended;
    private volatile boolean over;

    Innocent(int port, String role, String name) throws Exception {
        socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .subprotocols("compositor.v1.json")
                .header("Authorization", "Bearer " + Host.key(role))
                .connectTimeout(LIMIT)
                .buildAsync(URI.create("ws://localhost:" + port + "/compositor"), this)
                .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        send("{\"type\":\"hello\",\"display\":\"" + name + "\"}");
        if (!welcome.await(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("no welcome; ended: " + ended);
        }
        send("{\"type\":\"subscribe\",\"id\":1,\"cameras\":[\"" + CAMERA + "\"]}");
        asking.setDaemon(true);
        asking.start();
    }

    synchronized void send(String text) {
        socket.sendText(text, true).join();
    }

    private void ask() {
        try {
            while (!over && ended == null) {
                long before = pongs.get();
                asked = System.nanoTime();
                send("{\"type\":\"ping\",\"t0\":1}");
                while (!over && ended == null && pongs.get() == before) {
                    Thread.sleep(1);
                }
                note();
                asked = 0;
                Thread.sleep(EVERY);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            ended(e.toString());
        }
    }

    private void note() {
        long at = asked;
        if (at != 0) {
            worst = Math.max(worst, System.nanoTime() - at);
        }
    }

    private void ended(String how) {
        if (!over && ended == null) {
            ended = how;
        }
    }

    // ---- what was seen

    /** Begins the measurement anew. */
    void reset() {
        worst = 0;
        updates.set(0);
        since = System.nanoTime();
    }

    /** The longest that it waited for a pong, in milliseconds; also for the one that has not come. */
    long worstPong() {
        note();
        return TimeUnit.NANOSECONDS.toMillis(worst);
    }

    long updates() {
        return updates.get();
    }

    double updatesPerSecond() {
        return updates.get() * 1e9 / (System.nanoTime() - since);
    }

    /** Null while it is connected. */
    String ended() {
        return ended;
    }

    @Override
    public String toString() {
        return String.format(
                java.util.Locale.ROOT,
                "pong at most %d ms, %.1f updates/s%s",
                worstPong(),
                updatesPerSecond(),
                ended == null ? "" : ", ended: " + ended);
    }

    /** Waits for so many further updates. */
    void await(int more) {
        long before = updates.get();
        Waiting.until(
                LIMIT,
                () -> more + " updates, there were " + (updates.get() - before) + "; ended: " + ended,
                () -> updates.get() - before >= more);
    }

    // ---- the client

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        message.append(data);
        if (last) {
            String text = message.toString();
            message.setLength(0);
            if (text.startsWith("{\"type\":\"camera\"")) {
                updates.incrementAndGet();
            } else if (text.startsWith("{\"type\":\"pong\"")) {
                pongs.incrementAndGet();
            } else if (text.startsWith("{\"type\":\"welcome\"")) {
                welcome.countDown();
            } else if (text.startsWith("{\"type\":\"error\"") || text.startsWith("{\"type\":\"goodbye\"")) {
                ended(text);
            }
        }
        from.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        ended("closed with " + code + " " + reason);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        ended(error.toString());
    }

    @Override
    public void close() throws InterruptedException {
        over = true;
        asking.join(LIMIT.toMillis());
        socket.abort();
    }
}
