package org.geometryos.compositor.launcher.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.geometryos.compositor.client.Closed;
import org.geometryos.compositor.client.CompositorClient;
import org.geometryos.compositor.protocol.codec.Codecs;

/** Connecting with the client library, and saying why it did not work. */
final class Remote {
    private static final Duration STATUS_LIMIT = Duration.ofSeconds(3);
    private static final int STATUS_BYTES = 16_384;

    private Remote() {}

    static CompositorClient.Builder builder(Target target) {
        CompositorClient.Builder builder = CompositorClient.builder(target.uri())
                .key(() -> target.key().map(ApiKey::secret))
                .codec(target.cbor() ? Codecs.cbor() : Codecs.json());
        target.tls().ifPresent(builder::tls);
        return builder;
    }

    /**
     * Why a connection ended, in a sentence. What the server answered to a handshake is asked for where it tells it.
     */
    static String why(Target target, Closed closed) {
        if (closed.httpStatus().isPresent()) {
            int status = closed.httpStatus().getAsInt();
            String what =
                    switch (status) {
                        case 401 ->
                            target.key().isPresent()
                                    ? " (the key is not known to it)"
                                    : " (it wants a key: --key-file or COMPOSITOR_KEY)";
                        case 403 -> " (not allowed from here)";
                        case 503 -> " (full, draining or not ready)";
                        default -> "";
                    };
            return target.uri() + " refused the connection: HTTP " + status + what
                    + reason(target).map(said -> ": " + said).orElse("");
        }
        String reason = closed.reason().isEmpty() ? "no reason given" : Console.plain(closed.reason());
        return closed.code() == 1006
                ? target.uri() + ": " + reason
                : target.uri() + " closed the connection with " + closed.code() + ": " + reason;
    }

    /** What {@code GET /compositor/status} gives as the reason; asked with the same key. */
    private static Optional<String> reason(Target target) {
        HttpClient.Builder http =
                HttpClient.newBuilder().connectTimeout(STATUS_LIMIT).version(HttpClient.Version.HTTP_1_1);
        target.tls().ifPresent(http::sslContext);
        HttpRequest.Builder request = HttpRequest.newBuilder(target.status()).timeout(STATUS_LIMIT);
        target.key().ifPresent(key -> request.header("Authorization", "Bearer " + key.secret()));
        try {
            String body = http.build()
                    .sendAsync(request.build(), HttpResponse.BodyHandlers.ofInputStream())
                    .thenApplyAsync(Remote::text)
                    .get(STATUS_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            return reason(body);
        } catch (IOException | ExecutionException | TimeoutException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static String text(HttpResponse<InputStream> response) {
        try (InputStream body = response.body()) {
            return new String(body.readNBytes(STATUS_BYTES), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    private static Optional<String> reason(String json) throws IOException {
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            parser.nextToken();
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                parser.nextToken();
                if (name.equals("reason")) {
                    return Optional.of(Console.plain(parser.getText()));
                }
                parser.skipChildren();
            }
            return Optional.empty();
        }
    }
}
