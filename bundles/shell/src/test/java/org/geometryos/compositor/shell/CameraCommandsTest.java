package org.geometryos.compositor.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.ControlState;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.api.camera.SourceHealth;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.control.CameraBridge;
import org.geometryos.compositor.api.control.SourceState;
import org.junit.jupiter.api.Test;

class CameraCommandsTest {
    private final CameraCommands commands = new CameraCommands((CameraBridge) Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {CameraBridge.class},
            (proxy, method, arguments) -> answer(method, arguments)));

    private static Object answer(Method method, Object[] arguments) {
        return switch (method.getName()) {
            case "sources" ->
                List.of(
                        new SourceState(
                                "crane",
                                5,
                                SourceHealth.OK,
                                900,
                                7,
                                4,
                                2,
                                OptionalLong.of(System.currentTimeMillis() * 1000),
                                List.of("jib", "stage"),
                                counters()),
                        new SourceState(
                                "tape",
                                0,
                                SourceHealth.stale("nothing comes"),
                                0,
                                0,
                                0,
                                0,
                                OptionalLong.empty(),
                                List.of(),
                                Map.of()));
            case "cameras" -> List.of(camera("stage", "crane"), camera("lobby", "tape"));
            case "control" ->
                arguments[0].equals("stage")
                        ? Optional.of(new ControlState("stage", Optional.of("wall"), Optional.of("s-1"), 10))
                        : Optional.empty();
            case "release" -> new Outcome.Accepted(OptionalLong.of(1));
            case "remove" ->
                arguments[0].equals("stage")
                        ? new Outcome.Accepted(OptionalLong.of(1))
                        : new Outcome.Refused(Outcome.Reason.NOT_FOUND, "there is no camera \"" + arguments[0] + "\"");
            default -> throw new UnsupportedOperationException(method.getName());
        };
    }

    private static Map<String, Long> counters() {
        Map<String, Long> counters = new LinkedHashMap<>();
        counters.put("packets", 911L);
        counters.put("faults.checksum", 3L);
        return counters;
    }

    private static CameraState camera(String name, String source) {
        return new CameraState(
                name,
                new View2d(0, 0, 1, 0),
                0,
                0,
                OptionalLong.empty(),
                Optional.empty(),
                source,
                Optional.empty(),
                false);
    }

    @Test
    void sourcesSayHowTheyAreAndWhatTheyHold() {
        List<String> lines = commands.sources().lines().toList();
        assertThat(lines).hasSize(3);
        assertThat(lines.get(1)).matches("crane +5 ok +900 +7 +\\d+\\.\\d s ago jib,stage +running");
        assertThat(lines.get(2)).matches("tape +0 stale +0 +0 +never - +nothing comes");
    }

    @Test
    void oneSourceIsShownWithItsCounters() {
        List<String> lines = commands.sources("crane")
                .lines()
                .map(line -> line.replaceAll(" +", " "))
                .toList();
        assertThat(lines.get(0)).isEqualTo("crane, priority 5: ok, running");
        assertThat(lines.get(1)).startsWith("holds jib, stage; last update: ");
        assertThat(lines.subList(2, lines.size()))
                .containsExactly(
                        "accepted 900",
                        "refused 7",
                        "of these too fast 4",
                        "from the future 2",
                        "packets 911",
                        "faults.checksum 3");
        assertThat(commands.sources("nobody")).isEqualTo("there is no source \"nobody\"");
    }

    @Test
    void camerasAreFreedAndRemoved() {
        assertThat(commands.freecamera("stage")).isEqualTo("\"stage\" is free; \"wall\" drove it");
        assertThat(commands.freecamera("lobby")).isEqualTo("nobody drives \"lobby\"");
        assertThat(commands.removecamera("stage")).isEqualTo("\"stage\" is removed");
        assertThat(commands.removecamera("attic")).isEqualTo("there is no camera \"attic\"");
    }

    @Test
    void camerasSayWhoDrivesThem() {
        List<String> lines = commands.cameras().lines().toList();
        assertThat(lines.get(1)).matches("lobby +- +- +- tape +\\S+ s ago");
        assertThat(lines.get(2)).matches("stage +wall +s-1 +10 crane +\\S+ s ago");
    }
}
