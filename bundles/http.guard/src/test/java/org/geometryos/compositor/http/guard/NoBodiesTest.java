package org.geometryos.compositor.http.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.geometryos.compositor.testkit.http.JettyHost;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against Jetty itself, over sockets. */
class NoBodiesTest {
    private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private final JettyHost host = new JettyHost();
    private WatchConnector watching;

    @BeforeEach
    void startJetty() throws Exception {
        Settings settings = new Settings(TimeUnit.SECONDS.toNanos(10), 100, 2_000);
        watching = host.start()
                .add(new WatchConnector(host.server, new HeaderWatch(() -> settings), new Restarting(), () -> true));
    }

    @AfterEach
    void stopJetty() throws Exception {
        host.close();
    }

    private static String chunked(String method, String path, String body) {
        return method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n" + body;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1;a=\"\r\nX\r\n0\r\n\r\n",
                "1;a=\"b\r\nX\r\n0\r\n\r\n",
                "0;\"\r\n\r\n",
                "1\r\nX\r\n0\r\n\r\n",
                "0\r\n\r\n",
                "5;a=\"\r\nX\r\n0\r\n\r\n",
                ""
            })
    void whatStandsBehindABodyThatDoesNotBelongIsNoRequest(String body) throws IOException {
        for (String start : new String[] {
            "GET /anything",
            "GET /compositor",
            "POST /compositor/status",
            "POST /models/a.glb",
            "PUT /",
            "DELETE /x",
            "HEAD /"
        }) {
            String[] line = start.split(" ");
            String answer = host.exchange(chunked(line[0], line[1], body) + SMUGGLED);
            assertThat(answer).as(start).startsWith("HTTP/1.1 400").containsIgnoringCase("Connection: close");
            assertThat(answer.split("HTTP/1\\.1 ", -1))
                    .as("one answer to %s", start)
                    .hasSize(2);
        }
        assertThat(host.handled).isEmpty();
    }

    @Test
    void transferEncodingIsRefusedInWhateverCaseAndNumber() throws IOException {
        for (String field : new String[] {
            "transfer-encoding: chunked",
            "TRANSFER-ENCODING: Chunked",
            "Transfer-Encoding: gzip, chunked",
            "Transfer-Encoding: chunked\r\nContent-Length: 3"
        }) {
            assertThat(host.exchange("GET / HTTP/1.1\r\nHost: localhost\r\n" + field + "\r\n\r\n0\r\n\r\n" + SMUGGLED))
                    .as(field)
                    .matches("(?s)HTTP/1.1 (400|501).*");
        }
        assertThat(host.handled).isEmpty();
    }

    @Test
    void othersInTheSameHttpServiceHaveTheirBodies() throws IOException {
        assertThat(host.exchange(chunked("POST", "/console/upload", "3\r\nabc\r\n0\r\n\r\n")
                        + "GET /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 204");
        assertThat(host.handled).containsExactly("/console/upload", "/x");
    }

    @Test
    void requestsWithoutABodyGoOnOnTheSameConnection() throws IOException {
        host.exchange("GET /a HTTP/1.1\r\nHost: localhost\r\n\r\nGET /b HTTP/1.1\r\nHost: localhost\r\nConnection: "
                + "close\r\n\r\n");
        assertThat(host.handled).containsExactly("/a", "/b");
    }

    @Test
    void nothingIsLeftInTheConnectorWhenTheBundleGoes() throws Exception {
        assertThat(host.connector
                        .getConnectionFactory(HttpConnectionFactory.class)
                        .getHttpConfiguration()
                        .getCustomizers())
                .hasAtLeastOneElementOfType(NoBodies.class);
        watching.stop();
        assertThat(host.connector
                        .getConnectionFactory(HttpConnectionFactory.class)
                        .getHttpConfiguration()
                        .getCustomizers())
                .noneMatch(NoBodies.class::isInstance);
    }
}
