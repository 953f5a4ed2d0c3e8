package org.geometryos.compositor.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Many seeds. {@code -Dsimulation.seed=N} runs one alone; {@code -Dsimulation.seeds=N} says how many the long profile
 * runs.
 */
class SimulationTest {
    private static final int SEEDS = 200;
    private static final long LONG_SEEDS = 3_000;
    /** Faults that need no luck: each is found by one of these seeds. */
    private static final int FAULT_SEEDS = 5;

    private static void passes(long seed) {
        Run run = Run.of(seed);
        if (run.failed()) {
            throw new AssertionError(run.toString(), run.found());
        }
    }

    @Test
    void displaysGetWhatTheProtocolPromisesWhateverHappens() {
        Long one = Long.getLong("simulation.seed");
        if (one != null) {
            passes(one);
            return;
        }
        for (long seed = 0; seed < SEEDS; seed++) {
            passes(seed);
        }
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        Run first = Run.of(7);
        Run again = Run.of(7);
        assertThat(first.messages()).isPositive();
        assertThat(again.events()).isEqualTo(first.events());
        assertThat(again.print()).isEqualTo(first.print());
        assertThat(Run.of(8).print()).isNotEqualTo(first.print());
    }

    @Test
    void aFaultInEachPartIsFound() {
        for (Fault fault : List.of(
                Fault.LOSES_A_MESSAGE,
                Fault.READ_SKIPS_A_CONTROL,
                Fault.SNAPSHOT_WITHOUT_HOLDERS,
                Fault.READ_SKIPS_A_WALL,
                Fault.CODEC_LOSES_ORIGIN,
                Fault.ACCOUNT_IS_WRONG,
                Fault.LEASES_END_EARLY)) {
            assertThat(Run.finding(fault, FAULT_SEEDS)).as("%s", fault).isPresent();
        }
    }

    @Test
    @Tag("long")
    void muchLongerNothingElseIsFound() {
        long seeds = Long.getLong("simulation.seeds", LONG_SEEDS);
        for (long seed = 0; seed < seeds; seed++) {
            passes(SEEDS + seed);
        }
        System.out.println("simulation: " + seeds + " seeds");
        assertThat(seeds).isPositive();
    }

    @Test
    @Tag("long")
    void plantedFaultsAreFoundAllButTwo() {
        List<Fault> missed = new ArrayList<>();
        for (Fault fault : Fault.values()) {
            Run.finding(fault, Integer.getInteger("simulation.faultSeeds", 150))
                    .ifPresentOrElse(
                            run -> System.out.println(fault + ": seed " + run.seed() + ", "
                                    + run.found().getMessage()),
                            () -> missed.add(fault));
        }
        assertThat(missed).hasSizeLessThanOrEqualTo(2);
    }
}
