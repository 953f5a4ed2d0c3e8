package org.geometryos.compositor.foxglove;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Projection;
import org.geometryos.compositor.api.camera.View3d;
import org.geometryos.compositor.api.coordinates.Rotations;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.value.Quaternion;
import org.geometryos.compositor.api.value.Vector3;
import org.geometryos.compositor.protocol.ClientMessage;
import org.geometryos.compositor.protocol.DecodeException;
import org.geometryos.compositor.protocol.ErrorCode;
import org.geometryos.compositor.testkit.Changes;
import org.geometryos.compositor.testkit.FakeLink;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What viewers send. */
class FoxgloveTest {
    private static final String POSE = "{\"timestamp\":{\"sec\":%d,\"nsec\":500000},\"frame_id\":\"%s\",\"pose\":"
            + "{\"position\":{\"x\":1,\"y\":2,\"z\":3},\"orientation\":{\"x\":0,\"y\":0,\"z\":0,\"w\":1}}}";

    private final Around around = new Around();
    private FakeLink viewer;

    @BeforeEach
    void connect() {
        around.journal.append(new Change.CameraChanged(Changes.state("tour", 1, 1, null)));
        viewer = around.viewer();
    }

    private void advertise(int id, String camera) throws DecodeException {
        around.say(
                viewer,
                "{\"op\":\"advertise\",\"channels\":[{\"id\":" + id + ",\"topic\":\"/camera/" + camera
                        + "/pose\",\"encoding\":\"json\",\"schemaName\":\"foxglove.PoseInFrame\"}]}");
    }

    private CameraUpdate update() {
        return ((ClientMessage.Camera) around.requests.get(around.requests.size() - 1)).update();
    }

    @Test
    void aPoseOfTheStageDrivesACameraThatKeepsItsLens() throws Exception {
        Projection lens = new Projection.Perspective(0.3, 1, OptionalDouble.of(9), OptionalDouble.empty());
        around.journal.append(new Change.CameraChanged(new CameraState(
                "crane",
                new View3d(new Vector3(0, 0, 0), Quaternion.IDENTITY, lens),
                1,
                1,
                OptionalLong.empty(),
                Optional.empty(),
                "test",
                Optional.empty(),
                false)));
        advertise(3, "crane");
        around.publish(viewer, 3, POSE.formatted(1_700_000_000, "stage"));
        assertThat(update().camera()).isEqualTo("crane");
        assertThat(update().time()).hasValue(1_700_000_000_000_500L);
        assertThat(update().view()).isEqualTo(new View3d(new Vector3(1, 2, 3), Quaternion.IDENTITY, lens));
    }

