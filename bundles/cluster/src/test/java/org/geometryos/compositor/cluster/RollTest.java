package org.geometryos.compositor.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RollTest {
    private final Roll roll = new Roll();

    private Roll.Turn turn(long start, long number) {
        return roll.turn(new LogRecord.Author("a", start, number));
    }

    @Test
    void recordsOfARunCountInOrderAndOnce() {
        roll.join("a", 5, 0);
        assertThat(turn(5, 2)).isEqualTo(Roll.Turn.TOO_EARLY);
        assertThat(turn(5, 1)).isEqualTo(Roll.Turn.NEXT);
        assertThat(turn(5, 1)).isEqualTo(Roll.Turn.OVER);
        assertThat(turn(5, 2)).isEqualTo(Roll.Turn.NEXT);
    }

    @Test
    void recordsOfARunThatIsOverDoNotCount() {
        roll.join("a", 5, 0);
        assertThat(roll.leave("a", 6, 5)).isTrue();
        assertThat(turn(5, 1)).isEqualTo(Roll.Turn.OVER);
        assertThat(roll.join("a", 7, 5)).as("it did not know that it was gone").isFalse();
        assertThat(roll.join("a", 8, 6)).isTrue();
        assertThat(turn(5, 1)).isEqualTo(Roll.Turn.OVER);
        assertThat(turn(8, 1)).isEqualTo(Roll.Turn.NEXT);
    }

    @Test
    void whoHasComeBackIsNotGoneByAWordThatIsLate() {
        roll.join("a", 5, 0);
        roll.leave("a", 6, 5);
        roll.join("a", 7, 6);
        assertThat(roll.leave("a", 8, 5)).isFalse();
        assertThat(roll.isThere("a", 7)).isTrue();
    }

    @Test
    void theFirstIsOneOfThoseThatAreThere() {
        roll.join("a", 1, 0);
        roll.join("b", 2, 0);
        assertThat(roll.first()).contains("a");
        roll.leave("a", 3, 1);
        assertThat(roll.first()).contains("b");
    }

    @Test
    void aCheckpointBringsItAllBack() {
        roll.join("a", 5, 0);
        turn(5, 1);
        roll.join("b", 6, 0);
        roll.leave("b", 7, 6);
        Roll other = new Roll();
        other.begin(roll.all());
        assertThat(other.all()).isEqualTo(roll.all());
        assertThat(other.turn(new LogRecord.Author("a", 5, 2))).isEqualTo(Roll.Turn.NEXT);
    }
}
