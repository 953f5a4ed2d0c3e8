package org.geometryos.compositor.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.ControlState;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.api.connection.LinkMemory;
import org.geometryos.compositor.api.connection.RequestException;
import org.geometryos.compositor.api.connection.Role;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.scene.SceneOp;
import org.geometryos.compositor.api.scene.SceneOutcome;
import org.geometryos.compositor.api.tiles.TileOp;
import org.geometryos.compositor.api.tiles.TileService;
import org.geometryos.compositor.api.tiles.TileTree;
import org.geometryos.compositor.api.tiles.Tiles;
import org.geometryos.compositor.api.value.Later;
import org.geometryos.compositor.api.value.TimeOfDay;
import org.geometryos.compositor.protocol.ClientMessage;
import org.geometryos.compositor.protocol.ErrorCode;
import org.geometryos.compositor.protocol.RequestId;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.protocol.codec.Codecs;
import org.geometryos.compositor.testkit.FakeClock;
import org.geometryos.compositor.testkit.FakeJournal;
import org.geometryos.compositor.testkit.FakeLink;
import org.geometryos.compositor.testkit.FakeTransport;
import org.geometryos.compositor.transport.api.Decision;
import org.geometryos.compositor.transport.api.Handshake;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {
    private static final String VIEW = "\"view\":{\"kind\":\"2d\",\"center\":[1,2],\"zoom\":1,\"rotation\":0}";

    private final FakeConnections connections = new FakeConnections(new FakeTransport(new FakeClock()));
    private final FakeLink link = connections.link;
    private final FakeCameras cameras = new FakeCameras();
    private final FakeKeySource keySource = new FakeKeySource();
    private final Endpoint endpoint =
            new Endpoint(null, config(10, 12, 20), keySource, false, System::nanoTime, TimeOfDay::micros);

    EndpointTest() {
        endpoint.setJson(Codecs.json());
        endpoint.setCbor(Codecs.cbor());
        endpoint.setConnections(connections);
        endpoint.setCameras(cameras);
        link.attributes().put("requests.per.second", 1_000_000);
    }

    private static Map<String, Object> config(int control, int admin, int malformed) {
        return config(control, admin, malformed, "false");
    }

    static Map<String, Object> config(int control, int admin, int malformed, String keyRequired, String... origins) {
        return Map.of(
                "priorityControl",
                control,
                "priorityAdmin",
                admin,
                "malformedPerMinute",
                malformed,
                "keyRequired",
                keyRequired,
                "allowedOrigins",
                origins);
    }

    private boolean say(String json) {
        return endpoint.message(link, ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8)), true);
    }

    private void greet() {
        assertThat(say("{\"type\":\"hello\",\"display\":\"wall\"}")).isTrue();
        connections.calls.clear();
    }

    private void error(ErrorCode code, Object id, String field) {
        Optional<RequestId> number = id == null
                ? Optional.empty()
                : Optional.of(id instanceof Integer n ? new RequestId.Number(n) : new RequestId.Text((String) id));
        assertThat(link.answer()).isInstanceOfSatisfying(ServerMessage.Error.class, e -> {
            assertThat(e.code()).isEqualTo(code);
            assertThat(e.id()).isEqualTo(number);
            assertThat(e.field()).isEqualTo(Optional.ofNullable(field));
            assertThat(e.message()).isNotBlank();
        });
    }

    @Test
    void aSubscriptionNamesAsManyCamerasAsThereMayBe() {
        greet();
        String names = java.util.stream.IntStream.range(0, 401)
                .mapToObj(i -> "\"c" + i + "\"")
                .collect(java.util.stream.Collectors.joining(","));
        assertThat(say("{\"type\":\"subscribe\",\"id\":5,\"cameras\":[" + names + "]}"))
                .isTrue();
        error(ErrorCode.LIMIT, 5, "cameras");
        // the same name again and again is one
        assertThat(say("{\"type\":\"subscribe\",\"id\":6,\"cameras\":[" + "\"a\",".repeat(5_000) + "\"a\"]}"))
                .isFalse();
    }

    private void ack(int id, OptionalLong seq) {
        assertThat(link.answer()).isEqualTo(new ServerMessage.Ack(new RequestId.Number(id), seq));
    }

    private void role(String role) {
        link.attributes().put("role", role);
    }

    // ---- hello

    @Test
    void helloOpensTheSession() {
        assertThat(say("{\"type\":\"hello\",\"display\":\"wall\"}")).isTrue();
        assertThat(connections.calls).containsExactly("open wall");
        assertThat(link.messages())
                .as("the welcome is the connection manager's")
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"ping\",\"t0\":1,\"id\":3}",
                "{\"type\":\"subscribe\",\"cameras\":[\"*\"],\"id\":3}",
                "{\"type\":\"bye\",\"id\":3}",
                "{\"type\":\"camera\",\"camera\":\"a\"," + VIEW + ",\"id\":3}",
                "{\"type\":\"control\",\"camera\":\"a\",\"action\":\"take\",\"id\":3}",
                "{\"type\":\"settings\",\"settings\":{},\"id\":3}",
                "{\"type\":\"admin\",\"action\":\"undrain\",\"id\":3}"
            })
    void beforeHelloEverythingIsInvalid(String message) {
        assertThat(say(message)).isTrue();
        error(ErrorCode.INVALID, 3, "type");
        assertThat(connections.calls).isEmpty();
        assertThat(cameras.calls).isEmpty();
        assertThat(link.open()).isTrue();
    }

    @Test
    void aSecondHelloIsInvalid() {
        greet();
        say("{\"type\":\"hello\",\"display\":\"other\",\"id\":9}");
        error(ErrorCode.INVALID, 9, "type");
        assertThat(connections.calls).isEmpty();
    }

    @Test
    void aRefusedHelloLeavesTheConnectionOpenUnlessTheNameIsTaken() {
        connections.refusal = new RequestException("unavailable", null, "not now", 0);
        say("{\"type\":\"hello\",\"id\":1}");
        error(ErrorCode.UNAVAILABLE, 1, null);
        assertThat(link.open()).isTrue();
        connections.refusal = new RequestException("taken", "display", "in use", 4409);
        say("{\"type\":\"hello\",\"id\":\"two\"}");
        error(ErrorCode.TAKEN, "two", "display");
        assertThat(connections.calls).containsExactly("close 4409");
    }

    // ---- what is asked

    @Test
    void pingIsAnsweredWithAllThreeTimes() {
        greet();
        say("{\"type\":\"ping\",\"t0\":42,\"id\":5}");
        assertThat(link.answer()).isInstanceOfSatisfying(ServerMessage.Pong.class, p -> {
            assertThat(p.id()).contains(new RequestId.Number(5));
            assertThat(p.t0()).isEqualTo(42);
            assertThat(p.t1()).isPositive();
            assertThat(p.t2()).isGreaterThanOrEqualTo(p.t1());
        });
    }

    @Test
    void subscribeIsLeftToTheBroadcasterAndTheNextMessageWaits() {
        greet();
        assertThat(say("{\"type\":\"subscribe\",\"cameras\":[\"a\",\"b\"],\"delivery\":\"every\","
                        + "\"echo\":false,\"id\":3}"))
                .isFalse();
        assertThat(link.signals()).isEqualTo(1);
        assertThat(link.messages()).isEmpty();
        Map<?, ?> pending = (Map<?, ?>) link.attributes().get("subscription.pending");
        assertThat(pending.get("id")).isEqualTo(3L);
        Subscription wanted = Subscription.fromMap(pending);
        assertThat(wanted.cameras()).containsExactly("a", "b");
        assertThat(wanted.every()).isTrue();
        assertThat(wanted.echo()).isFalse();
    }

    @Test
    void anIdThatIsTextIsKeptAsText() {
        greet();
        say("{\"type\":\"subscribe\",\"cameras\":[\"*\"],\"rate\":30,\"id\":\"x\"}");
        Map<?, ?> pending = (Map<?, ?>) link.attributes().get("subscription.pending");
        assertThat(pending.get("id")).isEqualTo("x");
        assertThat(Subscription.fromMap(pending).rate()).hasValue(30);
        assertThat(Subscription.fromMap(pending).all()).isTrue();
    }

    @Test
    void unsubscribeWantsNothingAndNoSnapshot() {
        greet();
        assertThat(say("{\"type\":\"unsubscribe\"}")).isFalse();
        Map<?, ?> pending = (Map<?, ?>) link.attributes().get("subscription.pending");
        assertThat(Subscription.fromMap(pending)).isEqualTo(Subscription.NONE);
        assertThat(pending.get("silent")).isEqualTo(true);
        assertThat(pending.containsKey("id")).isFalse();
    }

    @Test
    void rateWithEveryIsInvalid() {
        greet();
        assertThat(say("{\"type\":\"subscribe\",\"cameras\":[\"*\"],\"delivery\":\"every\",\"rate\":30,\"id\":3}"))
                .isTrue();
        assertThat(link.messages())
                .singleElement()
                .isInstanceOfSatisfying(
                        ServerMessage.Error.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID));
        assertThat(link.attributes()).doesNotContainKey("subscription.pending");
    }

    @Test
    void settingsAreReplacedAndAcknowledged() {
        greet();
        say("{\"type\":\"settings\",\"settings\":{\"title\":\"Wall\"},\"id\":3}");
        assertThat(connections.calls).containsExactly("settings Wall");
        ack(3, OptionalLong.empty());
    }

    @Test
    void byeGetsNoAnswer() {
        greet();
        say("{\"type\":\"bye\",\"id\":3}");
        assertThat(connections.calls).containsExactly("leave");
        assertThat(link.messages()).isEmpty();
    }

    // ---- cameras

    @Test
    void aCameraUpdateIsAcknowledgedIfItCarriesAnId() {
        greet();
        say("{\"type\":\"camera\",\"camera\":\"a\"," + VIEW + "}");
        assertThat(link.messages()).isEmpty();
        say("{\"type\":\"camera\",\"camera\":\"a\"," + VIEW + ",\"id\":4}");
        ack(4, OptionalLong.of(7));
        assertThat(cameras.calls).containsExactly("update a", "update a");
        assertThat(cameras.driver).isEqualTo(new Driver("wall", Optional.of("s-1"), 12));
    }

    @Test
    void thePriorityIsTheRoles() {
        role("control");
        greet();
        say("{\"type\":\"control\",\"camera\":\"a\",\"action\":\"take\",\"id\":4}");
        ack(4, OptionalLong.of(7));
        assertThat(cameras.driver.priority()).isEqualTo(10);
        endpoint.modified(config(33, 12, 20));
        cameras.outcome = new Outcome.Accepted(OptionalLong.empty());
        say("{\"type\":\"control\",\"camera\":\"a\",\"action\":\"release\",\"id\":5}");
        ack(5, OptionalLong.empty());
        assertThat(cameras.driver.priority()).isEqualTo(33);
        endpoint.modified(config(1_000_001, 12, 20));
        say("{\"type\":\"control\",\"camera\":\"a\",\"action\":\"release\"}");
        assertThat(cameras.driver.priority())
                .as("a bad configuration changes nothing")
                .isEqualTo(33);
        assertThat(cameras.calls).containsExactly("take a", "release a", "release a");
    }

    @Test
    void forceIsForAdmins() {
        role("control");
        greet();
        say("{\"type\":\"control\",\"camera\":\"a\",\"action\":\"take\",\"force\":true,\"id\":1}");
        error(ErrorCode.FORBIDDEN, 1, null);
        say("{\"type\":\"control\",\"camera\":\"a\",\"action\":\"take\",\"force\":false,\"id\":2}");
        ack(2, OptionalLong.of(7));
        role("admin");
        say("{\"type\":\"control\",\"camera\":\"a\",\"action\":\"take\",\"force\":true,\"id\":3}");
        ack(3, OptionalLong.of(7));
        assertThat(cameras.calls).containsExactly("take a", "force a");
        say("{\"type\":\"control\",\"camera\":\"a\",\"action\":\"release\",\"force\":true,\"id\":4}");
        error(ErrorCode.INVALID, 4, "force");
    }

    @Test
    void theSessionThatHoldsACameraIsAskedForIt() {
        role("control");
        greet();
        connections.calls.clear();
        String ask = "{\"type\":\"control\",\"camera\":\"a\",\"action\":\"ask\",\"id\":1}";
        // free, held by a source, held by who asks: nobody is to be asked
        say(ask);
        ack(1, OptionalLong.empty());
        cameras.control = new ControlState("a", Optional.of("tour"), Optional.empty(), 0);
        say(ask);
        ack(1, OptionalLong.empty());
        cameras.control = new ControlState("a", Optional.of("wall"), Optional.of("s-1"), 0);
        say(ask);
        ack(1, OptionalLong.empty());
        assertThat(connections.calls).isEmpty();
        cameras.control = new ControlState("a", Optional.of("desk"), Optional.of("s-2"), 0);
        say(ask);
        ack(1, OptionalLong.empty());
        assertThat(connections.calls).containsExactly("ask " + link.id() + " a s-2");
        connections.refuseAsking = new RequestException("limit", "action", "ask at most once a second", 0);
        say(ask);
        error(ErrorCode.LIMIT, 1, "action");
        assertThat(cameras.calls).as("nothing is taken").isEmpty();
    }

    @Test
    void theAckOfAnUpdateComesWithItsAnswerAndWhatFollowsDoesNotWait() {
        greet();
        Later<Outcome> later = new Later<>();
        cameras.outcome = later;
        say("{\"type\":\"camera\",\"camera\":\"a\"," + VIEW + ",\"id\":1}");
        assertThat(link.messages()).isEmpty();
        cameras.outcome = new Outcome.Accepted(OptionalLong.of(10));
        say("{\"type\":\"camera\",\"camera\":\"b\"," + VIEW + ",\"id\":2}");
        ack(2, OptionalLong.of(10));
        later.tell(new Outcome.Refused(Outcome.Reason.HELD, "camera \"a\" is held by \"desk\""));
        error(ErrorCode.HELD, 1, "camera");
    }

    @Test
    void heldIsToldWithoutAnIdOnceASecondOnly() {
        greet();
        cameras.outcome = new Outcome.Refused(Outcome.Reason.HELD, "camera \"a\" is held by \"desk\"");
        for (int i = 0; i < 50; i++) {
            say("{\"type\":\"camera\",\"camera\":\"a\"," + VIEW + "}");
        }
        assertThat(link.messages().size()).isBetween(1, 2);
        link.clear();
        for (int i = 0; i < 3; i++) {
            say("{\"type\":\"camera\",\"camera\":\"a\"," + VIEW + ",\"id\":" + i + "}");
            error(ErrorCode.HELD, i, "camera");
        }
    }

    @Test
    void withoutTheCameraBridgeRequestsAreUnavailable() {
        greet();
        endpoint.unsetCameras(cameras);
        say("{\"type\":\"camera\",\"camera\":\"a\"," + VIEW + ",\"id\":1}");
        error(ErrorCode.UNAVAILABLE, 1, null);
        say("{\"type\":\"control\",\"camera\":\"a\",\"action\":\"take\",\"id\":2}");
        error(ErrorCode.UNAVAILABLE, 2, null);
        say("{\"type\":\"admin\",\"action\":\"remove-camera\",\"camera\":\"a\",\"id\":3}");
        error(ErrorCode.UNAVAILABLE, 3, null);
        say("{\"type\":\"camera\",\"camera\":\"a\"," + VIEW + "}");
        say("{\"type\":\"camera\",\"camera\":\"a\"," + VIEW + "}");
        error(ErrorCode.UNAVAILABLE, null, null);
    }

    // ---- roles

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"camera\",\"camera\":\"a\"," + VIEW + ",\"id\":1}",
                "{\"type\":\"control\",\"camera\":\"a\",\"action\":\"take\",\"id\":1}",
                "{\"type\":\"scene\",\"ops\":[{\"op\":\"clear\"}],\"id\":1}",
                "{\"type\":\"tiles\",\"ops\":[],\"id\":1}",
                "{\"type\":\"admin\",\"action\":\"remove-camera\",\"camera\":\"a\",\"id\":1}"
            })
    void aViewerMayOnlyLook(String message) {
        role("view");
        greet();
        say(message);
        error(ErrorCode.FORBIDDEN, 1, null);
        assertThat(cameras.calls).isEmpty();
    }

    @Test
    void onlyAnAdminAdministrates() {
        role("control");
        greet();
        for (String action : List.of(
                "\"close\",\"display\":\"wall\"",
                "\"drain\"",
                "\"undrain\"",
                "\"notice\",\"level\":\"info\",\"text\":\"x\"",
                "\"remove-camera\",\"camera\":\"a\"")) {
            say("{\"type\":\"admin\",\"action\":" + action + ",\"id\":1}");
            error(ErrorCode.FORBIDDEN, 1, null);
        }
        assertThat(connections.calls).isEmpty();
        assertThat(cameras.calls).isEmpty();
    }

    @Test
    void anAdminRemovesCamerasAndClosesDisplays() {
        greet();
        say("{\"type\":\"admin\",\"action\":\"remove-camera\",\"camera\":\"a\",\"id\":1}");
        ack(1, OptionalLong.of(7));
        cameras.outcome = new Outcome.Refused(Outcome.Reason.NOT_FOUND, "there is no camera \"b\"");
        say("{\"type\":\"admin\",\"action\":\"remove-camera\",\"camera\":\"b\",\"id\":2}");
        error(ErrorCode.NOT_FOUND, 2, "camera");
        say("{\"type\":\"admin\",\"action\":\"close\",\"display\":\"wall\",\"reason\":\"enough\",\"id\":3}");
        ack(3, OptionalLong.empty());
        assertThat(connections.calls).containsExactly("close s-1 1000 enough");
        say("{\"type\":\"admin\",\"action\":\"close\",\"display\":\"nobody\",\"id\":4}");
        error(ErrorCode.NOT_FOUND, 4, "display");
    }

    @Test
    void aDisplayThatWaitsForItsSocketCanBeClosed() {
        greet();
        connections.waiting = true;
        say("{\"type\":\"admin\",\"action\":\"close\",\"display\":\"wall\",\"id\":3}");
        ack(3, OptionalLong.empty());
        assertThat(connections.calls).containsExactly("close s-1 1000 closed by an operator");
    }

    @Test
    void drainIsAcknowledgedBeforeItBeginsAndSparesWhoAskedForIt() {
        greet();
        connections.before = () -> ack(1, OptionalLong.empty());
        say("{\"type\":\"admin\",\"action\":\"drain\",\"over\":30000,\"reconnectAfter\":1500,\"id\":1}");
        assertThat(connections.calls).containsExactly("drain 30000 1500 s-1");
        connections.before = () -> {};
        say("{\"type\":\"admin\",\"action\":\"drain\"}");
        assertThat(connections.calls).last().isEqualTo("drain -1 -1 s-1");
        assertThat(link.messages()).isEmpty();
    }

    @Test
    void whoWasLetInForAdminRequestsGetsNothingElse() {
        link.attributes().put("admin.only", true);
        say("{\"type\":\"hello\",\"id\":1,\"resume\":{\"token\":\"t\",\"epoch\":\"e\",\"seq\":1}}");
        error(ErrorCode.FORBIDDEN, 1, "resume");
        greet();
        for (String message : List.of(
                "{\"type\":\"camera\",\"camera\":\"a\"," + VIEW + ",\"id\":2}",
                "{\"type\":\"subscribe\",\"cameras\":[\"*\"],\"id\":2}",
                "{\"type\":\"settings\",\"settings\":{},\"id\":2}",
                "{\"type\":\"control\",\"camera\":\"a\",\"action\":\"take\",\"id\":2}",
                "{\"type\":\"scene\",\"ops\":[{\"op\":\"clear\"}],\"id\":2}",
                "{\"type\":\"tiles\",\"ops\":[],\"id\":2}",
                "{\"type\":\"unsubscribe\",\"id\":2}")) {
            assertThat(say(message)).isTrue();
            error(ErrorCode.FORBIDDEN, 2, "type");
        }
        assertThat(connections.calls).isEmpty();
        say("{\"type\":\"ping\",\"t0\":1}");
        assertThat(link.answer()).isInstanceOf(ServerMessage.Pong.class);
        say("{\"type\":\"admin\",\"action\":\"undrain\",\"id\":3}");
        ack(3, OptionalLong.empty());
        say("{\"type\":\"bye\"}");
        assertThat(connections.calls).containsExactly("undrain", "leave");
    }

    @Test
    void undrainIsPassedOn() {
        greet();
        say("{\"type\":\"admin\",\"action\":\"undrain\",\"id\":1}");
        ack(1, OptionalLong.empty());
        assertThat(connections.calls).containsExactly("undrain");
    }

    @Test
    void aNoticeThatANamedDisplayCannotGetIsNotFound() {
        greet();
        say("{\"type\":\"admin\",\"action\":\"notice\",\"level\":\"warning\",\"text\":\"hot\","
                + "\"display\":\"wall\",\"id\":1}");
        ack(1, OptionalLong.empty());
        say("{\"type\":\"admin\",\"action\":\"notice\",\"level\":\"info\",\"text\":\"hot\",\"display\":\"attic\","
                + "\"id\":2}");
        error(ErrorCode.NOT_FOUND, 2, "display");
        connections.told = 0;
        say("{\"type\":\"admin\",\"action\":\"notice\",\"level\":\"error\",\"text\":\"hot\",\"id\":3}");
        ack(3, OptionalLong.empty());
        assertThat(connections.calls)
                .containsExactly("notice wall warning hot", "notice attic info hot", "notice * error hot");
    }

    @Test
    void withoutASceneThereIsNone() {
        greet();
        say("{\"type\":\"scene\",\"ops\":[{\"op\":\"clear\"}],\"id\":1}");
        error(ErrorCode.UNAVAILABLE, 1, null);
    }

    @Test
    void aTransactionGoesToTheSceneInTheDisplaysName() {
        FakeScene scene = new FakeScene();
        endpoint.setScene(scene);
        greet();
        say("{\"type\":\"scene\",\"ops\":[{\"op\":\"clear\"}],\"camera\":{\"camera\":\"a\"," + VIEW + "},\"id\":1}");
        assertThat(link.answer()).isEqualTo(new ServerMessage.Ack(new RequestId.Number(1), OptionalLong.of(7)));
        assertThat(scene.driver.session()).contains((String) link.attributes().get("session"));
        assertThat(scene.ops).containsExactly(new SceneOp.Clear());
        assertThat(scene.camera.orElseThrow().camera()).isEqualTo("a");
        scene.outcome =
                new SceneOutcome.Refused(Outcome.Reason.NOT_FOUND, Optional.of("ops[0].id"), "there is no model \"x\"");
        say("{\"type\":\"scene\",\"ops\":[{\"op\":\"remove\",\"id\":\"x\"}],\"id\":2}");
        error(ErrorCode.NOT_FOUND, 2, "ops[0].id");
        endpoint.unsetScene(scene);
        say("{\"type\":\"scene\",\"ops\":[],\"id\":3}");
        error(ErrorCode.UNAVAILABLE, 3, null);
    }

    @Test
    void aTransactionOnTilesGoesToWhoKeepsThem() {
        List<Object> asked = new ArrayList<>();
        TileService service = new TileService() {
            @Override
            public SceneOutcome change(
                    Driver driver, List<TileOp> ops, List<SceneOp> scene, Optional<CameraUpdate> camera) {
                asked.addAll(List.of(driver.session(), ops, scene, camera.map(CameraUpdate::camera)));
                return new SceneOutcome.Accepted(OptionalLong.of(7));
            }

            @Override
            public Tiles tiles() {
                return Tiles.NONE;
            }
        };
        endpoint.setTiles(service);
        greet();
        say(
                "{\"type\":\"tiles\",\"ops\":[{\"op\":\"put\",\"tileset\":\"w\",\"tiles\":[[1,0,1,5]]}],\"scene\":[{\"op\":\"clear\"}],"
                        + "\"camera\":{\"camera\":\"a\"," + VIEW + "},\"id\":1}");
        assertThat(link.answer()).isEqualTo(new ServerMessage.Ack(new RequestId.Number(1), OptionalLong.of(7)));
        assertThat(asked)
                .containsExactly(
                        Optional.of(link.attributes().get("session")),
                        List.of(new TileOp.Put("w", TileTree.tile(1, 0, 1, 5))),
                        List.of(new SceneOp.Clear()),
                        Optional.of("a"));
        endpoint.unsetTiles(service);
        say("{\"type\":\"tiles\",\"ops\":[],\"id\":2}");
        error(ErrorCode.UNAVAILABLE, 2, null);
    }

    // ---- what is wrong

    @Test
    void theWrongFrameTypeClosesWith1003() {
        assertThat(endpoint.message(link, ByteBuffer.wrap(new byte[] {1}), false))
                .isTrue();
        assertThat(link.closedWith()).isEqualTo(1003);
        FakeLink cbor = connections.link(Codecs.cbor());
        endpoint.message(cbor, ByteBuffer.wrap("{}".getBytes(StandardCharsets.UTF_8)), true);
        assertThat(cbor.closedWith()).isEqualTo(1003);
    }

    @Test
    void cborIsSpokenOnCbor() {
        FakeLink cbor = connections.link(Codecs.cbor());
        cbor.attributes().put("session", "s-2");
        endpoint.message(
                cbor, ByteBuffer.wrap(Codecs.cbor().encode(new ClientMessage.Ping(Optional.empty(), 9))), false);
        assertThat(cbor.answer()).isInstanceOf(ServerMessage.Pong.class);
    }

    @Test
    void whatWasReadButIsWrongIsAnsweredWithItsIdAndDoesNotCount() {
        greet();
        for (int i = 0; i < 50; i++) {
            say("{\"type\":\"camera\",\"camera\":\"..\"," + VIEW + ",\"id\":" + i + "}");
            error(ErrorCode.INVALID, i, "camera");
            say("{\"type\":\"dance\",\"id\":" + i + "}");
            assertThat(link.answer()).isInstanceOfSatisfying(ServerMessage.Error.class, e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_TYPE);
                assertThat(e.id()).isPresent();
            });
        }
        assertThat(link.open()).isTrue();
    }

    @Test
    void theTwentyFirstMalformedMessageCloses() {
        for (int i = 0; i < 20; i++) {
            say("{");
            error(ErrorCode.MALFORMED, null, null);
        }
        assertThat(link.open()).isTrue();
        say("{");
        error(ErrorCode.MALFORMED, null, null);
        assertThat(connections.calls).containsExactly("close 4400");
    }

    @Test
    void tooManyRequestsAreAnsweredWithLimit() {
        greet();
        link.attributes().put("requests.per.second", 5);
        link.attributes().remove("quota");
        for (int i = 0; i < 5; i++) {
            say("{\"type\":\"camera\",\"camera\":\"a\"," + VIEW + "}");
        }
        say("{\"type\":\"camera\",\"camera\":\"a\"," + VIEW + ",\"id\":6}");
        error(ErrorCode.LIMIT, 6, null);
        assertThat(cameras.calls).hasSize(5);
        assertThat(link.open()).isTrue();
    }

    @Test
    void tenSecondsOfTooManyRequestsClose() {
        greet();
        link.attributes().put("requests.per.second", 1);
        long now = System.nanoTime();
        for (int n = 12; n > 0; n--) {
            // as if it had asked too much again and again for nine seconds
            Quota quota = new Quota(LinkMemory.of(link.attributes()), now - n * 750_000_000L);
            while (quota.request(1, 1) == Quota.Verdict.GRANTED) {
                // until it is refused
            }
        }
        for (int i = 0; i < 3 && link.open(); i++) {
            say("{\"type\":\"ping\",\"t0\":1}");
        }
        assertThat(link.messages())
                .last()
                .isInstanceOfSatisfying(
                        ServerMessage.Error.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LIMIT));
        assertThat(connections.calls).containsExactly("close 4429");
    }

    @Test
    void aMessageWaitsWhileItsCodecIsReplaced() {
        endpoint.unsetJson(Codecs.json());
        assertThat(say("{\"type\":\"hello\"}")).isTrue();
        assertThat(connections.calls).isEmpty();
        assertThat(link.postponements()).isEqualTo(1);
    }

    // ---- handshakes

    private Decision shake(String... headers) {
        return endpoint.handshake(handshake(headers));
    }

    private static Handshake handshake(String... headers) {
        Map<String, List<String>> map = new HashMap<>(Map.of("host", List.of("localhost:8081")));
        for (int i = 0; i < headers.length; i += 2) {
            map.put(headers[i], List.of(headers[i + 1]));
        }
        return new Handshake(true, "/compositor", map, "127.0.0.1", 50_000, false);
    }

    @Test
    void withoutAJournalConnectionsAreNotTaken() {
        assertThat(shake()).isInstanceOfSatisfying(Decision.Refuse.class, r -> {
            assertThat(r.status()).isEqualTo(503);
            assertThat(r.headers()).containsEntry("Retry-After", "1");
        });
    }

    @Test
    void theHostItselfIsLetInByAPassThatIsGoodOnceWhateverTheKeysAre() {
        AtomicReference<String> pass = new AtomicReference<>();
        endpoint.setLoopback(given -> pass.compareAndSet(given, null));
        endpoint.setJournal(new FakeJournal("first"));
        keySource.put("wall", "role", "view", "key", "cb_wall_0123456789abcdef");
        // the comparison of a test is by identity
        String good = "once";
        pass.set(good);
        assertThat(shake("compositor-loopback", "twice"))
                .isInstanceOfSatisfying(
                        Decision.Refuse.class, r -> assertThat(r.status()).isEqualTo(401));
        Decision taken = shake("compositor-loopback", good);
        assertThat(taken).isInstanceOfSatisfying(Decision.Accept.class, accept -> {
            LinkMemory memory = LinkMemory.of(accept.attributes());
            assertThat(memory.loopback()).isTrue();
            assertThat(memory.greeted()).isFalse();
            assertThat(memory.role()).contains(Role.VIEW);
            assertThat(memory.pending().orElseThrow().subscription()).isEqualTo(Subscription.NONE);
        });
        assertThat(shake("compositor-loopback", good)).isInstanceOf(Decision.Refuse.class);
        // no key is needed to stay, either
        connections.calls.clear();
        link.attributes().putAll(((Decision.Accept) taken).attributes());
        endpoint.opened(link);
        assertThat(connections.calls).isEmpty();
        // a question is none of the host's
        pass.set(good);
        assertThat(endpoint.handshake(new Handshake(
                        false,
                        "/compositor/status",
                        Map.of("compositor-loopback", List.of(good)),
                        "127.0.0.1",
                        50_000,
                        false)))
                .isInstanceOf(Decision.Refuse.class);
    }

    @Test
    void theHostItselfIsNotServedWhileAPartIsAway() {
        endpoint.setLoopback(given -> true);
        assertThat(shake("compositor-loopback", "once"))
                .isInstanceOfSatisfying(
                        Decision.Refuse.class, r -> assertThat(r.status()).isEqualTo(503));
    }

    @Test
    void aPageOfThisMachineMayReadTheStatus() {
        assertThat(endpoint.statusHeaders(handshake("origin", "http://localhost:3000")))
                .containsEntry("Access-Control-Allow-Origin", "http://localhost:3000");
        assertThat(endpoint.statusHeaders(handshake("origin", "http://example.org")))
                .isEmpty();
        assertThat(endpoint.statusHeaders(handshake())).isEmpty();
    }
}
