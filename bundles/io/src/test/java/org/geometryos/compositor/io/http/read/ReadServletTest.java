package org.geometryos.compositor.io.http.read;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.geometryos.compositor.io.http.access.Access;
import org.geometryos.compositor.transport.api.Decision;
import org.geometryos.compositor.transport.api.Handshake;
import org.geometryos.compositor.transport.api.ReadGate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadServletTest {
    private Decision decision = new Decision.Accept(Optional.empty(), Map.of("key", "wall"));
    private Map<String, String> page = Map.of();
    private final Map<String, String> headers = new TreeMap<>();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private int status;

    private final ReadGate gate = new ReadGate() {
        @Override
        public Decision read(Handshake request) {
            return decision;
        }

        @Override
        public Map<String, String> pageHeaders(Handshake request) {
            return page;
        }
    };
    private final ReadServlet servlet = new ReadServlet(new Access(() -> gate), "maps", "range", "ETag") {
        private static final long serialVersionUID = 1L;

        @Override
        protected void read(HttpServletRequest request, HttpServletResponse response, String key) throws IOException {
            text(response, 200, request.getMethod() + " by " + key);
        }
    };

    @BeforeEach
    void nothingIsSaidYet() {
        headers.clear();
        body.reset();
        status = 0;
    }

    private void ask(String method) throws Exception {
        HttpServletRequest request = (HttpServletRequest) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (self, called, arguments) -> switch (called.getName()) {
                    case "getMethod" -> method;
                    case "getHeaderNames" -> Collections.enumeration(List.of());
                    case "getRequestURI" -> "/maps/";
                    case "getRemotePort" -> 1;
                    case "isSecure" -> false;
                    default -> null;
                });
        HttpServletResponse response = (HttpServletResponse) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {HttpServletResponse.class}, (self, called, arguments) -> {
                    switch (called.getName()) {
                        case "setStatus" -> status = (int) arguments[0];
                        case "setHeader" -> headers.put((String) arguments[0], (String) arguments[1]);
                        case "setContentType" -> headers.put("Content-Type", (String) arguments[0]);
                        case "getOutputStream" -> {
                            return new Output();
                        }
                        default -> throw new UnsupportedOperationException(called.getName());
                    }
                    return null;
                });
        servlet.service(request, response);
    }

    private final class Output extends ServletOutputStream {
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
            throw new UnsupportedOperationException();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD"})
    void whoHasAccessReadsAndNothingThatIsReadIsAPage(String method) throws Exception {
        ask(method);
        assertThat(status).isEqualTo(200);
        assertThat(body).hasToString(method + " by wall\n");
        assertThat(headers)
                .containsEntry("X-Content-Type-Options", "nosniff")
                .containsEntry("Content-Security-Policy", "default-src 'none'; sandbox")
                .containsEntry("Cache-Control", "no-cache")
                .doesNotContainKey("Access-Control-Expose-Headers");
    }

    @Test
    void whoHasNoAccessIsToldWhy() throws Exception {
        decision = new Decision.Refuse(401, Map.of("WWW-Authenticate", "Bearer"), "a key is needed");
        page = Map.of("Access-Control-Allow-Origin", "https://wall.example");
        ask("GET");
        assertThat(status).isEqualTo(401);
        assertThat(body).hasToString("a key is needed\n");
        assertThat(headers)
                .containsEntry("WWW-Authenticate", "Bearer")
                .containsEntry("Access-Control-Allow-Origin", "https://wall.example")
                .doesNotContainKey("Access-Control-Expose-Headers");
    }

    @Test
    void aPageOfAnAllowedOriginAsksWithAKeyAndGetsToKnowHeaders() throws Exception {
        page = Map.of("Access-Control-Allow-Origin", "https://wall.example");
        ask("OPTIONS");
        assertThat(status).isEqualTo(204);
        assertThat(headers)
                .containsEntry("Access-Control-Allow-Methods", "GET, HEAD")
                .containsEntry("Access-Control-Allow-Headers", "authorization, x-api-key, range");
        ask("GET");
        assertThat(headers)
                .containsEntry("Access-Control-Allow-Origin", "https://wall.example")
                .containsEntry("Access-Control-Expose-Headers", "ETag");
    }

    @Test
    void aPageOfAnotherOriginMayNotAsk() throws Exception {
        ask("OPTIONS");
        assertThat(status).isEqualTo(403);
        assertThat(body).hasToString("pages of this origin may not read maps\n");
        assertThat(headers).doesNotContainKey("Access-Control-Allow-Headers");
    }

    @Test
    void nothingElseIsTaken() throws Exception {
        ask("PUT");
        assertThat(status).isEqualTo(405);
        assertThat(headers).containsEntry("Allow", "GET, HEAD, OPTIONS");
        assertThat(body).hasToString("PUT is not taken here, only GET and HEAD\n");
    }
}
