package org.geometryos.compositor.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;

class OptionsTest {
    private static final Path MODULE = Path.of("/bridge/itest/benchmark");

    @Test
    void withoutOptionsTenThousandIdleDisplaysAreMeasuredThreeTimes() throws Exception {
        assertThat(Options.parse(List.of(), MODULE)).isEqualTo(new Options("idle", 10_000, 3, 20, 40,
                Path.of("/bridge/launcher/target/compositor"), MODULE.resolve("target/results")));
    }

    @Test
    void eachOptionIsTaken() throws Exception {
        assertThat(Options.parse(List.of("idle", "--displays", "7", "--rounds", "2", "--settle", "0", "--window", "30",
                "--distribution", "/there", "--out", "/here"), MODULE))
                .isEqualTo(new Options("idle", 7, 2, 0, 30, Path.of("/there"), Path.of("/here")));
    }

    @Test
    void errorsNameTheValueAndTheRule() {
        assertThatThrownBy(() -> Options.parse(List.of("--displays", "0"), MODULE)).hasMessage("--displays 0 is not between 1 and 100000");
        assertThatThrownBy(() -> Options.parse(List.of("--rounds", "many"), MODULE)).hasMessage("--rounds many is not a number");
        assertThatThrownBy(() -> Options.parse(List.of("--speed", "1"), MODULE)).hasMessage("--speed is unknown");
        assertThatThrownBy(() -> Options.parse(List.of("--rounds"), MODULE)).hasMessage("--rounds is unknown, or its value is missing");
    }
}
