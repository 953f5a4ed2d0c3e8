package org.geometryos.compositor.launcher.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.geometryos.compositor.api.connection.Subscription;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server that refuses the handshake, and tells why at its status. */
class RefusedVisitTest {
    private static final String SECRET = "cb_abcdefgh_secretsecretsecretsecretsecret12";

    private final List<String> keys = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private volatile int status;
    private volatile String body = "";

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/compositor", exchange -> {
            keys.add(exchange.getRequestHeaders().getFirst("Authorization"));
            byte[] answer = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private Target target() throws Exception {
        return new Target(
                Target.address(
                        "--url", "http://127.0.0.1:" + server.getAddress().getPort()),
                Optional.of(ApiKey.of("test", SECRET)),
                Optional.empty(),
                false);
    }

    @ParameterizedTest
    @CsvSource({"401,the key is not known to it", "403,not allowed from here", "503,'full, draining or not ready'"})
    void reasonIsTheServersAndTheKeyIsNotShown(int code, String meaning) throws Exception {
        status = code;
        body = "{\"status\":\"no\",\"retryAfter\":1,\"reason\":\"because\\u001b it says so\"}";
        Target target = target();
        assertThatThrownBy(() -> Visit.to(target, Subscription.NONE, new Roll()))
                .isInstanceOf(FailedException.class)
                .hasMessage(target.uri() + " refused the connection: HTTP " + code + " (" + meaning
                        + "): because? it says so");
        assertThat(keys).hasSize(2).allMatch(key -> key.equals("Bearer " + SECRET));
    }

    @Test
    void serverThatTellsNothingIsNoObstacle() throws Exception {
        status = 401;
        body = "go away";
        Target target = target();
        assertThatThrownBy(() -> Visit.to(target, Subscription.NONE, new Roll()))
                .isInstanceOf(FailedException.class)
                .hasMessage(target.uri() + " refused the connection: HTTP 401 (the key is not known to it)")
                .hasMessageNotContaining("secret");
    }
}
