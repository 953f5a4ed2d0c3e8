package org.geometryos.compositor.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.ControlState;
import org.geometryos.compositor.api.camera.Lens;
import org.geometryos.compositor.api.camera.Projection;
import org.geometryos.compositor.api.camera.View;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.camera.View3d;
import org.geometryos.compositor.api.connection.DisplaySettings;
import org.geometryos.compositor.api.connection.Near;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.replay.PlaybackCommand;
import org.geometryos.compositor.api.replay.PlaybackState;
import org.geometryos.compositor.api.scene.Model;
import org.geometryos.compositor.api.scene.SceneOp;
import org.geometryos.compositor.api.value.Quaternion;
import org.geometryos.compositor.api.value.Size;
import org.geometryos.compositor.api.value.Vector3;
import org.geometryos.compositor.api.wall.DelayChange;
import org.geometryos.compositor.api.wall.Fit;
import org.geometryos.compositor.api.wall.Placement;
import org.geometryos.compositor.api.wall.Unit;
import org.geometryos.compositor.api.wall.Wall;
import org.geometryos.compositor.api.wall.WallMember;
import org.geometryos.compositor.protocol.codec.Codecs;
import org.junit.jupiter.api.Test;

/** The JSON that people will see, letter by letter; the views are the examples of the protocol, "Views". */
class GoldenJsonTest {
    private static final View CANVAS = new View2d(819200, 819200, 1.5, 0, Optional.of(new Size(1920, 1080)));
    private static final View ROOM = new View3d(
            new Vector3(0, 1.7, 4),
            Quaternion.IDENTITY,
            new Projection.Perspective(0.785, 0.1, OptionalDouble.of(1000), OptionalDouble.empty()),
            OptionalDouble.of(4.2),
            Optional.of(new Lens(OptionalDouble.of(24.3), Optional.of(new Size(36, 20.25)), Optional.empty())));

    @Test
    void a2dViewIsWrittenAsInTheProtocol() {
        assertThat(json(new ServerMessage.Camera(
                        OptionalLong.of(4711),
                        new CameraState(
                                "main",
                                CANVAS,
                                1000,
                                2000,
                                OptionalLong.empty(),
                                Optional.empty(),
                                "rig",
                                Optional.empty(),
                                false))))
                .isEqualTo("{\"type\":\"camera\",\"seq\":4711,\"camera\":\"main\",\"time\":1000,\"received\":2000,"
                        + "\"source\":\"rig\","
                        + "\"view\":{\"kind\":\"2d\",\"center\":[819200.0,819200.0],\"zoom\":1.5,"
                        + "\"rotation\":0.0,\"size\":[1920.0,1080.0]}}");
    }

    @Test
    void a3dViewIsWrittenAsInTheProtocol() {
        assertThat(json(new ServerMessage.Camera(
                        OptionalLong.of(1),
                        new CameraState(
                                "cam/a",
                                ROOM,
                                1000,
                                2000,
                                OptionalLong.of(5),
                                Optional.of("10:11:12;13"),
                                "rig",
                                Optional.of("s1"),
                                true))))
                .isEqualTo("{\"type\":\"camera\",\"seq\":1,\"camera\":\"cam/a\",\"time\":1000,\"received\":2000,"
                        + "\"sample\":5,"
                        + "\"timecode\":\"10:11:12;13\",\"source\":\"rig\",\"origin\":\"s1\",\"cut\":true,"
                        + "\"view\":{\"kind\":\"3d\",\"position\":[0.0,1.7,4.0],\"orientation\":[0.0,0.0,0.0,"
                        + "1.0],"
                        + "\"projection\":{\"type\":\"perspective\",\"yfov\":0.785,\"znear\":0.1,"
                        + "\"zfar\":1000.0},\"focusDistance\":4.2,"
                        + "\"lens\":{\"focalLength\":24.3,\"sensor\":[36.0,20.25]}}}");
    }

