package org.geometryos.compositor.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.geometryos.compositor.api.connection.LinkAttributes;
import org.geometryos.compositor.transport.api.Decision;
import org.geometryos.compositor.transport.api.Handshake;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GateTest {
    private static final Set<String> KNOWN = Set.of("compositor.v1.json", "compositor.v1.cbor");

    private static Decision decide(boolean loopback, boolean ready, Object... headers) {
        Map<String, List<String>> map = new HashMap<>();
        map.put("host", List.of("localhost:8081"));
        for (int i = 0; i < headers.length; i += 2) {
            if (headers[i + 1] instanceof List<?> values) {
                map.put((String) headers[i], values.stream().map(String.class::cast).toList());
            } else {
                map.put((String) headers[i], List.of((String) headers[i + 1]));
            }
        }
        return Gate.decide(new Handshake(true, "/compositor", map, "127.0.0.1", 1, loopback, false), KNOWN, ready);
    }

    private static int refused(Object... headers) {
        return decide(true, true, headers) instanceof Decision.Refuse refuse ? refuse.status() : 0;
    }

    private static Decision.Accept accepted(Object... headers) {
        return (Decision.Accept) decide(true, true, headers);
    }

    @Test
    void firstKnownOneInTheClientsOrderIsTaken() {
        assertThat(accepted("sec-websocket-protocol", "v2, compositor.v1.cbor,compositor.v1.json").subprotocol()).hasValue("compositor.v1.cbor");
        assertThat(accepted("sec-websocket-protocol", List.of("x", "compositor.v1.json", "compositor.v1.cbor")).subprotocol()).hasValue("compositor.v1.json");
    }

    @Test
    void nothingOfferedGivesJsonAndNoAnswer() {
        Decision.Accept accept = accepted();
        assertThat(accept.subprotocol()).isEmpty();
        assertThat(accept.attributes()).containsEntry(LinkAttributes.CODEC, "compositor.v1.json").containsEntry(LinkAttributes.ROLE, "admin")
                .containsEntry(LinkAttributes.KEY, "local");
    }

    @Test
    void onlyUnknownOnesAreRefusedNamingTheKnown() {
        Decision.Refuse refuse = (Decision.Refuse) decide(true, true, "sec-websocket-protocol", "mqtt, COMPOSITOR.V1.JSON");
        assertThat(refuse.status()).isEqualTo(400);
        assertThat(refuse.reason()).contains("compositor.v1.cbor, compositor.v1.json");
    }

    @Test
    void keyIsNoSubprotocol() {
        assertThat(refused("sec-websocket-protocol", "compositor.key.c2VjcmV0")).isEqualTo(400);
        Decision.Accept accept = accepted("sec-websocket-protocol", "compositor.key.c2VjcmV0, compositor.v1.json");
        assertThat(accept.subprotocol()).hasValue("compositor.v1.json");
        Decision.Refuse refuse = (Decision.Refuse) decide(true, true, "sec-websocket-protocol", "compositor.key.c2VjcmV0, x");
        assertThat(refuse.reason()).doesNotContain("c2VjcmV0");
    }

    @Test
    void othersThanThisMachineAreRefused() {
        assertThat(((Decision.Refuse) decide(false, true)).status()).isEqualTo(403);
    }

    @Test
    void notReadyIsRetriedLater() {
        Decision.Refuse refuse = (Decision.Refuse) decide(true, false);
        assertThat(refuse.status()).isEqualTo(503);
        assertThat(refuse.headers()).containsKey("Retry-After");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST:8081", "127.0.0.1", "127.0.0.1:1", "127.255.3.4:80", "[::1]", "[::1]:8081"})
    void loopbackHostsAreTaken(String host) {
        assertThat(refused("host", host)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "example.org", "localhost.example.org", "127.0.0.1.example.org", "128.0.0.1", "127.0.0.256", "127.0.0", "127.1",
            "[::2]:80", "[::1]x", "localhost:80:80", "localhost:x", "::1", "0.0.0.0", "user@localhost"})
    void otherHostsAreRefused(String host) {
        assertThat(refused("host", host)).isEqualTo(403);
    }

    @Test
    void missingOrDoubledHostIsRefused() {
        assertThat(refused("host", List.of())).isEqualTo(403);
        assertThat(refused("host", List.of("localhost", "localhost"))).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost", "http://localhost:3000", "https://127.0.0.1:5173", "http://[::1]:8081"})
    void loopbackOriginsAreTaken(String origin) {
        assertThat(refused("origin", origin)).isZero();
        assertThat(Gate.loopbackOrigin(origin)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "http://example.org", "http://localhost.example.org", "file://", "localhost", "http://127.0.0.1.nip.io", "://"})
    void otherOriginsAreRefused(String origin) {
        assertThat(refused("origin", origin)).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"})
    void proxiesAreRefused(String header) {
        assertThat(refused(header, "x")).isEqualTo(403);
    }
}
