package org.geometryos.compositor.launcher.command;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What a host answers to a request over HTTP. */
record HttpAnswer(int status, String body) {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final int MAX_BYTES = 16 << 20;

    /**
     * Asks once, with the key of the target.
     *
     * @param body JSON that is posted; empty: it is a GET
     * @param limit for all of it
     * @throws FailedException it does not answer
     */
    static HttpAnswer of(Target target, URI address, Optional<String> body, Duration limit)
            throws FailedException, InterruptedException {
        HttpClient.Builder http =
                HttpClient.newBuilder().connectTimeout(CONNECT).version(HttpClient.Version.HTTP_1_1);
        target.tls().ifPresent(http::sslContext);
        HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(limit);
        target.key().ifPresent(key -> request.header("Authorization", "Bearer " + key.secret()));
        body.ifPresent(json -> request.header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json, StandardCharsets.UTF_8)));
        try {
            return http.build()
                    .sendAsync(request.build(), HttpResponse.BodyHandlers.ofInputStream())
                    .thenApplyAsync(HttpAnswer::read)
                    .get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
            throw new FailedException(
                    address + " does not answer ("
                            + (cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage())
                            + ")",
                    e);
        }
    }

    private static HttpAnswer read(HttpResponse<InputStream> response) {
        try (InputStream body = response.body()) {
            return new HttpAnswer(
                    response.statusCode(), new String(body.readNBytes(MAX_BYTES), StandardCharsets.UTF_8));
        } catch (IOException e) {
            return new HttpAnswer(response.statusCode(), "");
        }
    }
}