    @Test
    void theExamplesOfTheProtocolAreRead() throws DecodeException {
        String canvas =
                "{\"kind\":\"2d\",\"center\":[819200.0,819200.0],\"zoom\":1.5,\"rotation\":0.0,\"size\":[1920,1080]}";
        String room = """
                {"kind":"3d","position":[0,1.7,4],"orientation":[0,0,0,1],
                 "projection":{"type":"perspective","yfov":0.785,"znear":0.1,"zfar":1000},"focusDistance":4.2,
                 "lens":{"focalLength":24.3,"sensor":[36.0,20.25]}}""";
        assertThat(client("{\"type\":\"camera\",\"camera\":\"main\",\"view\":" + canvas + "}"))
                .isEqualTo(new ClientMessage.Camera(Optional.empty(), new CameraUpdate("main", CANVAS)));
        assertThat(client("{\"type\":\"camera\",\"camera\":\"main\",\"view\":" + room + "}"))
                .isEqualTo(new ClientMessage.Camera(Optional.empty(), new CameraUpdate("main", ROOM)));
    }

    @Test
    void theModelOfTheProtocolIsRead() throws DecodeException {
        assertThat(client("""
                {"type":"scene","id":"t","ops":[
                  {"op":"put","model":{"id":"gear","uri":"models/gear.glb","position":[1,2,3],"orientation":[0,0,0,1],
                                       "scale":[2,2,2],"visible":true}},
                  {"op":"put","model":{"id":"b","uri":"models/b.glb","visible":null}},
                  {"op":"patch","id":"gear","label":null,"visible":false,"scale":null},
                  {"op":"remove","id":"b"},{"op":"select","ids":["gear"]},{"op":"clear"}]}"""))
                .isEqualTo(new ClientMessage.Scene(
                        Optional.of(new RequestId.Text("t")),
                        List.of(
                                new SceneOp.Put(new Model(
                                        "gear",
                                        "models/gear.glb",
                                        new Vector3(1, 2, 3),
                                        Quaternion.IDENTITY,
                                        new Vector3(2, 2, 2),
                                        true,
                                        Optional.empty(),
                                        Optional.empty())),
                                new SceneOp.Put(new Model("b", "models/b.glb")),
                                new SceneOp.Patch(
                                        "gear",
                                        SceneOp.Field.absent(),
                                        SceneOp.Field.absent(),
                                        SceneOp.Field.absent(),
                                        SceneOp.Field.cleared(),
                                        SceneOp.Field.of(false),
                                        SceneOp.Field.cleared(),
                                        SceneOp.Field.absent()),
                                new SceneOp.Remove("b"),
                                new SceneOp.Select(List.of("gear")),
                                new SceneOp.Clear()),
                        Optional.empty()));
    }

    @Test
    void nullStandsWhereTheProtocolSaysSoAndAbsentFieldsAreAbsent() {
        assertThat(json(new ServerMessage.Control(5, ControlState.free("main"))))
                .isEqualTo("{\"type\":\"control\",\"seq\":5,\"camera\":\"main\",\"holder\":null}");
        assertThat(json(new ServerMessage.Goodbye(4503, "draining", OptionalLong.empty())))
                .isEqualTo("{\"type\":\"goodbye\",\"code\":4503,\"reason\":\"draining\",\"reconnectAfter\":null}");
        assertThat(json(new ServerMessage.Error(
                        Optional.of(new RequestId.Number(7)),
                        ErrorCode.NOT_FOUND,
                        "no camera \"x\"",
                        Optional.empty())))
                .isEqualTo("{\"type\":\"error\",\"id\":7,\"code\":\"not-found\",\"message\":\"no camera \\\"x\\\"\"}");
        assertThat(json(new ServerMessage.Snapshot(
                        "e", 0, true, List.of(), List.of(), Optional.empty(), Optional.empty())))
                .isEqualTo(
                        "{\"type\":\"snapshot\",\"epoch\":\"e\",\"seq\":0,\"all\":true,\"cameras\":[],\"control\":[]}");
    }

    @Test
    void aWallIsWrittenWithoutWhatItDoesNotSay() {
        assertThat(json(new ServerMessage.Wall(7, wall(Optional.empty(), List.of()))))
                .isEqualTo("{\"type\":\"wall\",\"seq\":7,\"wall\":\"main\",\"width\":300.0,\"height\":200.0,"
                        + "\"unit\":\"mm\",\"fit\":\"same-scale\",\"view\":\"camera\",\"members\":["
                        + "{\"display\":\"left\",\"x\":0.0,\"y\":0.0,\"width\":100.0,\"height\":200.0}]}");
        assertThat(json(new ServerMessage.Wall(
                        7,
                        wall(
                                Optional.of(new Placement(List.of(1.0, 2.0, 3.0), 0.5, 0)),
                                List.of(new DelayChange(1, 2, 3, 4))))))
                .contains("\"turn\":90,\"delay\":12.5,\"position\":[1.0,2.0,3.0],\"yaw\":0.5,\"pitch\":0.0}]")
                .endsWith("\"delay\":[{\"from\":1,\"value\":2,\"until\":3,\"to\":4}]}");
        assertThat(json(new ServerMessage.Assigned(Optional.empty())))
                .isEqualTo("{\"type\":\"assigned\",\"wall\":null}");
    }

