package org.geometryos.compositor.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.geometryos.compositor.api.tiles.TileTree;
import org.junit.jupiter.api.Test;

class TileEncodingsTest {
    private final TileEncodings encodings = new TileEncodings(100_000);

    /** A set of so many tiles that have little to do with each other. */
    private static TileTree set(int tiles, long seed) {
        Random random = new Random(seed);
        TileTree set = TileTree.EMPTY;
        for (int i = 0; i < tiles; i++) {
            set = set.plus(
                    TileTree.tile(20, random.nextInt(1 << 20), random.nextInt(1 << 20), random.nextInt(1 << 30)));
        }
        return set;
    }

    @Test
    void aLargeSetIsEncodedOnce() {
        TileTree set = set(1000, 1);
        List<TileTree> parts = encodings.of(set);
        assertThat(parts).hasSize(1);
        assertThat(parts.get(0)).isEqualTo(set);
        assertThat(parts.get(0).encode()).isEqualTo(set.encode());
        assertThat(encodings.of(set)).isSameAs(parts);
        assertThat(encodings.bytes()).isEqualTo(set.encodedLength());
    }

    @Test
    void aSmallOneIsNotKept() {
        assertThat(encodings.of(TileTree.pyramid(0, 0, 0, 20, 7))).hasSize(1);
        assertThat(encodings.of(TileTree.EMPTY)).isEmpty();
        assertThat(encodings.bytes()).isZero();
    }

    @Test
    void whatIsKeptIsBounded() {
        TileTree used = set(1000, 1);
        encodings.of(used);
        for (int i = 2; i < 40; i++) {
            List<TileTree> parts = encodings.of(used);
            TileTree other = set(1000, i);
            encodings.of(other);
            assertThat(encodings.bytes()).isLessThanOrEqualTo(100_000);
            assertThat(encodings.of(used)).as("used all the time").isSameAs(parts);
        }
        TileTree huge = set(20_000, 99);
        assertThat(encodings.of(huge).get(0)).isEqualTo(huge);
        assertThat(encodings.bytes()).isLessThanOrEqualTo(100_000);
    }

    @Test
    void ofASetThatIsGoneNothingIsKept() {
        TileTree set = set(1000, 1);
        encodings.of(set);
        assertThat(encodings.bytes()).isPositive();
        set = null;
        long until = System.nanoTime() + 30_000_000_000L;
        while (encodings.bytes() > 0 && System.nanoTime() < until) {
            System.gc();
            encodings.forget();
            Thread.onSpinWait();
        }
        assertThat(encodings.bytes()).isZero();
    }
}
