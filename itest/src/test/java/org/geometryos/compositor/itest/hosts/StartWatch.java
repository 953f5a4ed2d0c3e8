package org.geometryos.compositor.itest.hosts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Asks for what the bridge serves again and again while a container starts: it may refuse the connection, say that it
 * is not ready, or answer, and never say that there is no such thing.
 */
final class StartWatch implements AutoCloseable {
    private static final List<String> PATHS =
            List.of("/compositor", "/compositor/status", "/", "/models/", "/metrics", "/compositor/settings");
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final long PAUSE_MILLIS = 10;

    private final int port;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Set<String> wrong = new ConcurrentSkipListSet<>();
    private final AtomicInteger answers = new AtomicInteger();
    private final Thread asking = new Thread(this::ask, "start-watch");

    StartWatch(int port) {
        this.port = port;
        asking.setDaemon(true);
        asking.start();
    }

    private void ask() {
        try {
            while (!Thread.interrupted()) {
                for (String path : PATHS) {
                    ask(path);
                }
                Thread.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException e) {
            // told to stop
        }
    }

    private void ask(String path) throws InterruptedException {
        HttpResponse<Void> answer;
        try {
            answer = http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .timeout(LIMIT)
                            .build(),
                    HttpResponse.BodyHandlers.discarding());
        } catch (IOException e) {
            // nobody listens yet, or the HTTP service is restarted with its configuration
            return;
        }
        answers.incrementAndGet();
        int status = answer.statusCode();
        boolean later =
                status == 503 && answer.headers().firstValue("Retry-After").isPresent();
        if (status != 200 && status != 426 && !later) {
            wrong.add(path + ": " + status);
        }
    }

    /** Ends the questions, and checks what the answers were. */
    void check() throws InterruptedException {
        close();
        asking.join(LIMIT.toMillis());
        assertTrue(answers.get() > 0, "nobody answered");
        assertEquals(Set.of(), new TreeSet<>(wrong));
    }

    @Override
    public void close() {
        asking.interrupt();
    }
}
