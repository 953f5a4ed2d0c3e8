package org.geometryos.compositor.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.geometryos.compositor.api.connection.LinkMemory;
import org.geometryos.compositor.api.connection.Refusal;
import org.geometryos.compositor.api.connection.Role;
import org.geometryos.compositor.transport.api.Decision;
import org.geometryos.compositor.transport.api.Handshake;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Handshakes without keys. */
class GateTest {
    private static final Set<String> KNOWN = Set.of("compositor.v1.json", "compositor.v1.cbor");

    private static final Gate OPEN = new Gate(KeyRing.of(List.of(), false), Origins.of(new String[0]), KNOWN, Map.of());

    private static Decision decide(boolean loopback, Object... headers) {
        return OPEN.decide(handshake(loopback, headers), (key, role, operator) -> {
            assertThat(key).isEmpty();
            assertThat(role).isEqualTo(Role.ADMIN);
            assertThat(operator).isFalse();
            return Optional.empty();
        });
    }

    /** @param headers names and values, one or a list; {@code Host} is this machine unless given */
    static Handshake handshake(boolean loopback, Object... headers) {
        Map<String, List<String>> map = new HashMap<>();
        map.put("host", List.of("localhost:8081"));
        for (int i = 0; i < headers.length; i += 2) {
            if (headers[i + 1] instanceof List<?> values) {
                map.put(
                        (String) headers[i],
                        values.stream().map(String.class::cast).toList());
            } else {
                map.put((String) headers[i], List.of((String) headers[i + 1]));
            }
        }
        return new Handshake(true, "/compositor", map, loopback ? "127.0.0.1" : "192.0.2.7", 1, false);
    }

    private static int refused(Object... headers) {
        return decide(true, headers) instanceof Decision.Refuse refuse ? refuse.status() : 0;
    }

    private static Decision.Accept accepted(Object... headers) {
        return (Decision.Accept) decide(true, headers);
    }

    @Test
    void firstKnownOneInTheClientsOrderIsTaken() {
        assertThat(accepted("sec-websocket-protocol", "v2, compositor.v1.cbor,compositor.v1.json")
                        .subprotocol())
                .hasValue("compositor.v1.cbor");
        assertThat(accepted("sec-websocket-protocol", List.of("x", "compositor.v1.json", "compositor.v1.cbor"))
                        .subprotocol())
                .hasValue("compositor.v1.json");
    }

    @Test
    void nothingOfferedGivesJsonAndNoAnswer() {
        Decision.Accept accept = accepted();
        assertThat(accept.subprotocol()).isEmpty();
        assertThat(accept.attributes())
                .containsEntry("codec", "compositor.v1.json")
                .containsEntry("role", "admin")
                .containsEntry("key", "local");
    }

    @Test
    void onlyUnknownOnesAreRefusedNamingTheKnown() {
        Decision.Refuse refuse = (Decision.Refuse) decide(true, "sec-websocket-protocol", "mqtt, COMPOSITOR.V1.JSON");
        assertThat(refuse.status()).isEqualTo(400);
        assertThat(refuse.reason()).contains("compositor.v1.cbor, compositor.v1.json");
    }

    @Test
    void keyIsNoSubprotocol() {
        assertThat(refused("sec-websocket-protocol", "compositor.key.c2VjcmV0")).isEqualTo(400);
        Decision.Accept accept = accepted("sec-websocket-protocol", "compositor.key.c2VjcmV0, compositor.v1.json");
        assertThat(accept.subprotocol()).hasValue("compositor.v1.json");
        Decision.Refuse refuse = (Decision.Refuse) decide(true, "sec-websocket-protocol", "compositor.key.c2VjcmV0, x");
        assertThat(refuse.reason()).doesNotContain("c2VjcmV0");
    }

    @Test
    void whoRunsTheHostGetsInWhereOthersDoNotForAdminRequestsOnly() {
        Gate.Admission draining = (key, role, operator) ->
                operator ? Optional.empty() : Optional.of(new Refusal("draining", Duration.ofSeconds(1)));
        assertThat(OPEN.decide(handshake(true, "sec-websocket-protocol", "compositor.v1.json"), draining))
                .isInstanceOf(Decision.Refuse.class);
        Decision.Accept accept = (Decision.Accept) OPEN.decide(
                handshake(true, "sec-websocket-protocol", "compositor.admin, compositor.v1.cbor"), draining);
        assertThat(accept.subprotocol()).as("never the one of operators").hasValue("compositor.v1.cbor");
        assertThat(accept.attributes()).containsEntry("admin.only", true);
        assertThat(((Decision.Refuse) OPEN.decide(
                                handshake(false, "sec-websocket-protocol", "compositor.admin, compositor.v1.cbor"),
                                draining))
                        .status())
                .isEqualTo(403);
        assertThat(((Decision.Refuse)
                                OPEN.decide(handshake(true, "sec-websocket-protocol", "compositor.admin"), draining))
                        .status())
                .isEqualTo(400);
        assertThat(accepted("sec-websocket-protocol", "compositor.v1.json, compositor.admin")
                        .attributes())
                .as("where everybody gets in nothing is different")
                .doesNotContainKey("admin.only");
    }

