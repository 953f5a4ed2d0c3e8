package org.geometryos.compositor.http.guard;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.geometryos.compositor.testkit.http.JettyHost;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against Jetty itself, over sockets. */
class RestartingTest {
    private final JettyHost host = new JettyHost();
    private final Restarting restarting = new Restarting();
    private volatile boolean leaving;
    private WatchConnector watching;

    /** As the servlet with which the HTTP service gives requests to its whiteboard, which may be away. */
    private final class Dispatching extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response)
                throws IOException, ServletException {
            if (request.getRequestURI().startsWith("/away")) {
                response.sendError(HttpServletResponse.SC_NOT_FOUND);
            } else if (request.getRequestURI().startsWith("/long")) {
                response.setStatus(HttpServletResponse.SC_NOT_FOUND);
                response.getOutputStream().write(new byte[1_000_000]);
            } else {
                restarting.doFilter(
                        request,
                        response,
                        (asked, answer) -> ((HttpServletResponse) answer)
                                .sendError(request.getRequestURI().equals("/none") ? 404 : 403));
            }
        }
    }

    @BeforeEach
    void startJetty() throws Exception {
        Settings settings = new Settings(TimeUnit.SECONDS.toNanos(10), 100, 2_000);
        watching = host.start(new Dispatching(), false, "/*")
                .add(new WatchConnector(host.server, new HeaderWatch(() -> settings), restarting, () -> leaving));
    }

    @AfterEach
    void stopJetty() throws Exception {
        host.close();
    }

    private String get(String path) throws IOException {
        return host.exchange("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    }

    @Test
    void whatTheWhiteboardHasNotSeenIsToBeAskedForAgain() throws IOException {
        assertThat(get("/away"))
                .startsWith("HTTP/1.1 503")
                .contains("Retry-After: 1\r\n", "Cache-Control: no-store\r\n", "\r\n\r\nnot ready: ")
                .doesNotContain("404");
        assertThat(get("/away/compositor/status"))
                .contains("Content-Type: application/json\r\n")
                .endsWith("\"retryAfter\":1}");
        assertThat(get("/long")).startsWith("HTTP/1.1 503").endsWith("restarts\n");
        assertThat(host.exchange("HEAD /away HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 503")
                .endsWith("\r\n\r\n");
    }

    @Test
    void whatItHasSeenIsItsOwn() throws IOException {
        assertThat(get("/none")).startsWith("HTTP/1.1 404").doesNotContain("Retry-After");
        assertThat(get("/forbidden")).startsWith("HTTP/1.1 403");
    }

    @Test
    void connectionsGoOnBehindSuchAnAnswer() throws IOException {
        assertThat(host.exchange("GET /away HTTP/1.1\r\nHost: localhost\r\n\r\n"
                                + "GET /none HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                        .split("HTTP/1\\.1 "))
                .satisfiesExactly(
                        before -> assertThat(before).isEmpty(),
                        first -> assertThat(first).startsWith("503"),
                        second -> assertThat(second).startsWith("404"));
    }

    @Test
    void aServiceThatStopsAnswersSoToTheEnd() throws Exception {
        watching.stop();
        assertThat(get("/away")).startsWith("HTTP/1.1 503");
    }

    @Test
    void nothingIsLeftInTheConnectorWhenTheBundleGoes() throws Exception {
        leaving = true;
        watching.stop();
        assertThat(get("/away")).startsWith("HTTP/1.1 404");
        assertThat(host.connector
                        .getConnectionFactory(HttpConnectionFactory.class)
                        .getHttpConfiguration()
                        .getCustomizers())
                .isEmpty();
    }
}
