package org.geometryos.compositor.endpoint;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.geometryos.compositor.endpoint.FakeKeySource.sha256;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.geometryos.compositor.api.connection.Refusal;
import org.geometryos.compositor.api.value.TimeOfDay;
import org.geometryos.compositor.protocol.codec.Codecs;
import org.geometryos.compositor.testkit.FakeClock;
import org.geometryos.compositor.testkit.FakeJournal;
import org.geometryos.compositor.testkit.FakeLink;
import org.geometryos.compositor.testkit.FakeTransport;
import org.geometryos.compositor.transport.api.Decision;
import org.geometryos.compositor.transport.api.Handshake;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Handshakes with keys, and what becomes of connections when keys change. */
class KeysTest {
    private static final String VIEW = "cb_view_0123456789abcdef";
    private static final String ADMIN = "cb_admin_0123456789abcdef";
    private static final String UMLAUT = "schlüssel-schlüssel";
    private static final String JSON = "compositor.v1.json";

    private final FakeKeySource source = new FakeKeySource();
    private final FakeTransport transport = new FakeTransport(new FakeClock());
    private final FakeConnections connections = new FakeConnections(transport);
    /** Everything that was answered. */
    private final List<String> answers = new ArrayList<>();

    private Endpoint endpoint = endpoint("false");

    KeysTest() {
        connections.link.vanish();
    }

    private Endpoint endpoint(String required, String... origins) {
        return wire(new Endpoint(
                null,
                EndpointTest.config(10, 12, 20, required, origins),
                source,
                false,
                System::nanoTime,
                TimeOfDay::micros));
    }

    private Endpoint wire(Endpoint fresh) {
        fresh.setJson(Codecs.json());
        fresh.setCbor(Codecs.cbor());
        fresh.setConnections(connections);
        fresh.setTransport(transport);
        fresh.setJournal(new FakeJournal("epoch"));
        return fresh;
    }

    private void keys() {
        source.put("viewer", "role", "view", "sha256", sha256(VIEW));
        source.put("boss", "role", "admin", "key", ADMIN);
        source.put("umlaut", "role", "control", "key", UMLAUT);
    }

    private Decision shake(Object... headers) {
        Decision decision = endpoint.handshake(GateTest.handshake(false, headers));
        answers.add(String.valueOf(decision));
        return decision;
    }

    private int refused(Object... headers) {
        return shake(headers) instanceof Decision.Refuse refuse ? refuse.status() : 0;
    }

    private String key(Object... headers) {
        return shake(headers) instanceof Decision.Accept accept
                ? (String) accept.attributes().get("key")
                : null;
    }

    /** A socket that came in with a key, or from this machine without one. */
    private FakeLink connect(String key) {
        return transport.connect(accepted(key).attributes());
    }

    private Decision.Accept accepted(String key) {
        return (Decision.Accept) endpoint.handshake(
                key == null ? GateTest.handshake(true) : GateTest.handshake(false, "x-api-key", key));
    }

    private static String offer(String key) {
        return "compositor.key." + Base64.getUrlEncoder().withoutPadding().encodeToString(key.getBytes(UTF_8));
    }

    @AfterEach
    void noKeyWasAnsweredOrTold() {
        String all = String.join("\n", answers) + connections.calls + connections.said;
        for (String key : List.of(VIEW, ADMIN, UMLAUT)) {
            assertThat(all)
                    .doesNotContain(key)
                    .doesNotContain(sha256(key))
                    .doesNotContain(offer(key).substring("compositor.key.".length()));
        }
    }

    // ---- handshakes

    @Test
    void aKeyIsTakenInAnyOfItsWays() {
        keys();
        assertThat(key("authorization", "Bearer " + VIEW)).isEqualTo("viewer");
        assertThat(key("authorization", "bEARER   " + ADMIN)).isEqualTo("boss");
        assertThat(key("x-api-key", ADMIN)).isEqualTo("boss");
        assertThat(key("sec-websocket-protocol", JSON + ", " + offer(VIEW))).isEqualTo("viewer");
        assertThat(key(
                        "authorization",
                        "Bearer " + VIEW,
                        "x-api-key",
                        List.of(VIEW, VIEW),
                        "sec-websocket-protocol",
                        offer(VIEW) + "," + JSON))
                .isEqualTo("viewer");
        assertThat(key("authorization", "Basic eDp5", "x-api-key", VIEW))
                .as("another scheme carries no key")
                .isEqualTo("viewer");
    }