    @Test
    void othersThanThisMachineAreRefused() {
        assertThat(((Decision.Refuse) decide(false)).status()).isEqualTo(403);
    }

    @Test
    void withoutKeysOnesThatAreGivenDoNotMatter() {
        assertThat(accepted(
                                "authorization",
                                "Bearer x",
                                "x-api-key",
                                List.of("y", "z"),
                                "sec-websocket-protocol",
                                "compositor.v1.json, compositor.key.?")
                        .attributes())
                .containsEntry("key", "local")
                .doesNotContainKey("key.print");
    }

    @ParameterizedTest
    @CsvSource({"0,1", "1,1", "999,1", "1000,1", "1001,2", "30000,30"})
    void whoIsRefusedIsToldWholeSecondsOfAtLeastOne(long millis, String seconds) {
        assertThat(OPEN.decide(
                        handshake(true),
                        (key, role, operator) -> Optional.of(new Refusal("full", Duration.ofMillis(millis)))))
                .isEqualTo(new Decision.Refuse(503, Map.of("Retry-After", seconds), "full"));
    }

    @Test
    void whoAsksForWhatIsNotSpokenIsToldSoAlsoWhenItIsFull() {
        assertThat(OPEN.decide(
                        handshake(true, "sec-websocket-protocol", "chat"),
                        (key, role, operator) -> Optional.of(new Refusal("full", Duration.ZERO))))
                .isInstanceOfSatisfying(
                        Decision.Refuse.class,
                        refuse -> assertThat(refuse.status()).isEqualTo(400));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LOCALHOST:8081",
                "127.0.0.1",
                "127.0.0.1:1",
                "127.255.3.4:80",
                "[::1]",
                "[::1]:8081"
            })
    void loopbackHostsAreTaken(String host) {
        assertThat(refused("host", host)).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "example.org",
                "localhost.example.org",
                "127.0.0.1.example.org",
                "128.0.0.1",
                "127.0.0.256",
                "127.0.0",
                "127.1",
                "[::2]:80",
                "[::1]x",
                "localhost:80:80",
                "localhost:x",
                "::1",
                "0.0.0.0",
                "user@localhost"
            })
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
    @ValueSource(
            strings = {
                "null",
                "http://example.org",
                "http://localhost.example.org",
                "file://",
                "localhost",
                "http://127.0.0.1.nip.io",
                "://"
            })
    void otherOriginsAreRefused(String origin) {
        assertThat(refused("origin", origin)).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "forwarded",
                "x-forwarded-for",
                "x-forwarded-host",
                "x-forwarded-proto",
                "x-forwarded",
                "x_forwarded_for",
                "x_forwarded-host",
                "via",
                "x-real-ip",
                "x_real_ip",
                "x-client-ip",
                "x_client_ip",
                "true-client-ip",
                "true_client_ip",
                "cf-connecting-ip",
                "cf_connecting_ip",
                "cf-connecting-ipv6",
                "x-cluster-client-ip",
                "fastly-client-ip",
                "x-original-forwarded-for",
                "x-azure-clientip",
                "cdn-loop"
            })
    void proxiesAreRefused(String header) {
        assertThat(refused(header, "x")).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "user-agent",
                "accept-language",
                "x-request-id",
                "dnt",
                "sec-fetch-mode",
                "x-api-key",
                "cache-control",
                "proxy-connection",
                "viable"
            })
    void whatIsNoProxysIsTaken(String header) {
        assertThat(refused(header, "x")).isZero();
    }

    @Test
    void aProtocolOfOthersIsAnsweredWithTheNameItPrefers() {
        List<String> names = List.of("other.v2", "other.v1");
        Gate gate = new Gate(
                KeyRing.of(List.of(), false),
                Origins.of(new String[0]),
                KNOWN,
                Map.of("other.v1", names, "other.v2", names));
        for (String offered : List.of("other.v1, other.v2", "other.v2", "other.v1, unknown, other.v2")) {
            assertThat(gate.decide(
                            handshake(true, "sec-websocket-protocol", offered),
                            (key, role, operator) -> Optional.empty()))
                    .isInstanceOfSatisfying(Decision.Accept.class, accept -> {
                        assertThat(accept.subprotocol()).hasValue("other.v2");
                        assertThat(LinkMemory.of(accept.attributes()).dialect()).isTrue();
                    });
        }
        assertThat(gate.decide(
                        handshake(true, "sec-websocket-protocol", "compositor.v1.cbor, other.v1"),
                        (key, role, operator) -> Optional.empty()))
                .isInstanceOfSatisfying(Decision.Accept.class, accept -> {
                    assertThat(accept.subprotocol()).hasValue("compositor.v1.cbor");
                    assertThat(LinkMemory.of(accept.attributes()).dialect()).isFalse();
                });
        assertThat(gate.decide(
                        handshake(true, "sec-websocket-protocol", "nobody.v1"),
                        (key, role, operator) -> Optional.empty()))
                .isInstanceOfSatisfying(
                        Decision.Refuse.class,
                        refuse -> assertThat(refuse.reason()).contains("other.v1, other.v2"));
    }
}
