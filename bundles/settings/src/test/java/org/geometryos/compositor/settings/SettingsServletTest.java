package org.geometryos.compositor.settings;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.geometryos.compositor.io.http.access.Access;
import org.geometryos.compositor.transport.api.Decision;
import org.geometryos.compositor.transport.api.Handshake;
import org.geometryos.compositor.transport.api.ReadGate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsServletTest {
    private static final String ORIGIN = "https://wall.example";

    private Document document = new Document("{\"revision\":1}".getBytes(StandardCharsets.UTF_8), "application/json");
    private ReadGate gate = new Gate();
    private final SettingsServlet servlet = new SettingsServlet(() -> document, new Access(() -> gate));
    private Decision decision = new Decision.Accept(Optional.empty(), Map.of());
    private Handshake asked;
    private String address = "127.0.0.1";

    private final class Gate implements ReadGate {
        @Override
        public Decision read(Handshake request) {
            asked = request;
            return decision;
        }

        @Override
        public Map<String, String> pageHeaders(Handshake request) {
            return request.header("origin")
                    .filter(ORIGIN::equals)
                    .map(origin -> Map.of("Access-Control-Allow-Origin", origin))
                    .orElse(Map.of());
        }
    }

    private static final class Answer {
        private int status = 200;
        private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    }

    private Answer ask(String method, String path, Map<String, String> headers) throws Exception {
        HttpServletRequest request = (HttpServletRequest) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (proxy, called, arguments) -> switch (called.getName()) {
                    case "getMethod" -> method;
                    case "getServletPath", "getRequestURI" -> path;
                    case "getHeader" -> headers.get(arguments[0]);
                    case "getHeaders" -> Collections.enumeration(List.of(headers.get(arguments[0])));
                    case "getHeaderNames" -> Collections.enumeration(headers.keySet());
                    case "getRemoteAddr" -> address;
                    case "getRemotePort" -> 4711;
                    case "isSecure" -> false;
                    case "startAsync" ->
                        Proxy.newProxyInstance(
                                getClass().getClassLoader(),
                                new Class<?>[] {AsyncContext.class},
                                (async, made, values) -> null);
                    default -> throw new UnsupportedOperationException(called.getName());
                });
        Answer answer = new Answer();
        HttpServletResponse response = (HttpServletResponse) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {HttpServletResponse.class}, (proxy, called, arguments) -> {
                    switch (called.getName()) {
                        case "setStatus" -> answer.status = (int) arguments[0];
                        case "setHeader" -> answer.headers.put((String) arguments[0], (String) arguments[1]);
                        case "setContentType" -> answer.headers.put("Content-Type", (String) arguments[0]);
                        case "setContentLength" -> answer.headers.put("Content-Length", arguments[0].toString());
                        case "getOutputStream" -> {
                            return new Output(answer.body);
                        }
                        default -> throw new UnsupportedOperationException(called.getName());
                    }
                    return null;
                });
        servlet.service(request, response);
        return answer;
    }

    private Answer get(Map<String, String> headers) throws Exception {
        return ask("GET", SettingsServlet.PATH, headers);
    }

    private static final class Output extends ServletOutputStream {
        private final ByteArrayOutputStream body;

        private Output(ByteArrayOutputStream body) {
            this.body = body;
        }

        @Override
        public void write(int b) {
            body.write(b);
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            try {
                listener.onWritePossible();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Test
    void settingsAreServedAndNotSentAgainToWhoHasThem() throws Exception {
        Answer answer = get(Map.of());
        assertThat(answer.status).isEqualTo(200);
        assertThat(answer.body).hasToString("{\"revision\":1}");
        assertThat(answer.headers)
                .containsEntry("Content-Type", "application/json")
                .containsEntry("Content-Length", "14")
                .containsEntry("Cache-Control", "no-cache")
                .containsEntry("X-Content-Type-Options", "nosniff");
        String etag = answer.headers.get("ETag");
        assertThat(etag).matches("\"[0-9a-f]{32}\"");
        for (String known : List.of(etag, "W/" + etag, "\"other\", " + etag, "*")) {
            Answer again = get(Map.of("If-None-Match", known));
            assertThat(again.status).isEqualTo(304);
            assertThat(again.body.size()).isZero();
            assertThat(again.headers).containsEntry("ETag", etag);
        }
        document = new Document("{\"revision\":2}".getBytes(StandardCharsets.UTF_8), "application/json");
        Answer changed = get(Map.of("If-None-Match", etag));
        assertThat(changed.status).isEqualTo(200);
        assertThat(changed.body).hasToString("{\"revision\":2}");
    }

    @Test
    void headSendsTheHeadersOfGetWithoutTheBody() throws Exception {
        Answer head = ask("HEAD", SettingsServlet.PATH, Map.of());
        assertThat(head.headers).isEqualTo(get(Map.of()).headers);
        assertThat(head.body.size()).isZero();
    }

    @Test
    void theSchemaIsTheDocumentedOne() throws Exception {
        Answer answer = ask("GET", SettingsServlet.SCHEMA, Map.of());
        assertThat(answer.headers).containsEntry("Content-Type", "application/schema+json");
        assertThat(answer.body.toByteArray())
                .isEqualTo(Files.readAllBytes(
                        Path.of(System.getProperty("compositor.docs", "../../docs"), "compose_config.schema.json")));
    }

    @Test
    void theEndpointDecidesByTheWholeRequestWithoutCountingAHandshake() throws Exception {
        get(Map.of("X-API-Key", "key", "Host", "wall.example"));
        assertThat(asked.upgrade()).isFalse();
        assertThat(asked.loopback()).isTrue();
        assertThat(asked.headers())
                .containsEntry("x-api-key", List.of("key"))
                .containsEntry("host", List.of("wall.example"));
    }

    @Test
    void onlyLoopbackAddressesAreThisMachine() throws Exception {
        Map<String, Boolean> addresses = Map.of(
                "127.1.2.3", true, "::1", true, "[::1]", true, "192.0.2.1", false, "2001:db8::1", false, "", false);
        for (Map.Entry<String, Boolean> each : addresses.entrySet()) {
            address = each.getKey();
            get(Map.of());
            assertThat(asked.loopback()).as(address).isEqualTo(each.getValue());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403})
    void whoMayNotConnectGetsNothing(int status) throws Exception {
        decision = new Decision.Refuse(status, Map.of("WWW-Authenticate", "Bearer"), "no");
        for (String path : List.of(SettingsServlet.PATH, SettingsServlet.SCHEMA)) {
            Answer answer = ask("GET", path, Map.of("If-None-Match", "*"));
            assertThat(answer.status).isEqualTo(status);
            assertThat(answer.headers)
                    .containsEntry("WWW-Authenticate", "Bearer")
                    .doesNotContainKey("ETag");
            assertThat(answer.body.size()).isZero();
        }
    }

    @Test
    void withoutAnEndpointNobodyCanTell() throws Exception {
        gate = null;
        Answer answer = get(Map.of());
        assertThat(answer.status).isEqualTo(503);
        assertThat(answer.headers).containsEntry("Retry-After", "1");
        assertThat(answer.body.size()).isZero();
    }

    @Test
    void pagesOfAllowedOriginsMayReadAndAskWithAKey() throws Exception {
        assertThat(get(Map.of("Origin", ORIGIN)).headers)
                .containsEntry("Access-Control-Allow-Origin", ORIGIN)
                .containsEntry("Access-Control-Expose-Headers", "ETag");
        assertThat(get(Map.of("Origin", "https://other.example")).headers)
                .doesNotContainKey("Access-Control-Allow-Origin");
        Answer preflight = ask("OPTIONS", SettingsServlet.PATH, Map.of("Origin", ORIGIN));
        assertThat(preflight.status).isEqualTo(204);
        assertThat(preflight.headers.get("Access-Control-Allow-Headers"))
                .contains("authorization", "x-api-key", "if-none-match");
        assertThat(ask("OPTIONS", SettingsServlet.PATH, Map.of("Origin", "https://other.example")).status)
                .isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "TRACE"})
    void onlyReadingIsAllowed(String method) throws Exception {
        Answer answer = ask(method, SettingsServlet.PATH, Map.of());
        assertThat(answer.status).isEqualTo(405);
        assertThat(answer.headers).containsEntry("Allow", "GET, HEAD");
    }
}