    @Test
    void aKeyBeyondAsciiIsItsBytes() {
        keys();
        assertThat(key("x-api-key", new String(UMLAUT.getBytes(UTF_8), ISO_8859_1)))
                .isEqualTo("umlaut");
        assertThat(key("sec-websocket-protocol", JSON + "," + offer(UMLAUT))).isEqualTo("umlaut");
    }

    @Test
    void whoComesInHasTheKeysNameRoleAndPrint() {
        keys();
        Decision.Accept accept = (Decision.Accept) shake("x-api-key", VIEW);
        assertThat(accept.subprotocol()).isEmpty();
        assertThat(accept.attributes())
                .containsEntry("key", "viewer")
                .containsEntry("role", "view")
                .containsEntry("codec", JSON)
                .containsKey("key.print");
        assertThat(connections.calls).containsExactly("admit 192.0.2.7 viewer view true");
    }

    @Test
    void aKeyOfRoleAdminRunsTheHostWhereOthersDoNotGetIn() {
        keys();
        connections.full = Optional.of(new Refusal("full", Duration.ofSeconds(1)));
        assertThat(refused("x-api-key", VIEW, "sec-websocket-protocol", JSON + ", compositor.admin"))
                .isEqualTo(503);
        assertThat(refused("x-api-key", ADMIN, "sec-websocket-protocol", JSON)).isEqualTo(503);
        Decision.Accept accept =
                (Decision.Accept) shake("x-api-key", ADMIN, "sec-websocket-protocol", JSON + ", compositor.admin");
        assertThat(accept.attributes()).containsEntry("admin.only", true).containsEntry("key", "boss");
        assertThat(connections.calls)
                .doesNotContain("admit 192.0.2.7 viewer operator true")
                .last()
                .isEqualTo("admit 192.0.2.7 boss operator true");
    }

    @Test
    void aKeyIsNeverSelected() {
        keys();
        assertThat(((Decision.Accept) shake("sec-websocket-protocol", offer(VIEW) + ",compositor.v1.cbor"))
                        .subprotocol())
                .hasValue("compositor.v1.cbor");
        assertThat(refused("sec-websocket-protocol", offer(VIEW))).as("alone").isEqualTo(400);
        assertThat(refused("x-api-key", VIEW, "sec-websocket-protocol", offer(VIEW) + ", chat"))
                .isEqualTo(400);
    }

    @Test
    void withoutAKeyOrWithAWrongOneNobodyComesIn() {
        keys();
        List<Object[]> wrong = List.of(
                new Object[] {},
                new Object[] {"x-api-key", VIEW + "0"},
                new Object[] {"x-api-key", ""},
                new Object[] {"x-api-key", sha256(VIEW)},
                new Object[] {"authorization", "Bearer"},
                new Object[] {"authorization", VIEW},
                new Object[] {"authorization", "Basic " + VIEW},
                new Object[] {"authorization", "Bearer " + VIEW + " x"},
                new Object[] {"x-api-key", VIEW + ", " + VIEW},
                new Object[] {"cookie", "key=" + VIEW});
        for (Object[] headers : wrong) {
            assertThat(shake(headers)).isInstanceOfSatisfying(Decision.Refuse.class, refuse -> {
                assertThat(refuse.status()).isEqualTo(401);
                assertThat(refuse.headers()).containsEntry("WWW-Authenticate", "Bearer");
            });
        }
        assertThat(connections.calls).hasSize(wrong.size()).containsOnly("refused 192.0.2.7 401");
    }

