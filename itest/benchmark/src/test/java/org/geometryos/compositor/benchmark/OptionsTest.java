package org.geometryos.compositor.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class OptionsTest {
    private static final Path MODULE = Path.of("/bridge/itest/benchmark");

    @Test
    void withoutOptionsAllScenariosAreMeasuredAsTheyAreByDefault() throws Exception {
        Options options = Options.parse(List.of(), MODULE);
        assertThat(options)
                .isEqualTo(new Options(
                        Scenarios.names(),
                        false,
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        List.of(),
                        Path.of("/bridge/launcher/target/compositor"),
                        MODULE.resolve("target/results")));
        assertThat(options).isEqualTo(Options.parse(List.of("all"), MODULE));
        assertThat(options.plan("idle")).isEqualTo(Scenarios.defaults("idle", false));
    }

    @Test
    void eachOptionIsTaken() throws Exception {
        Options options = Options.parse(
                List.of(
                        "idle",
                        "--displays",
                        "7",
                        "--rounds",
                        "2",
                        "--warm",
                        "0",
                        "--window",
                        "30",
                        "--only",
                        "bridge,plain Jetty,merging limit",
                        "--distribution",
                        "/there",
                        "--out",
                        "/here"),
                MODULE);
        assertThat(options)
                .isEqualTo(new Options(
                        List.of("idle"),
                        false,
                        OptionalInt.of(7),
                        OptionalInt.of(2),
                        OptionalInt.of(0),
                        OptionalInt.of(30),
                        List.of("bridge", "plain Jetty", "merging limit"),
                        Path.of("/there"),
                        Path.of("/here")));
        assertThat(options.plan("idle")).isEqualTo(new Plan(7, 2, 0, 30));
    }

    @Test
    void whatIsNotGivenIsAsTheScenarioHasIt() throws Exception {
        Plan usual = Scenarios.defaults("fanout", false);
        assertThat(Options.parse(List.of("fanout", "--rounds", "9"), MODULE).plan("fanout"))
                .isEqualTo(new Plan(usual.displays(), 9, usual.warmSeconds(), usual.windowSeconds()));
    }

    @Test
    void quickDoesAllScenariosButLess() throws Exception {
        Options quick = Options.parse(List.of("quick"), MODULE);
        assertThat(quick.scenarios()).isEqualTo(Scenarios.names());
        for (String name : quick.scenarios()) {
            Plan full = Scenarios.defaults(name, false);
            assertThat(quick.plan(name).displays()).isLessThanOrEqualTo(full.displays());
            assertThat(quick.plan(name).displays() < full.displays()
                            || quick.plan(name).windowSeconds() < full.windowSeconds())
                    .isTrue();
            assertThat(quick.plan(name).rounds()).isEqualTo(1);
        }
    }

    @Test
    void errorsNameTheValueAndTheRule() {
        assertThatThrownBy(() -> Options.parse(List.of("--displays", "0"), MODULE))
                .hasMessage("--displays 0 is not between 1 and 100000");
        assertThatThrownBy(() -> Options.parse(List.of("--rounds", "many"), MODULE))
                .hasMessage("--rounds many is not a number");
        assertThatThrownBy(() -> Options.parse(List.of("--speed", "1"), MODULE)).hasMessage("--speed is unknown");
        assertThatThrownBy(() -> Options.parse(List.of("--rounds"), MODULE))
                .hasMessage("--rounds is unknown, or its value is missing");
        assertThatThrownBy(() -> Options.parse(List.of("fanuot"), MODULE)).hasMessage("there is no scenario fanuot");
        assertThatThrownBy(() -> Options.parse(List.of("idle", "--window", "9"), MODULE))
                .hasMessage("--window 9 is not between 10 and 3600");
    }
}
