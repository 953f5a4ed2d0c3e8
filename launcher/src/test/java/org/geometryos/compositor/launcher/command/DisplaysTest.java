package org.geometryos.compositor.launcher.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.connection.DisplaySettings;
import org.geometryos.compositor.api.connection.Level;
import org.geometryos.compositor.api.connection.Presence;
import org.geometryos.compositor.client.ClockEstimate;
import org.geometryos.compositor.protocol.ServerMessage;
import org.junit.jupiter.api.Test;

class DisplaysTest {

    private static ServerMessage.Display display(
            Presence.Action action, String name, String session, boolean connected, DisplaySettings settings) {
        return new ServerMessage.Display(
                7, new Presence(action, name, session, "ann", connected, settings, Optional.empty()));
    }

    private static ServerMessage.Snapshot snapshot(ServerMessage.Display... displays) {
        return new ServerMessage.Snapshot(
                "e", 7, true, List.of(), List.of(), Optional.empty(), Optional.of(List.of(displays)));
    }

    @Test
    void tableIsSortedAndLeavesOutOnesOwnSession() throws Exception {
        Roll roll = new Roll();
        assertThat(roll.awaitKnown(1)).isFalse();
        DisplaySettings full = new DisplaySettings(
                OptionalInt.of(1920),
                OptionalInt.of(1080),
                OptionalDouble.of(1.5),
                OptionalDouble.of(60),
                Optional.empty(),
                Optional.of("cover"),
                Optional.of("left\u001b[2Jwall"));
        roll.take(snapshot(
                display(Presence.Action.JOINED, "wall", "s2", true, full),
                display(Presence.Action.JOINED, "me", "s1", true, DisplaySettings.EMPTY),
                display(Presence.Action.JOINED, "desk", "s3", false, DisplaySettings.EMPTY)));
        assertThat(roll.awaitKnown(1)).isTrue();
        assertThat(DisplaysCommand.print(roll.others("s1"), Map.of("wall", List.of("hall", "0.5%")), false))
                .containsExactly(
                        "NAME  USER  CONNECTED  SESSION  SIZE       RATIO  REFRESH  FIT    WALL  LATE  TITLE",
                        "desk  ann   no         s3       -          -      -        -      -     -     -",
                        "wall  ann   yes        s2       1920x1080  1.50   60 Hz    cover  hall  0.5%  left?[2Jwall");
        assertThat(DisplaysCommand.print(roll.others("s1"), Map.of(), true))
                .hasSize(2)
                .first()
                .asString()
                .startsWith("{\"type\":\"display\",")
                .contains("\"display\":\"desk\"")
                .contains("\"connected\":false");
    }

    @Test
    void thoseThatLeftOrLostTheirSocketDoNotCountAsConnected() {
        Roll roll = new Roll();
        roll.take(snapshot(
                display(Presence.Action.JOINED, "a", "s1", true, DisplaySettings.EMPTY),
                display(Presence.Action.JOINED, "b", "s2", true, DisplaySettings.EMPTY)));
        assertThat(roll.connected("own")).isEqualTo(2);
        roll.take(display(Presence.Action.CHANGED, "a", "s1", false, DisplaySettings.EMPTY));
        assertThat(roll.connected("own")).isEqualTo(1);
        roll.take(display(Presence.Action.LEFT, "b", "s2", false, DisplaySettings.EMPTY));
        assertThat(roll.connected("own")).isZero();
        assertThat(roll.others("own")).hasSize(1);
    }

    @Test
    void streamIsShownWithRateAgeAndNotices() {
        StreamView view = new StreamView();
        Optional<ClockEstimate> clock = Optional.of(new ClockEstimate(1_000, 400, 3));
        for (int i = 0; i <= 60; i++) {
            CameraState state = new CameraState(
                    "tour",
                    new View2d(i, 0, 1, 0),
                    5_000_000,
                    5_000_000,
                    OptionalLong.empty(),
                    Optional.empty(),
                    "s",
                    Optional.empty(),
                    false);
            view.message(new ServerMessage.Camera(OptionalLong.of(i + 1), state), 5_001_500, 0, clock);
        }
        view.message(new ServerMessage.Heartbeat(0, 0, 60, 3, 0), 0, 0, clock);
        view.message(new ServerMessage.Notice(Level.WARNING, "stop\u0007"), 0, 0, clock);
        StreamView.Figures figures = new StreamView.Figures(1, 2, clock);
        assertThat(view.line(2_000_000_000L, figures))
                .contains("30.5/s")
                .contains("tour 30.5/s 2.5 ms 2d (60.0, 0.0)")
                .contains("round trip 0.4 ms")
                .contains("gaps 1")
                .contains("superseded 3")
                .contains("reconnects 2");
        assertThat(view.block(2_500_000_000L, figures)).hasSize(3);
        assertThat(view.line(9_000_000_000L, figures))
                .as("the age of what came long ago says nothing")
                .contains("tour 0.0/s - 2d (60.0, 0.0)");
        assertThat(view.events()).containsExactly("notice (warning): stop?");
        assertThat(view.events()).isEmpty();
    }
}
