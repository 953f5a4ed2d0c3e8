package org.geometryos.compositor.io.http.access;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.geometryos.compositor.transport.api.Decision;
import org.geometryos.compositor.transport.api.Handshake;
import org.geometryos.compositor.transport.api.ReadGate;
import org.junit.jupiter.api.Test;

class AccessTest {
    private ReadGate gate;
    private final Access access = new Access(() -> gate);

    private static HttpServletRequest request() {
        return (HttpServletRequest) Proxy.newProxyInstance(
                AccessTest.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (self, method, arguments) -> switch (method.getName()) {
                    case "getHeaderNames", "getHeaders" -> Collections.enumeration(List.of());
                    case "getRequestURI", "getRemoteAddr" -> "/x";
                    case "getRemotePort" -> 1;
                    case "isSecure" -> false;
                    default -> null;
                });
    }

    private int status() {
        return access.caller(request()).refusal().map(Decision.Refuse::status).orElse(200);
    }

    @Test
    void gateDecidesAndNothingIsAnsweredWhileItIsAway() {
        assertThat(status()).isEqualTo(503);
        assertThat(access.pageHeaders(request())).isEmpty();
        gate = new ReadGate() {
            @Override
            public Decision read(Handshake request) {
                return new Decision.Accept(Optional.empty(), Map.of("key", "wall"));
            }

            @Override
            public Map<String, String> pageHeaders(Handshake request) {
                return Map.of("Vary", "Origin");
            }
        };
        assertThat(status()).isEqualTo(200);
        assertThat(access.caller(request()).key()).isEqualTo("wall");
        assertThat(access.pageHeaders(request())).containsEntry("Vary", "Origin");
    }

    @Test
    void gateThatThrowsLetsNobodyRead() {
        gate = new ReadGate() {
            @Override
            public Decision read(Handshake request) {
                throw new IllegalStateException("no");
            }

            @Override
            public Map<String, String> pageHeaders(Handshake request) {
                throw new NoClassDefFoundError("gone");
            }
        };
        assertThat(status()).isEqualTo(500);
        assertThat(access.caller(request()).attributes()).isEmpty();
        assertThat(access.pageHeaders(request())).isEmpty();
    }
}