    private static Wall wall(Optional<Placement> placement, List<DelayChange> delay) {
        boolean turned = placement.isPresent();
        return new Wall(
                "main",
                Optional.empty(),
                Optional.empty(),
                300,
                200,
                Unit.MM,
                Fit.SAME_SCALE,
                org.geometryos.compositor.api.wall.View.CAMERA,
                Optional.empty(),
                List.of(new WallMember("left", 0, 0, 100, 200, turned ? 90 : 0, turned ? 12.5 : 0, placement)),
                delay,
                Optional.empty());
    }

    @Test
    void aHandOnAReplayIsReadWithItsDefaultsAndTheAnswerLeavesOutWhatThereIsNot() throws DecodeException {
        Optional<String> tour = Optional.of("tour");
        assertThat(client("{\"type\":\"replay\",\"playback\":\"tour\",\"action\":\"step\",\"camera\":null}"))
                .isEqualTo(new ClientMessage.Replay(
                        Optional.empty(), tour, Optional.of(new PlaybackCommand.Step(1, Optional.empty()))));
        assertThat(client("{\"type\":\"replay\",\"playback\":\"tour\",\"action\":\"loop\",\"from\":null,\"on\":true}"))
                .isEqualTo(
                        new ClientMessage.Replay(Optional.empty(), tour, Optional.of(new PlaybackCommand.Loop(true))));
        assertThat(client("{\"type\":\"replay\",\"action\":\"list\"}"))
                .isEqualTo(new ClientMessage.Replay(Optional.empty(), Optional.empty(), Optional.empty()));
        PlaybackState state = new PlaybackState(
                PlaybackState.Status.PAUSED,
                5,
                9,
                0.5,
                false,
                Optional.empty(),
                OptionalLong.empty(),
                List.of(),
                List.of());
        assertThat(json(new ServerMessage.Ack(
                        new RequestId.Number(1),
                        OptionalLong.empty(),
                        Optional.of(List.of(ServerMessage.Playback.of("tour", state))))))
                .isEqualTo("{\"type\":\"ack\",\"id\":1,\"playbacks\":[{\"playback\":\"tour\",\"status\":\"paused\","
                        + "\"position\":5,\"length\":9,\"speed\":0.5,\"loop\":false}]}");
    }

    @Test
    void aTransactionOfAnEarlierServerHasNoTime() throws DecodeException {
        assertThat(Codecs.json()
                        .decodeServer(ByteBuffer.wrap(
                                "{\"type\":\"scene\",\"seq\":1,\"ops\":[]}".getBytes(StandardCharsets.UTF_8))))
                .isEqualTo(new ServerMessage.Scene(1, List.of(), Optional.empty(), Optional.empty()));
    }

