package org.geometryos.compositor.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against Jetty itself, over sockets. */
class NoBodiesTest {
    private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private static final int LIMIT_MILLIS = 20_000;

    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server, 1, 1);
    private final Queue<String> handled = new ConcurrentLinkedQueue<>();
    private WatchConnector watching;

    @BeforeEach
    void startJetty() throws Exception {
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                handled.add(request.getHttpURI().getPath());
                Content.Source.consumeAll(request);
                response.setStatus(204);
                callback.succeeded();
                return true;
            }
        });
        server.start();
        Settings settings = new Settings(65_536, 0, true, 1, TimeUnit.SECONDS.toNanos(10), 100);
        watching = new WatchConnector(server, new HeaderWatch(() -> settings));
        server.addConnector(watching);
        watching.start();
    }

    @AfterEach
    void stopJetty() throws Exception {
        server.stop();
    }

    private String exchange(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", connector.getLocalPort())) {
            socket.setSoTimeout(LIMIT_MILLIS);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static String chunked(String method, String path, String body) {
        return method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n" + body;
    }

    @ParameterizedTest
    @ValueSource(strings = {"1;a=\"\r\nX\r\n0\r\n\r\n", "1;a=\"b\r\nX\r\n0\r\n\r\n", "0;\"\r\n\r\n", "1\r\nX\r\n0\r\n\r\n", "0\r\n\r\n", "5;a=\"\r\nX\r\n0\r\n\r\n", ""})
    void whatStandsBehindABodyThatDoesNotBelongIsNoRequest(String body) throws IOException {
        for (String start : new String[] {"GET /anything", "GET /compositor", "POST /compositor/status", "POST /models/a.glb", "PUT /", "DELETE /x", "HEAD /"}) {
            String[] line = start.split(" ");
            String answer = exchange(chunked(line[0], line[1], body) + SMUGGLED);
            assertThat(answer).as(start).startsWith("HTTP/1.1 400").containsIgnoringCase("Connection: close");
            assertThat(answer.split("HTTP/1\\.1 ", -1)).as("one answer to %s", start).hasSize(2);
        }
        assertThat(handled).isEmpty();
    }

    @Test
    void transferEncodingIsRefusedInWhateverCaseAndNumber() throws IOException {
        for (String field : new String[] {"transfer-encoding: chunked", "TRANSFER-ENCODING: Chunked", "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: chunked\r\nContent-Length: 3"}) {
            assertThat(exchange("GET / HTTP/1.1\r\nHost: localhost\r\n" + field + "\r\n\r\n0\r\n\r\n" + SMUGGLED)).as(field).matches("(?s)HTTP/1.1 (400|501).*");
        }
        assertThat(handled).isEmpty();
    }

    @Test
    void othersInTheSameHttpServiceHaveTheirBodies() throws IOException {
        assertThat(exchange(chunked("POST", "/console/upload", "3\r\nabc\r\n0\r\n\r\n") + "GET /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 204");
        assertThat(handled).containsExactly("/console/upload", "/x");
    }

    @Test
    void requestsWithoutABodyGoOnOnTheSameConnection() throws IOException {
        exchange("GET /a HTTP/1.1\r\nHost: localhost\r\n\r\nGET /b HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        assertThat(handled).containsExactly("/a", "/b");
    }

    @Test
    void nothingIsLeftInTheConnectorWhenTheBundleGoes() throws Exception {
        assertThat(connector.getConnectionFactory(HttpConnectionFactory.class).getHttpConfiguration().getCustomizers()).hasAtLeastOneElementOfType(NoBodies.class);
        watching.stop();
        assertThat(connector.getConnectionFactory(HttpConnectionFactory.class).getHttpConfiguration().getCustomizers()).noneMatch(NoBodies.class::isInstance);
    }
}
