package org.geometryos.compositor.operate;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Optional;
import org.geometryos.compositor.io.http.access.Access;
import org.geometryos.compositor.io.http.api.ApiException;
import org.geometryos.compositor.testkit.http.JettyHost;
import org.geometryos.compositor.transport.api.Decision;
import org.geometryos.compositor.transport.api.Handshake;
import org.geometryos.compositor.transport.api.ReadGate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdminServletTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String JSON = "application/json";

    private final JettyHost host = new JettyHost();
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

    /** Says what it was told. */
    private static final class Echo implements Resource {
        @Override
        public Map<String, Object> get(Map<String, String> query) throws ApiException {
            if (query.containsKey("away")) {
                throw ApiException.unavailable("the part is not there at the moment");
            }
            if (query.containsKey("broken")) {
                throw new IllegalStateException("secret");
            }
            return Map.of("text", "<Größe>", "query", query);
        }

        @Override
        public boolean writable() {
            return true;
        }

        @Override
        public Map<String, Object> post(Map<String, Object> body) throws ApiException {
            if (body.get("title") instanceof Long) {
                throw ApiException.invalid("title", "title must be text");
            }
            return body;
        }
    }

    private final AdminServlet servlet =
            new AdminServlet(Map.of("echo", new Echo(), "fixed", query -> Map.of()), new Access(() -> gate));

    @BeforeEach
    void start() throws Exception {
        host.start(servlet, false, AdminServlet.PATTERN);
    }

    @AfterEach
    void stop() throws Exception {
        host.close();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + host.port() + "/compositor/admin/" + path));
    }

    private HttpResponse<String> get(String path) throws Exception {
        return HTTP.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, String type, String body) throws Exception {
        return HTTP.send(
                request(path)
                        .header("Content-Type", type)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static void assertRefused(HttpResponse<String> answer, int status, String code, String part) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).contains("\"code\":\"" + code + "\"", part);
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
    }

    @Test
    void adminReadsInUtf8() throws Exception {
        HttpResponse<String> answer = get("echo?a=1");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains(JSON);
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(answer.body()).contains("\"text\":\"<Größe>\"", "\"query\":{\"a\":\"1\"}");
    }

    @Test
    void adminWrites() throws Exception {
        HttpResponse<String> answer =
                post("echo", "application/json; charset=utf-8", "{\"a\":[1,2.5,true,null,{\"b\":\"c\"}]}");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"a\":[1,2.5,true,null,{\"b\":\"c\"}]}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"view", "control"})
    void otherRolesNeitherReadNorWrite(String role) throws Exception {
        decision = role(role);
        assertRefused(get("echo"), 403, "forbidden", "role admin");
        assertRefused(post("echo", JSON, "{}"), 403, "forbidden", "role admin");
    }

    @Test
    void whoeverTheGateRefusesGetsItsReason() throws Exception {
        decision = new Decision.Refuse(401, Map.of("WWW-Authenticate", "Bearer"), "a key is needed");
        HttpResponse<String> answer = post("echo", JSON, "{}");
        assertRefused(answer, 401, "unauthorized", "a key is needed");
        assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer");
    }

    @Test
    void withoutAGateItIsNotReady() throws Exception {
        gate = null;
        HttpResponse<String> answer = get("echo");
        assertRefused(answer, 503, "unavailable", "not ready");
        assertThat(answer.headers().firstValue("Retry-After")).contains("1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonp"})
    void whatAFormOfAnotherSiteCanSendIsRefused(String type) throws Exception {
        assertRefused(post("echo", type, "{}"), 415, "invalid", "application/json");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "1",
                "{",
                "{}x",
                "{\"a\":1,\"a\":2}",
                "{\"a\":[[[[[[[[[[]]]]]]]]]]}",
                "{\"a\":\"sesame}",
                "\u0000",
                "{\"a\":NaN}"
            })
    void whatIsNoObjectIsRefusedAndNotQuoted(String body) throws Exception {
        HttpResponse<String> answer = post("echo", JSON, body);
        assertRefused(answer, 400, "invalid", "body");
        assertThat(answer.body()).doesNotContain("sesame");
    }

    @Test
    void aBodyThatIsTooLongIsRefused() throws Exception {
        String frame = "{\"a\":\"%s\"}";
        String longest = String.format(frame, "x".repeat(AdminServlet.MAX_BODY - 8));
        assertThat(post("echo", JSON, longest).statusCode()).isEqualTo(200);
        assertRefused(post("echo", JSON, longest + " "), 413, "invalid", String.valueOf(AdminServlet.MAX_BODY));
    }

    @Test
    void errorsNameTheField() throws Exception {
        assertRefused(post("echo", JSON, "{\"title\":1}"), 400, "invalid", "\"field\":\"title\"");
        assertRefused(get("echo?away"), 503, "unavailable", "is not there");
    }

    @Test
    void aFaultSaysNothingOfItself() throws Exception {
        HttpResponse<String> answer = get("echo?broken");
        assertRefused(answer, 500, "internal", "log");
        assertThat(answer.body()).doesNotContain("secret");
    }

    @Test
    void otherAddressesAndMethodsAreRefused() throws Exception {
        assertRefused(get("none"), 404, "not-found", "nothing");
        assertRefused(get(""), 404, "not-found", "nothing");
        HttpResponse<String> answer = post("fixed", JSON, "{}");
        assertRefused(answer, 405, "invalid", "GET, HEAD");
        assertThat(answer.headers().firstValue("Allow")).contains("GET, HEAD");
        HttpResponse<String> deleted =
                HTTP.send(request("echo").DELETE().build(), HttpResponse.BodyHandlers.ofString());
        assertThat(deleted.headers().firstValue("Allow")).contains("GET, HEAD, POST");
    }
}
