package org.geometryos.compositor.launcher.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.ControlState;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.protocol.ServerMessage;
import org.junit.jupiter.api.Test;

class CamerasTest {
    private static final long NOW = 500_000_000;

    private static ServerMessage.Camera camera(String name, String source, long received) {
        return new ServerMessage.Camera(
                OptionalLong.of(7),
                new CameraState(
                        name,
                        new View2d(1, 2, 1, 0),
                        received - 10,
                        received,
                        OptionalLong.empty(),
                        Optional.empty(),
                        source,
                        Optional.empty(),
                        false));
    }

    private static ServerMessage.Control held(String camera, String holder) {
        return new ServerMessage.Control(8, new ControlState(camera, Optional.of(holder), Optional.of("s1"), 0));
    }

    private static CameraRoll roll() throws InterruptedException {
        CameraRoll roll = new CameraRoll();
        assertThat(roll.awaitKnown(1)).isFalse();
        roll.take(new ServerMessage.Snapshot(
                "e",
                9,
                true,
                List.of(camera("tour", "de\u001b[2Jmo", NOW - 4_000), camera("old/crane", "crane", NOW - 90_000_000)),
                List.of(held("tour", "wall"), held("new", "desk")),
                Optional.empty(),
                Optional.empty()));
        assertThat(roll.awaitKnown(1)).isTrue();
        return roll;
    }

    @Test
    void tableNamesHolderSourceAndAgeAlsoOfACameraThatNobodyHasDriven() throws Exception {
        assertThat(CamerasCommand.print(roll().rows(), NOW, false))
                .containsExactly(
                        "CAMERA     KIND  HOLDER  SOURCE    AGE",
                        "new        -     desk    -         -",
                        "old/crane  2d    -       crane     90 s",
                        "tour       2d    wall    de?[2Jmo  4 ms");
    }

    @Test
    void jsonHasTheViewAsTheProtocolWritesIt() throws Exception {
        List<String> lines = CamerasCommand.print(roll().rows(), NOW, true);
        assertThat(lines.get(0)).isEqualTo("{\"camera\":\"new\",\"holder\":\"desk\",\"session\":\"s1\"}");
        assertThat(lines.get(1))
                .startsWith("{\"camera\":\"old/crane\",\"kind\":\"2d\",\"source\":\"crane\",\"age\":90000000,")
                .contains("\"received\":410000000,\"view\":{\"kind\":\"2d\",\"center\":[1.0,2.0]")
                .endsWith("}}");
    }

    @Test
    void agesAreInTheUnitThatAPersonWouldChoose() {
        assertThat(List.of(-5L, 9_999_000L, 10_000_000L, 7_000_000_000L, 36_000_000_000L, 864_000_000_000L).stream()
                        .map(CamerasCommand::age))
                .containsExactly("0 ms", "9999 ms", "10 s", "116 min", "10.0 h", "10 d");
        assertThat(CameraRoll.ALL.cameras()).isEqualTo(Set.of());
    }

    @Test
    void lineOfJsonLeavesOutWhatIsNotThereAndEscapesWhatIs() {
        assertThat(JsonLine.done("kick")
                        .with("display", Optional.empty())
                        .with("text", "a\"\n")
                        .with("left", 3)
                        .toString())
                .isEqualTo("{\"done\":\"kick\",\"text\":\"a\\\"\\n\",\"left\":3}");
    }
}