    @Test
    void severalDifferentKeysAreRefusedEvenIfEachWouldDo() {
        keys();
        assertThat(refused("authorization", "Bearer " + VIEW, "x-api-key", ADMIN))
                .isEqualTo(401);
        assertThat(refused("x-api-key", List.of(VIEW, ADMIN))).isEqualTo(401);
        assertThat(refused("authorization", List.of("Bearer " + VIEW, "Bearer")))
                .isEqualTo(401);
        assertThat(refused("x-api-key", VIEW, "sec-websocket-protocol", JSON + "," + offer(ADMIN)))
                .isEqualTo(401);
        assertThat(refused("sec-websocket-protocol", JSON + "," + offer(ADMIN) + "," + offer(VIEW)))
                .isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "=", "?", "c", "c2VjcmV0=", "c2VjcmV0 c2Vj", "a+b/", "ü", "....", "compositor.key."})
    void aKeyThatCannotBeDecodedIsWrong(String garbage) {
        keys();
        assertThat(refused("sec-websocket-protocol", JSON + ", compositor.key." + garbage))
                .isEqualTo(401);
        assertThat(refused("x-api-key", VIEW, "sec-websocket-protocol", "compositor.key." + garbage + "," + JSON))
                .isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                ",",
                ",,,",
                "Bearer",
                "Bearer ",
                "bearer\tx",
                "\u0000",
                "\u00ff\u00fe",
                "%00",
                "*",
                "null",
                "compositor.key",
                "[",
                "]:",
                "[::1",
                "://",
                "http://[",
                "http://\u0000",
                "a:b:c",
                "Bearer Bearer Bearer"
            })
    void garbageInAnyHeaderIsRefusedInOrder(String garbage) {
        keys();
        for (String header : List.of("authorization", "x-api-key", "sec-websocket-protocol", "host")) {
            assertThat(refused(header, garbage)).as(header).isEqualTo(401);
            assertThat(refused(header, List.of(garbage, garbage))).as(header).isEqualTo(401);
        }
        assertThat(refused("origin", garbage, "x-api-key", VIEW)).isEqualTo(403);
        assertThat(endpoint.statusHeaders(GateTest.handshake(false, "origin", garbage)))
                .isEmpty();
    }

    @Test
    void checksComeInTheOrderOfTheProtocol() {
        keys();
        connections.full = Optional.of(new Refusal("full", Duration.ofMillis(2500)));
        String chat = "sec-websocket-protocol";
        assertThat(refused("origin", "http://evil.example", chat, "chat")).isEqualTo(403);
        assertThat(refused(chat, "chat")).isEqualTo(401);
        assertThat(refused("x-api-key", VIEW, chat, "chat")).isEqualTo(400);
        assertThat(connections.calls)
                .as("whoever may not come in is not asked about")
                .noneMatch(call -> call.startsWith("admit"));
        assertThat(shake("x-api-key", VIEW)).isInstanceOfSatisfying(Decision.Refuse.class, refuse -> {
            assertThat(refuse.status()).isEqualTo(503);
            assertThat(refuse.headers()).containsEntry("Retry-After", "3");
        });
        assertThat(connections.calls).last().isEqualTo("refused 192.0.2.7 503");
    }

    @Test
    void withKeysProxiesAndOtherHostsAreFine() {
        keys();
        assertThat(key(
                        "x-api-key",
                        VIEW,
                        "host",
                        "wall.example",
                        "x-forwarded-for",
                        "10.0.0.1",
                        "forwarded",
                        "for=10.0.0.1"))
                .isEqualTo("viewer");
        assertThat(key("x-api-key", VIEW, "host", List.of())).isEqualTo("viewer");
    }

    @Test
    void pagesComeFromTheSameHostOrAnAllowedOrigin() {
        keys();
        endpoint = endpoint("false", "https://panel.example:8443");
        assertThat(key("x-api-key", VIEW, "host", "wall.example:8081", "origin", "https://wall.example"))
                .isEqualTo("viewer");
        assertThat(key("x-api-key", VIEW, "origin", "https://panel.example:8443"))
                .isEqualTo("viewer");
        assertThat(refused("x-api-key", VIEW, "origin", "https://panel.example"))
                .isEqualTo(403);
        assertThat(refused("x-api-key", VIEW, "origin", List.of("https://panel.example:8443", "http://evil.example")))
                .isEqualTo(403);
        assertThat(refused("x-api-key", VIEW, "origin", "null")).isEqualTo(403);
    }

    @Test
    void withoutKeysAllowedOriginsDoNotCount() {
        endpoint = endpoint("false", "*");
        Handshake page = GateTest.handshake(true, "origin", "http://panel.example");
        assertThat(endpoint.handshake(page))
                .isInstanceOfSatisfying(
                        Decision.Refuse.class,
                        refuse -> assertThat(refuse.status()).isEqualTo(403));
        assertThat(endpoint.statusHeaders(page)).isEmpty();
    }

    @Test
    void allowedPagesMayReadTheStatus() {
        keys();
        endpoint = endpoint("false", "https://panel.example:8443");
        assertThat(endpoint.statusHeaders(GateTest.handshake(false, "origin", "https://panel.example:8443")))
                .containsEntry("Access-Control-Allow-Origin", "https://panel.example:8443")
                .containsEntry("Vary", "Origin")
                .hasSize(2);
        assertThat(endpoint.statusHeaders(GateTest.handshake(false, "origin", "http://evil.example")))
                .isEmpty();
        assertThat(endpoint.statusHeaders(GateTest.handshake(false))).isEmpty();
    }

    @Test
    void aQuestionIsNoAttemptAndItsRefusalIsNotCounted() {
        keys();
        Handshake upgrade = GateTest.handshake(false, "x-api-key", VIEW);
        Handshake question = new Handshake(false, "/compositor/status", upgrade.headers(), "192.0.2.7", 1, false);
        assertThat(endpoint.handshake(question)).isInstanceOf(Decision.Accept.class);
        connections.full = Optional.of(new Refusal("full", Duration.ofSeconds(1)));
        assertThat(endpoint.handshake(question)).isInstanceOf(Decision.Refuse.class);
        assertThat(connections.calls)
                .containsExactly("admit 192.0.2.7 viewer view false", "admit 192.0.2.7 viewer view false");
    }

    @Test
    void whoMayConnectReadsAlsoWhenThereIsNoRoomForOneMore() {
        keys();
        connections.full = Optional.of(new Refusal("full", Duration.ofSeconds(1)));
        assertThat(endpoint.read(GateTest.handshake(false, "x-api-key", VIEW))).isInstanceOf(Decision.Accept.class);
        assertThat(endpoint.read(GateTest.handshake(false, "x-api-key", "unknown")))
                .isInstanceOfSatisfying(
                        Decision.Refuse.class,
                        refuse -> assertThat(refuse.status()).isEqualTo(401));
        assertThat(connections.calls).as("nothing is counted").isEmpty();
    }

    @Test
    void aBrokenKeyClosesTheHostToEverybody() {
        source.put("broken", "role", "view", "key", "$[env:NOBODY]");
        assertThat(endpoint.handshake(GateTest.handshake(true)))
                .isInstanceOfSatisfying(
                        Decision.Refuse.class,
                        refuse -> assertThat(refuse.status()).isEqualTo(401));
        assertThat(refused("x-api-key", "$[env:NOBODY]")).isEqualTo(401);
    }

    // ---- a key is required

    @ParameterizedTest
    @ValueSource(strings = {"true", "TRUE", "yes", "", "1"})
    void aRequiredKeyKeepsEverybodyOutWhileThereIsNone(String required) {
        endpoint = endpoint(required);
        assertThat(endpoint.handshake(GateTest.handshake(true)))
                .isInstanceOfSatisfying(
                        Decision.Refuse.class,
                        refuse -> assertThat(refuse.status()).isEqualTo(401));
        keys();
        assertThat(key("x-api-key", VIEW)).isEqualTo("viewer");
    }

    @Test
    void aHostThatRequiresAKeyIsNotOpenedByTheConfiguration() {
        endpoint = wire(new Endpoint(
                null, EndpointTest.config(10, 12, 20, "false"), source, true, System::nanoTime, TimeOfDay::micros));
        endpoint.modified(EndpointTest.config(10, 12, 20, "false"));
        assertThat(endpoint.handshake(GateTest.handshake(true))).isInstanceOf(Decision.Refuse.class);
    }

    @Test
    void aRequiredKeyIsRequiredAlsoWhenTheRestOfTheConfigurationIsWrong() {
        endpoint = endpoint("true", "no origin");
        assertThat(endpoint.handshake(GateTest.handshake(true))).isInstanceOf(Decision.Refuse.class);
    }

    @Test
    void whoIsInWithoutAKeyGoesWhenOneIsRequired() {
        FakeLink local = connect(null);
        endpoint.modified(EndpointTest.config(10, 12, 20, "true"));
        assertThat(local.closedWith()).isEqualTo(4401);
    }

    @Test
    void whileKeysCannotBeReadNobodyComesInAndWhoIsInStays() {
        keys();
        FakeLink viewer = connect(VIEW);
        source.broken = true;
        source.put("viewer", "role", "view", "key", "another key of the viewer");
        assertThat(viewer.open()).isTrue();
        assertThat(key("x-api-key", VIEW)).isEqualTo("viewer");
        endpoint = endpoint("false");
        assertThat(refused("x-api-key", VIEW)).isEqualTo(401);
    }

    // ---- changes

    @Test
    void whoComesWithARevokedKeyIsClosedAndOthersStay() {
        keys();
        FakeLink viewer = connect(VIEW);
        FakeLink boss = connect(ADMIN);
        source.remove("viewer");
        assertThat(viewer.closedWith()).isEqualTo(4401);
        assertThat(boss.open()).isTrue();
        assertThat(refused("x-api-key", VIEW)).isEqualTo(401);
    }

    @Test
    void aSessionThatWaitsGoesWithItsKey() {
        keys();
        connections.waiting = true;
        connections.key = "viewer";
        source.remove("boss");
        assertThat(connections.calls).noneMatch(call -> call.startsWith("close s-1"));
        source.remove("viewer");
        assertThat(connections.calls).contains("close s-1 4401 the key was revoked");
    }

    @Test
    void aKeyThatWasReplacedUnderItsNameIsRevoked() {
        keys();
        FakeLink viewer = connect(VIEW);
        source.put("viewer", "role", "view", "key", "another key of the viewer");
        assertThat(viewer.closedWith()).isEqualTo(4401);
        assertThat(connect("another key of the viewer").attributes()).containsEntry("key", "viewer");
    }

    @Test
    void aKeyThatIsWrittenInTheOtherWayIsTheSame() {
        keys();
        FakeLink boss = connect(ADMIN);
        source.put("boss", "role", "admin", "sha256", sha256(ADMIN));
        assertThat(boss.open()).isTrue();
    }

    @Test
    void aLoweredRoleClosesAndARaisedOneCountsAtOnce() {
        keys();
        FakeLink viewer = connect(VIEW);
        FakeLink boss = connect(ADMIN);
        source.put("viewer", "role", "control", "sha256", sha256(VIEW));
        source.put("boss", "role", "control", "key", ADMIN);
        assertThat(viewer.open()).isTrue();
        assertThat(viewer.attributes()).containsEntry("role", "control");
        assertThat(boss.closedWith()).isEqualTo(4403);
        source.put("viewer", "role", "view", "sha256", sha256(VIEW));
        assertThat(viewer.closedWith()).as("raised and lowered again").isEqualTo(4403);
    }

    @Test
    void theFirstKeyClosesWhoIsInWithoutOne() {
        FakeLink local = connect(null);
        keys();
        assertThat(local.closedWith()).isEqualTo(4401);
        assertThat(endpoint.handshake(GateTest.handshake(true))).isInstanceOf(Decision.Refuse.class);
    }

    @Test
    void whenTheLastKeyGoesWhoIsInWithOneIsClosed() {
        source.put("boss", "role", "admin", "key", ADMIN);
        FakeLink boss = connect(ADMIN);
        source.remove("boss");
        assertThat(boss.closedWith()).isEqualTo(4401);
        assertThat(connect(null).attributes()).containsEntry("key", "local");
    }

    @Test
    void aConnectionDecidedWithOldKeysIsClosedWhenItOpens() {
        keys();
        Decision.Accept accepted = accepted(VIEW);
        source.remove("viewer");
        FakeLink viewer = transport.connect(accepted.attributes());
        endpoint.opened(viewer);
        assertThat(viewer.closedWith()).isEqualTo(4401);
    }

    @Test
    void aReplacedEndpointClosesWhoMayNotStayAndNobodyElse() {
        keys();
        FakeLink viewer = connect(VIEW);
        FakeLink boss = connect(ADMIN);
        endpoint.deactivate();
        source.remove("viewer");
        assertThat(viewer.open()).isTrue();
        endpoint = endpoint("false");
        List.of(viewer, boss).forEach(endpoint::opened);
        assertThat(viewer.closedWith()).isEqualTo(4401);
        assertThat(boss.open()).isTrue();
    }
}
