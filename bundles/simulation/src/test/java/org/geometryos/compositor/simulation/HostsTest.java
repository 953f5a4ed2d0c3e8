package org.geometryos.compositor.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Several hosts that share a log. {@code -Dsimulation.seed=N} runs one seed alone; {@code -Dsimulation.seeds=N} says
 * how many the long profile runs.
 */
class HostsTest {
    private static final int SEEDS = 40;
    private static final long LONG_SEEDS = 100;
    private static final int FAULT_SEEDS = 10;

    private static void passes(long seed) {
        HostRun run = HostRun.of(seed);
        if (run.failed()) {
            throw new AssertionError(run.toString(), run.found());
        }
    }

    @Test
    void hostsKeepWhatTheyPromiseWhateverHappens() {
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
        HostRun first = HostRun.of(7);
        HostRun again = HostRun.of(7);
        assertThat(again.events()).isPositive().isEqualTo(first.events());
        assertThat(again.print()).isEqualTo(first.print());
        assertThat(HostRun.of(8).print()).isNotEqualTo(first.print());
    }

    @Test
    void aFaultOfEachKindIsFound() {
        for (HostFault fault : List.of(
                HostFault.VIEWS_ARE_NOT_FENCED,
                HostFault.ONE_HOST_IGNORES_FENCES,
                HostFault.GONE_IS_NOT_FENCED,
                HostFault.NOBODY_IS_GONE,
                HostFault.ONCE_IS_IGNORED,
                HostFault.RESUME_SKIPS_AN_ENTRY,
                HostFault.CHECKPOINT_LOSES_HOLDERS)) {
            assertThat(HostRun.finding(fault, FAULT_SEEDS)).as("%s", fault).isPresent();
        }
    }

    @Test
    @Tag("long")
    void muchLongerNothingElseIsFound() {
        long seeds = Long.getLong("simulation.seeds", LONG_SEEDS);
        for (long seed = 0; seed < seeds; seed++) {
            passes(SEEDS + seed);
        }
        System.out.println("hosts: " + seeds + " seeds");
        assertThat(seeds).isPositive();
    }
}
