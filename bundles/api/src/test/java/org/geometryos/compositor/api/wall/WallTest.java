package org.geometryos.compositor.api.wall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.geometryos.compositor.api.coordinates.WallScreen;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.api.value.Size;
import org.junit.jupiter.api.Test;

class WallTest {
    private static final List<Double> EYE = List.of(0.0, 0.0, 2000.0);

    @Test
    void wallSaysWhichDisplayIsItsMember() {
        Wall wall = wall(View.CAMERA, Optional.empty(), member("left", 0), member("right", 1000));

        assertThat(wall.member("right").orElseThrow().x()).isEqualTo(1000);
        assertThat(wall.member("other")).isEmpty();
    }

    @Test
    void displayTwiceIsRefused() {
        assertThatThrownBy(() -> wall(View.CAMERA, Optional.empty(), member("left", 0), member("left", 1000)))
                .isInstanceOf(InvalidValueException.class)
                .hasMessage("members[1].display must be there only once, not \"left\"");
    }

    @Test
    void moreMembersThanAllowedAreRefused() {
        WallMember[] members = new WallMember[Wall.MAX_MEMBERS + 1];
        for (int i = 0; i < members.length; i++) {
            members[i] = member("m" + i, i);
        }

        assertThatThrownBy(() -> wall(View.CAMERA, Optional.empty(), members))
                .hasMessage("members must be at most 256, not 257");
    }

    @Test
    void windowNeedsAnEyeBeforeEachScreen() {
        WallMember behind = new WallMember(
                "side", 0, 0, 1000, 500, 0, 0, Optional.of(new Placement(List.of(0.0, 0.0, 2500.0), 0, 0)));

        assertThat(wall(View.WINDOW, Optional.of(EYE), member("left", 0)).eye()).contains(EYE);
        assertThatThrownBy(() -> wall(View.WINDOW, Optional.empty(), member("left", 0)))
                .hasMessage("eye is required with view window, not null");
        assertThatThrownBy(() -> wall(View.WINDOW, Optional.of(EYE), member("left", 0), behind))
                .hasMessageStartingWith("eye must lie before the screen of side");
        assertThatThrownBy(() -> wall(View.CAMERA, Optional.of(List.of(1.0, 2.0))))
                .hasMessage("eye must be three numbers, not [1.0, 2.0]");
    }

    @Test
    void memberSaysWhichValueBreaksItsRule() {
        assertThatThrownBy(() -> new WallMember("a b", 0, 0, 1, 1, 0, 0, Optional.empty()))
                .hasMessage("display must be 1-64 of A-Z a-z 0-9 . _ -, not \"a b\"");
        assertThatThrownBy(() -> new WallMember("a", 0, 0, 0, 1, 0, 0, Optional.empty()))
                .hasMessage("width must be above 0, not 0.0");
        assertThatThrownBy(() -> new WallMember("a", 0, 0, 1, 1, 45, 0, Optional.empty()))
                .hasMessage("turn must be 0, 90, 180 or 270, not 45");
        assertThatThrownBy(() -> new WallMember("a", 0, 0, 1, 1, 0, -1, Optional.empty()))
                .hasMessage("delay must lie in [0, 1000] ms, not -1.0");
        assertThatThrownBy(() -> new Placement(List.of(0.0, Double.NaN, 0.0), 0, 0))
                .hasMessage("position[1] must be a finite number, not NaN");
    }

    @Test
    void turnedScreenAtAnAngleHasItsOwnWidth() {
        WallMember turned = new WallMember(
                "side", 0, 0, 500, 1000, 90, 0, Optional.of(new Placement(List.of(1.0, 2.0, 3.0), Math.PI / 2, 0)));

        WallScreen screen = turned.screen(new Size(4000, 1000));

        assertThat(screen.width()).isEqualTo(1000);
        assertThat(screen.height()).isEqualTo(500);
        assertThat(screen.middle().z()).isEqualTo(3);
    }

