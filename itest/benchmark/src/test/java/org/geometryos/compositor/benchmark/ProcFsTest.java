package org.geometryos.compositor.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProcFsTest {

    @Test
    void userAndSystemTimeAreAddedUp() {
        assertThat(ProcFs.cpuSeconds("4711 (java) S 1 2 3 4 5 6 7 8 9 10 250 125 99 99 20 0 31 0 8000"))
                .isEqualTo(3.75);
    }

    @Test
    void aNameMayHoldSpacesAndParentheses() {
        assertThat(ProcFs.cpuSeconds("12 (a ) b (c) 3) R 1 2 3 4 5 6 7 8 9 10 100 0 0"))
                .isEqualTo(1);
    }

    @Test
    void idleTimeIsNotWork() {
        assertThat(ProcFs.machineSeconds("cpu  100 20 30 9000 800 40 10 7 0 0")).isEqualTo(2);
        assertThatThrownBy(() -> ProcFs.machineSeconds("cpu0 1 2 3 4 5 6 7"))
                .hasMessageContaining("is not the first line");
    }

    @Test
    void memoryIsReadInBytes() {
        ProcFs.Memory memory = ProcFs.memory(List.of(
                "555555554000-7ffffffff000 ---p 00000000 00:00 0    [rollup]",
                "Rss:              130668 kB",
                "Pss:              120001 kB",
                "Pss_Anon:          99 kB"));
        assertThat(memory.rss()).isEqualTo(130_668 * 1024L);
        assertThat(memory.pss()).isEqualTo(120_001 * 1024L);
    }

    @Test
    void aMissingLineIsNotZero() {
        assertThatThrownBy(() -> ProcFs.memory(List.of("Rss:  1 kB")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Pss:");
        assertThatThrownBy(() -> ProcFs.openFiles(List.of("Max processes 1 2 processes")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theHardLimitOfOpenFilesCounts() {
        assertThat(ProcFs.openFiles(List.of(
                        "Limit                     Soft Limit           Hard Limit           Units",
                        "Max open files            1024                 20000                files")))
                .hasValue(20_000);
        assertThat(ProcFs.openFiles(
                        List.of("Max open files            1024                 unlimited            files")))
                .isEmpty();
    }

    @Test
    void thisVeryProcessCanBeRead() throws Exception {
        long self = ProcessHandle.current().pid();
        assertThat(ProcFs.machineSeconds()).isPositive();
        double before = ProcFs.cpuSeconds(self);
        long began = System.nanoTime();
        long burnt = 0;
        while (ProcFs.cpuSeconds(self) - before < 0.2 && System.nanoTime() - began < 30_000_000_000L) {
            burnt += System.nanoTime() % 7;
        }
        assertThat(burnt).isPositive();
        assertThat(ProcFs.cpuSeconds(self) - before).isGreaterThanOrEqualTo(0.2);
        // those that have ended are missing in the sum of the threads
        assertThat(ProcFs.threadSeconds(self).values().stream()
                        .mapToDouble(Double::doubleValue)
                        .sum())
                .isPositive()
                .isCloseTo(ProcFs.cpuSeconds(self), within(5.0));
        assertThat(ProcFs.threadSeconds(self, "")).isPositive().isCloseTo(ProcFs.cpuSeconds(self), within(5.0));
        assertThat(ProcFs.threadSeconds(self, "nobody")).isZero();
        assertThat(ProcFs.memory(self).rss())
                .isGreaterThanOrEqualTo(ProcFs.memory(self).pss() / 2)
                .isGreaterThan(10_000_000);
        assertThat(ProcFs.commandLine(self)).hasSizeGreaterThan(1);
    }
}
