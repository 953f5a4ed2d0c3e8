package org.geometryos.compositor.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.geometryos.compositor.api.wall.MemberFigures;
import org.geometryos.compositor.api.wall.MemberReport;
import org.geometryos.compositor.api.wall.Picture;
import org.geometryos.compositor.api.wall.WallDeclaration;
import org.geometryos.compositor.api.wall.WallFigures;
import org.geometryos.compositor.api.wall.Walls;
import org.junit.jupiter.api.Test;

class WallCommandsTest {
    private final List<String> shown = new ArrayList<>();
    private final WallCommands commands = new WallCommands(new Walls() {
        @Override
        public Optional<String> wallOf(String display) {
            return Optional.empty();
        }

        @Override
        public int report(String display, MemberReport report) {
            return REPORT_MILLIS;
        }

        @Override
        public List<WallFigures> walls() {
            return List.of(hall());
        }

        @Override
        public Optional<WallFigures> wall(String name) {
            return walls().stream()
                    .filter(wall -> wall.wall().name().equals(name))
                    .findFirst();
        }

        @Override
        public boolean show(String wall, Optional<Picture> picture) {
            shown.add(wall + " " + picture.map(Picture::word).orElse("-"));
            return wall.equals("hall");
        }

        @Override
        public long ignoredReports() {
            return 0;
        }
    });

    private static WallFigures hall() {
        return new WallFigures(
                WallDeclaration.ofProperties(
                                "hall",
                                Map.of(
                                        "width",
                                        "2",
                                        "height",
                                        "1",
                                        "title",
                                        "Big hall",
                                        "members",
                                        "left x=0 y=0 width=1 height=1; right x=1 y=0 width=1 height=1"))
                        .wall(),
                Optional.empty(),
                true,
                OptionalDouble.of(82_000),
                false,
                OptionalDouble.of(1_250),
                0.005,
                Optional.of("left"),
                false,
                List.of(
                        new MemberFigures(
                                "left",
                                true,
                                Optional.of(new MemberReport("hall", 300, 4_000, 60_000, 16_667, 60, 0, 1, 1)),
                                OptionalDouble.of(0.4),
                                0.01,
                                OptionalDouble.of(81_667),
                                OptionalDouble.of(-600),
                                true,
                                Optional.empty()),
                        new MemberFigures(
                                "right",
                                false,
                                Optional.empty(),
                                OptionalDouble.empty(),
                                0,
                                OptionalDouble.empty(),
                                OptionalDouble.empty(),
                                false,
                                Optional.of("has not reported yet"))));
    }

    @Test
    void wallsAreListedWithTheirFigures() {
        assertThat(commands.walls().lines().toList().get(1))
                .matches("hall +2 +1 +82\\.0 +1\\.3 +0\\.5% left +Big hall");
    }

    @Test
    void membersAreListedWithWhyTheyAreLeftOut() {
        List<String> lines = commands.walls("hall").lines().toList();

        assertThat(lines.get(0)).isEqualTo("hall: delay 82.0 ms, skew 1.3 ms, late 0.5%; shows its camera");
        assertThat(lines.get(2)).matches("left +yes +4\\.0 +60\\.0 +81\\.7 +1\\.0% +0\\.3 +-0\\.6");
        assertThat(lines.get(3)).matches("right +no +- +- +- +- +- +- has not reported yet");
        assertThat(commands.walls("other")).isEqualTo("there is no wall \"other\"");
    }

    @Test
    void pictureIsShownAndTakenAway() {
        assertThat(commands.wallpicture("hall", "calibration")).isEqualTo("\"hall\" shows calibration");
        assertThat(commands.wallpicture("hall", "none")).isEqualTo("\"hall\" shows its camera");
        assertThat(commands.wallpicture("other", "none")).isEqualTo("there is no wall \"other\"");
        assertThatThrownBy(() -> commands.wallpicture("hall", "x"))
                .hasMessage("picture must be one of calibration, identify, not \"x\"");
        assertThat(shown).containsExactly("hall calibration", "hall -", "other -");
    }
}