    @Test
    void aPoseOfTheWorldIsTurnedToTheStage() throws Exception {
        advertise(4, "new/one");
        around.publish(viewer, 4, POSE.formatted(0, "world"));
        assertThat(update().time()).isEmpty();
        View3d view = (View3d) update().view();
        assertThat(view.position()).isEqualTo(new Vector3(1, 3, -2));
        // what is up in the world is up on the stage
        Vector3 up = Rotations.rotate(view.orientation(), new Vector3(0, 0, 1));
        assertThat(up.y()).isCloseTo(1, within(1e-12));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[]|MALFORMED|must be a JSON object",
                "{|MALFORMED|well-formed",
                "{}|INVALID|op must be a string",
                "{\"op\":\"dance\"}|UNKNOWN_TYPE|there is no op \"dance\"",
                "{\"op\":\"getParameters\"}|UNKNOWN_TYPE|not offered",
                "{\"op\":\"subscribe\"}|INVALID|subscriptions must be a list",
                "{\"op\":\"subscribe\",\"subscriptions\":[1]}|INVALID|subscriptions[0] must be an object",
                "{\"op\":\"subscribe\",\"subscriptions\":[{\"id\":-1,\"channelId\":1}]}|INVALID|from 0 to 4294967295",
                "{\"op\":\"subscribe\",\"subscriptions\":[{\"id\":1,\"channelId\":99}]}|INVALID|no channel 99",
                "{\"op\":\"unsubscribe\",\"subscriptionIds\":[\"x\"]}|INVALID|subscriptionIds[0]",
                "{\"op\":\"advertise\",\"channels\":[{\"id\":1,\"topic\":\"/cmd\"}]}|INVALID|/camera/NAME/pose",
                "{\"op\":\"advertise\",\"channels\":[{\"id\":1,\"topic\":\"/camera/a/pose\",\"encoding\":\"ros1\","
                        + "\"schemaName\":\"P\"}]}|INVALID|foxglove.PoseInFrame",
            })
    void whatIsWrongIsToldWithItsRule(String message, ErrorCode code, String rule) {
        assertThatThrownBy(() -> around.say(viewer, message))
                .isInstanceOfSatisfying(
                        DecodeException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(rule);
    }

    @Test
    void ofSeveralSubscriptionsTheGoodOnesHold() {
        long channel = Around.channel(viewer, "/scene");
        assertThatThrownBy(() -> around.say(
                        viewer,
                        "{\"op\":\"subscribe\",\"subscriptions\":[{\"id\":1,\"channelId\":99},{\"id\":2,\"channelId\":"
                                + channel + "},{\"id\":2,\"channelId\":" + channel + "}]}"))
                .hasMessageContaining("no channel 99");
        assertThat(ViewerMemory.of(viewer).subscriptions()).isEqualTo(Map.of(2L, "/scene"));
    }

    @Test
    void subscriptionsAndTopicsOfAViewerAreBounded() throws Exception {
        long channel = Around.channel(viewer, "/scene");
        StringBuilder all = new StringBuilder("{\"op\":\"subscribe\",\"subscriptions\":[{\"id\":0,\"channelId\":")
                .append(channel)
                .append('}');
        for (int i = 1; i <= Foxglove.MAX_SUBSCRIPTIONS; i++) {
            all.append(",{\"id\":")
                    .append(i)
                    .append(",\"channelId\":")
                    .append(channel)
                    .append('}');
        }
        assertThatThrownBy(() -> around.say(viewer, all.append("]}").toString()))
                .isInstanceOfSatisfying(
                        DecodeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LIMIT));
        assertThat(ViewerMemory.of(viewer).subscriptions()).hasSize(Foxglove.MAX_SUBSCRIPTIONS);
        for (int i = 0; i < Foxglove.MAX_PUBLISHED; i++) {
            advertise(i, "c" + i);
        }
        assertThatThrownBy(() -> advertise(1_000, "more")).hasMessageContaining("at most 64 topics");
        around.say(viewer, "{\"op\":\"unadvertise\",\"channelIds\":[0]}");
        advertise(1_000, "more");
    }

    @Test
    void aPoseThatCannotDriveIsRefusedAndNothingIsAsked() throws Exception {
        advertise(1, "tour");
        advertise(2, "free");
        assertThatThrownBy(() -> around.publish(viewer, 1, POSE.formatted(0, "stage")))
                .hasMessageContaining("\"tour\" is one of two dimensions");
        assertThatThrownBy(() -> around.publish(viewer, 9, POSE.formatted(0, "stage")))
                .hasMessageContaining("channel 9 was not advertised");
        assertThatThrownBy(() -> around.publish(viewer, 2, POSE.formatted(0, "map")))
                .hasMessageContaining("frame_id must be stage or world");
        assertThatThrownBy(() -> around.publish(viewer, 2, "{}")).hasMessageContaining("pose must be an object");
        assertThatThrownBy(() ->
                        around.publish(viewer, 2, POSE.formatted(0, "stage").replace("\"w\":1", "\"w\":2")))
                .hasMessageContaining("unit quaternion");
        assertThatThrownBy(() ->
                        around.foxglove.message(viewer.id(), ByteBuffer.wrap(new byte[] {2, 0}), false, m -> true))
                .hasMessageContaining("opcode 2");
        assertThat(around.requests).isEmpty();
    }
}
