package org.geometryos.compositor.webconsole;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.geometryos.compositor.api.connection.LinkMemory;
import org.geometryos.compositor.api.connection.Role;
import org.geometryos.compositor.transport.api.Decision;
import org.geometryos.compositor.transport.api.Handshake;
import org.geometryos.compositor.transport.api.ReadGate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KeyedConsoleTest {
    private static final String KEY = "cb_operator_0123456789abcdef";

    private final KeyedConsole console = new KeyedConsole();
    private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final Map<String, Object> answer = new HashMap<>();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private String method = "GET";
    private Role role = Role.ADMIN;
    private String name = "operator";

    @BeforeEach
    void gateThatKnowsOneKey() {
        headers.put("Host", "bridge.example:8081");
        console.gate = new ReadGate() {
            @Override
            public Decision read(Handshake request) {
                return request.headers()
                                .getOrDefault("authorization", List.of())
                                .equals(List.of("Bearer " + KEY))
                        ? new Decision.Accept(
                                Optional.empty(),
                                LinkMemory.ofHandshake("compositor.v1.json", name, Optional.empty(), role, false))
                        : new Decision.Refuse(401, Map.of("WWW-Authenticate", "Bearer"), "a key is needed");
            }

            @Override
            public Map<String, String> pageHeaders(Handshake request) {
                return Map.of();
            }
        };
    }

    @Test
    void aKeyIsThePasswordOfWhateverUser() {
        headers.put("Authorization", "Basic " + base64("whoever:" + KEY));
        assertThat(ask()).isEqualTo("operator");
        headers.put("Authorization", "Bearer " + KEY);
        assertThat(ask()).isEqualTo("operator");
    }

    @Test
    void withoutOneTheBrowserAsks() {
        assertThat(ask()).isNull();
        assertThat(answer).containsEntry("status", 401);
        assertThat(answer.get("WWW-Authenticate")).asString().startsWith("Basic realm=");
        assertThat(body.toString(StandardCharsets.UTF_8)).isEqualTo("a key is needed\n");
    }

    @Test
    void anythingElseIsNoKey() {
        for (String wrong :
                List.of("Basic", "Basic !", "Basic " + base64(KEY + ":"), "Basic " + base64("x:y"), "Digest " + KEY)) {
            headers.put("Authorization", wrong);
            assertThat(ask()).as(wrong).isNull();
            assertThat(answer).containsEntry("status", 401);
        }
    }

    @Test
    void anotherRoleIsRefused() {
        role = Role.CONTROL;
        headers.put("Authorization", "Bearer " + KEY);
        assertThat(ask()).isNull();
        assertThat(answer).containsEntry("status", 403);
    }

    @Test
    void whereNoKeyIsConfiguredNobodyGetsIn() {
        name = "local";
        headers.put("Authorization", "Bearer " + KEY);
        assertThat(ask()).isNull();
        assertThat(answer).containsEntry("status", 403);
        assertThat(body.toString(StandardCharsets.UTF_8)).contains("key new --role admin");
    }

    @Test
    void nothingIsDecidedWhileTheGateIsAway() {
        console.gate = null;
        assertThat(ask()).isNull();
        assertThat(answer).containsEntry("status", 503);
    }

    @Test
    void aPageOfAnotherOriginMayDoNothing() {
        headers.put("Authorization", "Bearer " + KEY);
        method = "POST";
        assertThat(ask()).isEqualTo("operator");
        headers.put("Origin", "https://bridge.example:8081");
        assertThat(ask()).isEqualTo("operator");
        for (String origin : List.of("https://bridge.example:8082", "https://evil.example", "null", "not an origin")) {
            headers.put("Origin", origin);
            assertThat(ask()).as(origin).isNull();
            assertThat(answer).containsEntry("status", 403);
        }
        headers.remove("Origin");
        headers.put("Sec-Fetch-Site", "same-site");
        assertThat(ask()).isNull();
        method = "GET";
        assertThat(ask()).isEqualTo("operator");
    }

    @Test
    void noPageMayEmbedIt() {
        ask();
        assertThat(answer).containsEntry("X-Frame-Options", "DENY");
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private Object ask() {
        answer.clear();
        body.reset();
        HttpServletRequest request = (HttpServletRequest) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (self, asked, arguments) -> switch (asked.getName()) {
                    case "getHeaderNames" -> Collections.enumeration(headers.keySet());
                    case "getHeaders" ->
                        Collections.enumeration(
                                headers.containsKey((String) arguments[0])
                                        ? List.of(headers.get((String) arguments[0]))
                                        : List.of());
                    case "getHeader" -> headers.get((String) arguments[0]);
                    case "getRequestURI" -> "/system/console";
                    case "getRemoteAddr" -> "127.0.0.1";
                    case "getRemotePort" -> 1;
                    case "isSecure" -> false;
                    case "getMethod" -> method;
                    default -> null;
                });
        HttpServletResponse response = (HttpServletResponse) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {HttpServletResponse.class}, (self, asked, arguments) -> {
                    switch (asked.getName()) {
                        case "setStatus" -> answer.put("status", arguments[0]);
                        case "setHeader" -> answer.put((String) arguments[0], arguments[1]);
                        case "getOutputStream" -> {
                            return output();
                        }
                        default -> {
                            // not looked at
                        }
                    }
                    return null;
                });
        return console.authenticate(request, response);
    }

    private ServletOutputStream output() {
        return new ServletOutputStream() {
            @Override
            public boolean isReady() {
                return true;
            }

            @Override
            public void setWriteListener(WriteListener listener) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void write(int b) {
                body.write(b);
            }
        };
    }
}
