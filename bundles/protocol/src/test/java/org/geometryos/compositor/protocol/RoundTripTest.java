package org.geometryos.compositor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.Projection;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.camera.View3d;
import org.geometryos.compositor.api.value.Quaternion;
import org.geometryos.compositor.api.value.Vector3;
import org.geometryos.compositor.protocol.codec.Codecs;
import org.junit.jupiter.api.Test;

/** What the forms have in common, and how CBOR looks. */
class RoundTripTest {
    private static final int ROUNDS = 200;

    static List<Codec> codecs() {
        return List.of(Codecs.json(), Codecs.cbor());
    }

    @Test
    void theSamplesLeaveNoMessageOut() {
        Samples samples = new Samples(1);
        assertThat(kinds(samples.client())).containsAll(kindsOf(ClientMessage.class));
        assertThat(kinds(samples.server())).containsAll(kindsOf(ServerMessage.class));
        assertThat(kinds(samples.client().stream()
                        .filter(ClientMessage.Admin.class::isInstance)
                        .map(m -> ((ClientMessage.Admin) m).action())
                        .toList()))
                .containsAll(kindsOf(ClientMessage.AdminAction.class));
    }

    private static Set<String> kinds(List<?> messages) {
        return messages.stream().map(m -> m.getClass().getName()).collect(Collectors.toSet());
    }

    private static List<String> kindsOf(Class<?> family) {
        return Arrays.stream(family.getPermittedSubclasses())
                .map(Class::getName)
                .toList();
    }

    @Test
    void bothFormsAreReadAsTheSame() throws DecodeException {
        for (int seed = 0; seed < ROUNDS; seed++) {
            for (ClientMessage m : new Samples(seed).client()) {
                assertThat(Codecs.json()
                                .decodeClient(ByteBuffer.wrap(Codecs.json().encode(m))))
                        .isEqualTo(Codecs.cbor()
                                .decodeClient(ByteBuffer.wrap(Codecs.cbor().encode(m))));
            }
        }
    }

    @Test
    void cborHasDefiniteLengthsSixtyFourBitFloatsAndNoTags() {
        for (int seed = 0; seed < 50; seed++) {
            Samples samples = new Samples(seed);
            for (ServerMessage message : samples.server()) {
                assertThat(TestCbor.heads(Codecs.cbor().encode(message)).keySet())
                        .isSubsetOf("0", "1", "3", "4", "5", "7:20", "7:21", "7:22", "7:27");
            }
            for (ClientMessage message : samples.client()) {
                assertThat(TestCbor.heads(Codecs.cbor().encode(message)).keySet())
                        .isSubsetOf("0", "1", "3", "4", "5", "7:20", "7:21", "7:22", "7:27");
            }
        }
    }

    @Test
    void aCameraInCborIsWhatAHandWouldWrite() {
        byte[] bytes = Codecs.cbor()
                .encode(new ServerMessage.Camera(
                        OptionalLong.of(4711),
                        new CameraState(
                                "main",
                                new View2d(1, 2.5, 1.5, 0),
                                1_000_000,
                                1_000_001,
                                OptionalLong.of(7),
                                Optional.empty(),
                                "rig",
                                Optional.of("s1"),
                                true)));
        byte[] view = TestCbor.map("kind", "2d", "center", List.of(1.0, 2.5), "zoom", 1.5, "rotation", 0.0);
        byte[] integers = TestCbor.hex("1a000f4240");
        assertThat(bytes)
                .isEqualTo(TestCbor.map(
                        "type",
                        "camera",
                        "seq",
                        4711,
                        "camera",
                        "main",
                        "time",
                        integers,
                        "received",
                        TestCbor.hex("1a000f4241"),
                        "sample",
                        7,
                        "source",
                        "rig",
                        "origin",
                        "s1",
                        "cut",
                        true,
                        "view",
                        view));
        assertThat(TestCbor.heads(bytes))
                .containsEntry("7:27", 4)
                .containsEntry("5", 2)
                .containsEntry("4", 1)
                .containsEntry("0", 4);
    }

    @Test
    void minusOneIsMajorTypeOne() {
        assertThat(Codecs.cbor().encode(new ClientMessage.Ping(Optional.empty(), -1)))
                .isEqualTo(TestCbor.hex("a2 64 74797065 64 70696e67 62 7430 20"));
    }

    @Test
    void theThreeProjectionsComeBack() throws DecodeException {
        for (Projection projection :
                List.of(new Projection.Orthographic(1, 2, 0, 10), new Projection.Frustum(-1, 1, -1, 1, 0.1, 10))) {
            ServerMessage message = new ServerMessage.Camera(
                    OptionalLong.of(1),
                    new CameraState(
                            "c",
                            new View3d(new Vector3(0, 0, 0), Quaternion.IDENTITY, projection),
                            1,
                            1,
                            OptionalLong.empty(),
                            Optional.empty(),
                            "s",
                            Optional.empty(),
                            false));
            for (Codec codec : codecs()) {
                assertThat(codec.decodeServer(ByteBuffer.wrap(codec.encode(message))))
                        .isEqualTo(message);
            }
        }
    }
}
