package org.geometryos.compositor.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SpreadTest {

    @Test
    void theMedianIsTheMiddleOrTheMeanOfTheTwoInTheMiddle() {
        assertThat(Spread.of(List.of(9.0, 1.0, 5.0))).isEqualTo(new Spread(5, 1, 9));
        assertThat(Spread.of(List.of(9.0, 1.0, 5.0, 2.0))).isEqualTo(new Spread(3.5, 1, 9));
        assertThat(Spread.of(List.of(7.0))).isEqualTo(new Spread(7, 7, 7));
    }

    @Test
    void ratiosAreTakenWithinARound() {
        // the machine was three times slower in the second round, for both
        assertThat(Spread.ofRatios(List.of(2.0, 6.0, 2.2), List.of(1.0, 3.0, 1.0)))
                .isEqualTo(new Spread(2, 2, 2.2));
    }

    @Test
    void whatCannotBeComparedIsRefused() {
        assertThatThrownBy(() -> Spread.of(List.of())).hasMessageContaining("no values");
        assertThatThrownBy(() -> Spread.ofRatios(List.of(1.0), List.of(1.0, 2.0)))
                .hasMessageContaining("1 values of one against 2");
    }

    @Test
    void threadsOfAPoolCountTogetherFromTheBeginningOfTheWindow() {
        assertThat(Run.ThreadShare.of(
                        Map.of(1L, 5.0, 2L, 1.0, 3L, 9.0),
                        Map.of(1L, 5.5, 2L, 2.5, 3L, 9.0, 4L, 0.5, 5L, 0.25),
                        Map.of(
                                1L,
                                "C2 CompilerThread0",
                                5L,
                                "files-/srv/data7",
                                2L,
                                "qtp77-12",
                                3L,
                                "asleep",
                                4L,
                                "qtp77-13"),
                        10))
                .containsExactly(
                        new Run.ThreadShare("qtp#-#", 20),
                        new Run.ThreadShare("C2 CompilerThread#", 5),
                        new Run.ThreadShare("files-/", 2.5));
    }
}
