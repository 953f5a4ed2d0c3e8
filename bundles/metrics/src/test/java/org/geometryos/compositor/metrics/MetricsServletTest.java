package org.geometryos.compositor.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Optional;
import org.geometryos.compositor.api.metrics.Durations;
import org.geometryos.compositor.io.http.access.Access;
import org.geometryos.compositor.testkit.http.JettyHost;
import org.geometryos.compositor.transport.api.Decision;
import org.geometryos.compositor.transport.api.Handshake;
import org.geometryos.compositor.transport.api.ReadGate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsServletTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final JettyHost host = new JettyHost();
    private final Figures figures = new Figures(System::nanoTime);
    private volatile Decision decision = role("admin");
    private volatile ReadGate gate = new ReadGate() {
        @Override
        public Decision read(Handshake request) {
            return decision;
        }

        @Override
        public Map<String, String> pageHeaders(Handshake request) {
            return Map.of();
        }
    };

    private static Decision role(String role) {
        return new Decision.Accept(Optional.empty(), Map.of("key", "k", "role", role));
    }

    private final MetricsServlet servlet = new MetricsServlet(figures, new Access(() -> gate));

    @BeforeEach
    void start() throws Exception {
        host.start(servlet, false, MetricsServlet.PATH);
        figures.add(readings -> {
            for (int i = 0; i < 20; i++) {
                readings.durations("d_seconds", "D.", new Durations(), "i", Integer.toString(i));
            }
            readings.counter("a_total", "A.", 1, "name", "Größe");
        });
    }

    @AfterEach
    void stop() throws Exception {
        host.close();
    }

    private HttpResponse<String> ask(String method, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + host.port() + MetricsServlet.PATH))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    @Test
    void adminReadsAllInUtf8() throws Exception {
        HttpResponse<String> answer = ask("GET");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "Content-Type").replace(" ", ""))
                .isEqualToIgnoringCase("text/plain;version=0.0.4;charset=utf-8");
        assertThat(header(answer, "Cache-Control")).isEqualTo("no-store");
        assertThat(answer.body())
                .contains(
                        "a_total{name=\"Größe\"} 1\n",
                        "compositor_scrape_seconds_count 0\n",
                        "d_seconds_count{i=\"19\"} 0\n");
    }

    @Test
    void openMetricsIsThereForThoseWhoAskForIt() throws Exception {
        HttpResponse<String> answer = ask("GET", "Accept", "application/openmetrics-text;version=1.0.0");
        assertThat(header(answer, "Content-Type")).startsWith("application/openmetrics-text");
        assertThat(header(answer, "Vary")).contains("Accept");
        assertThat(answer.body()).contains("# TYPE a counter\n").endsWith("# EOF\n");
    }

    @Test
    void headHasNoBody() throws Exception {
        HttpResponse<String> answer = ask("HEAD");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"view", "control"})
    void otherRolesDoNotReadIt(String role) throws Exception {
        decision = role(role);
        HttpResponse<String> answer = ask("GET");
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body()).isEqualTo("metrics need a key with role admin\n");
    }

    @Test
    void whoeverTheGateRefusesGetsItsReason() throws Exception {
        decision = new Decision.Refuse(401, Map.of("WWW-Authenticate", "Bearer"), "no such key");
        HttpResponse<String> answer = ask("GET");
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(header(answer, "WWW-Authenticate")).isEqualTo("Bearer");
        assertThat(answer.body()).isEqualTo("no such key\n");
    }

    @Test
    void withoutAGateItIsNotReady() throws Exception {
        gate = null;
        HttpResponse<String> answer = ask("GET");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(header(answer, "Retry-After")).isEqualTo("1");
    }

    @Test
    void otherMethodsAreNotAllowed() throws Exception {
        HttpResponse<String> answer = ask("POST");
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(header(answer, "Allow")).isEqualTo("GET, HEAD");
    }
}