    @Test
    void wordsAreThoseOfTheProtocol() {
        assertThat(Fit.SAME_SCALE.word()).isEqualTo("same-scale");
        assertThat(Fit.of("fit", "same-scale")).isEqualTo(Fit.SAME_SCALE);
        assertThat(Unit.of("unit", "mm")).isEqualTo(Unit.MM);
        assertThatThrownBy(() -> View.of("view", "door"))
                .hasMessage("view must be one of camera, window, not \"door\"");
        assertThat(Picture.of("picture", "identify").word()).isEqualTo("identify");
    }

    @Test
    void delayChangesInProportion() {
        List<DelayChange> changes =
                List.of(DelayChange.at(1000, 100), new DelayChange(2000, 100, 3000, 200), DelayChange.at(4000, 50));

        assertThat(Delay.at(List.of(), 5000)).isZero();
        assertThat(Delay.at(changes, 0)).isEqualTo(100);
        assertThat(Delay.at(changes, 2000)).isEqualTo(100);
        assertThat(Delay.at(changes, 2250)).isCloseTo(125, within(1e-9));
        assertThat(Delay.at(changes, 3500)).isEqualTo(200);
        assertThat(Delay.at(changes, 4000)).isEqualTo(50);
    }

    @Test
    void changeReplacesWhatWasToBeginLater() {
        List<DelayChange> changes =
                Delay.with(List.of(DelayChange.at(10, 1), DelayChange.at(90, 2)), DelayChange.at(80, 3), 50);

        assertThat(changes).containsExactly(DelayChange.at(10, 1), DelayChange.at(80, 3));
    }

    @Test
    void changesAreBounded() {
        List<DelayChange> changes = new ArrayList<>();
        for (int i = 1; i < 20; i++) {
            changes = new ArrayList<>(Delay.with(changes, DelayChange.at(1000 + i, i), 0));
        }
        assertThat(changes).hasSize(Delay.MAX_CHANGES);
        assertThat(changes.get(3)).isEqualTo(DelayChange.at(1019, 19));

        assertThat(Delay.with(changes, DelayChange.at(5000, 7), 4000))
                .containsExactly(DelayChange.at(1019, 19), DelayChange.at(5000, 7));
        assertThatThrownBy(() -> wall(View.CAMERA, Optional.empty())
                        .withDelay(List.of(DelayChange.at(10, 1), DelayChange.at(10, 2))))
                .hasMessage("delay[1].from must be after that of the change before it (10), not 10");
        assertThatThrownBy(() -> new DelayChange(10, 1, 9, 1)).hasMessage("until must not be before from (10), not 9");
        assertThatThrownBy(() -> new DelayChange(-1, 1, 9, 1)).hasMessage("from must lie in [0, 2^53), not -1");
    }

    @Test
    void badReportNamesItsField() {
        assertThatThrownBy(() -> new MemberReport("w", 0, 0, 0, 0, 1, 2, 0, 0))
                .hasMessage("late must not be above frames (1), not 2");
        assertThatThrownBy(() -> new MemberReport("w", 0, 0, 1L << 53, 0, 1, 0, 0, 0))
                .hasMessage("age.p99 must lie in (-2^53, 2^53), not 9007199254740992");
        assertThatThrownBy(() -> new MemberReport("w/1", 0, 0, 0, 0, 1, 0, 0, 0))
                .hasMessageStartingWith("wall must");
    }

    private static WallMember member(String display, double x) {
        return new WallMember(display, x, 0, 900, 1000, 0, 0, Optional.empty());
    }

    private static Wall wall(View view, Optional<List<Double>> eye, WallMember... members) {
        return new Wall(
                "main",
                Optional.empty(),
                Optional.of("wall/main"),
                2000,
                1000,
                Unit.MM,
                Fit.CONTAIN,
                view,
                eye,
                List.of(members),
                List.of(),
                Optional.empty());
    }
}
