package org.geometryos.compositor.tiles.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class HilbertTest {
    private static String place(long number) {
        return Hilbert.place(number, (z, x, y) -> z + "/" + x + "/" + y);
    }

    @Test
    void numbersAreThoseOfTheFormat() {
        assertThat(place(0)).isEqualTo("0/0/0");
        assertThat(place(1)).isEqualTo("1/0/0");
        assertThat(place(2)).isEqualTo("1/0/1");
        assertThat(place(3)).isEqualTo("1/1/1");
        assertThat(place(4)).isEqualTo("1/1/0");
        assertThat(place(5)).isEqualTo("2/0/0");
        assertThat(Hilbert.number(12, 3423, 1763)).isEqualTo(19_078_479);
    }

    @Test
    void eachTileHasANumberAndEachNumberATile() {
        for (long number = 0; number < Hilbert.above(8); number++) {
            long again = Hilbert.place(number, Hilbert::number);
            assertThat(again).isEqualTo(number);
        }
        Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            int z = random.nextInt(31);
            int x = random.nextInt(1 << z);
            int y = random.nextInt(1 << z);
            assertThat(place(Hilbert.number(z, x, y))).isEqualTo(z + "/" + x + "/" + y);
        }
        assertThat(place(Hilbert.above(31) - 1)).startsWith("30/");
    }

    @Test
    void numbersThatFollowEachOtherAreNeighbours() {
        for (long number = Hilbert.above(6); number < Hilbert.above(7) - 1; number++) {
            int[] here = Hilbert.place(number, (z, x, y) -> new int[] {x, y});
            int[] next = Hilbert.place(number + 1, (z, x, y) -> new int[] {x, y});
            assertThat(Math.abs(here[0] - next[0]) + Math.abs(here[1] - next[1]))
                    .isEqualTo(1);
        }
    }
}