    @Test
    void whatHasADefaultMayBeLeftOutOrNull() throws DecodeException {
        Subscription nothing = Subscription.NONE;
        assertThat(client("{\"type\":\"subscribe\"}"))
                .isEqualTo(new ClientMessage.Subscribe(Optional.empty(), nothing));
        assertThat(client("""
                {"type":"subscribe","cameras":null,"scene":null,"presence":null,"delivery":null,"rate":null,"echo":null,"id":null}""")).isEqualTo(new ClientMessage.Subscribe(Optional.empty(), nothing));
        assertThat(client("{\"type\":\"subscribe\",\"cameras\":[\"*\"]}"))
                .isEqualTo(new ClientMessage.Subscribe(Optional.empty(), Subscription.toAllCameras()));
        assertThat(client("{\"type\":\"subscribe\",\"cameras\":[\"b\",\"a\",\"b\"],\"rate\":60}"))
                .isEqualTo(new ClientMessage.Subscribe(
                        Optional.empty(), Subscription.toCameras("a", "b").withRate(60)));
        assertThat(client("{\"type\":\"subscribe\",\"walls\":[\"b\",\"a\",\"b\"]}"))
                .isEqualTo(new ClientMessage.Subscribe(Optional.empty(), nothing.withWalls(Set.of("a", "b"))));
        assertThat(client("{\"type\":\"subscribe\",\"walls\":[\"*\"]}"))
                .isEqualTo(new ClientMessage.Subscribe(Optional.empty(), nothing.with(Subscription.Topic.ALL_WALLS)));
        assertThat(client("{\"type\":\"subscribe\",\"tiles\":true,\"near\":{\"camera\":\"a\",\"margin\":null}}"))
                .isEqualTo(new ClientMessage.Subscribe(Optional.empty(), nothing.withTiles(new Near("a"))));
        assertThat(client("{\"type\":\"subscribe\",\"tiles\":false,\"near\":{\"camera\":\"a\"}}"))
                .isEqualTo(new ClientMessage.Subscribe(Optional.empty(), nothing));
        assertThat(client("{\"type\":\"ping\",\"t0\":1,\"report\":null}"))
                .isEqualTo(new ClientMessage.Ping(Optional.empty(), 1));
        assertThat(client("{\"type\":\"hello\",\"new\":{\"a\":[1e999,\"\\u0000\"]}}"))
                .isInstanceOf(ClientMessage.Hello.class);
        assertThat(client("{\"type\":\"settings\",\"settings\":{}}"))
                .isEqualTo(new ClientMessage.Settings(Optional.empty(), DisplaySettings.EMPTY));
    }

    @Test
    void whatIsWrongWithAnAreaIsNamed() {
        for (String[] wrong : new String[][] {
            {"{}", "near.camera"},
            {"{\"camera\":\"a//b\"}", "near.camera"},
            {"{\"camera\":\"a\",\"margin\":9}", "near.margin must lie in [0.25, 8.0], not 9.0"},
            {"{\"camera\":\"a\",\"size\":[1,2,3]}", "near.size"},
            {"{\"camera\":\"a\",\"size\":[0,2]}", "near.size"},
            {"[]", "near must be an object"}
        }) {
            assertThatThrownBy(() -> client("{\"type\":\"subscribe\",\"tiles\":true,\"near\":" + wrong[0] + "}"))
                    .isInstanceOf(DecodeException.class)
                    .hasMessageContaining(wrong[1]);
        }
    }

    @Test
    void anyNumberIsADouble() throws DecodeException {
        for (String zoom :
                List.of("1", "1.0", "10e-1", "1E0", "0.1e+1", "1.000000000000000000000000000000000000000000000")) {
            assertThat(client("{\"type\":\"camera\",\"camera\":\"c\",\"view\":{\"kind\":\"2d\",\"center\":[-0,"
                            + "123456789012345678901234567890],\"zoom\":"
                            + zoom + ",\"rotation\":1e-999}}"))
                    .isEqualTo(new ClientMessage.Camera(
                            Optional.empty(), new CameraUpdate("c", new View2d(0, 1.2345678901234568E29, 1, 0))));
        }
    }

    @Test
    void doublesAreTheShortestThatRoundTrip() throws DecodeException {
        for (double x :
                new double[] {2.0E-3, 2.2250738585072014E-308, 9007199254740993.0, 1.0E23, 2.0E-323, 0.1, 1e7, -0.0}) {
            String text = json(new ServerMessage.Camera(
                    OptionalLong.of(1),
                    new CameraState(
                            "c",
                            new View2d(x, 0, 1, 0),
                            0,
                            0,
                            OptionalLong.empty(),
                            Optional.empty(),
                            "s",
                            Optional.empty(),
                            false)));
            String number = text.substring(text.indexOf('[') + 1, text.indexOf(',', text.indexOf('[')));
            assertThat(Double.parseDouble(number)).isEqualTo(x);
            assertThat(number.length()).isLessThanOrEqualTo(Double.toString(x).length());
        }
    }

    private static String json(ServerMessage message) {
        return new String(Codecs.json().encode(message), StandardCharsets.UTF_8);
    }

    private static ClientMessage client(String json) throws DecodeException {
        return Codecs.json().decodeClient(ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8)));
    }
}
