package org.geometryos.compositor.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class BatchTest {
    private static Batch batch(String greeting, String repeated) {
        return new Batch(Batch.Kind.DISPLAY, 100, 1, "/", List.of(greeting), 1, 1, repeated, 1000);
    }

    @Test
    void aGreetingNamesTheSocketAndTheGroupItIsIn() {
        assertThat(batch("a-# of b-#/20", "").greeting(0, 47)).isEqualTo("a-47 of b-2");
    }

    @Test
    void whatIsRepeatedTellsTheTime() {
        assertThat(batch("", "# at $now saw $shown").repeated(7, 5_000_000)).isEqualTo("7 at 5000000 saw 4900000");
    }
}
