package org.geometryos.compositor.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AllocationsTest {
    @TempDir
    Path folder;

    @Test
    void threadsThatCameCountAndThoseThatWentDoNot() {
        assertThat(Allocations.between(Map.of(1L, 100L, 2L, 500L), Map.of(1L, 150L, 3L, 7L)))
                .isEqualTo(57);
    }

    @Test
    void anotherProcessTellsWhatItAllocates() throws Exception {
        Contender peer = new Contender.Peer(
                "peer", Java.command(List.of("-Xmx64m", "-XX:-UsePerfData"), PlainBroadcast.class, List.of()), true);
        try (Trial trial = Trial.start(peer, folder);
                Allocations allocations = Allocations.attach(trial.pid())) {
            trial.displays(1, "every");
            trial.sources(1);
            trial.open(1, 100, 0, 0.2);
            Map<Long, Long> before = allocations.bytes();
            LoadReport sent = trial.report();
            Trial.Window window = trial.open(1, 100, 0, 0.5);
            assertThat(window.deliveries()).isPositive();
            long updates = trial.report().updates() - sent.updates();
            assertThat(Allocations.between(before, allocations.bytes()))
                    .as("a message is read into a String at least")
                    .isGreaterThan(updates * 157);
        }
    }
}
