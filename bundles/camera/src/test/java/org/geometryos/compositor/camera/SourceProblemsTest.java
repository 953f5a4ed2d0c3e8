package org.geometryos.compositor.camera;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.geometryos.compositor.api.camera.SourceHealth;
import org.geometryos.compositor.api.control.SourceState;
import org.geometryos.compositor.health.Health;
import org.junit.jupiter.api.Test;

class SourceProblemsTest {
    private static SourceState source(String id, SourceHealth health) {
        return new SourceState(id, 0, health, 0, 0, 0, 0, OptionalLong.empty(), List.of(), Map.of());
    }

    @Test
    void theSourceAndWhyItIsStaleAreNamedInALine() {
        Health health = SourceProblems.of(List.of(
                source("well", SourceHealth.OK),
                source("crane", SourceHealth.stale("no packets come\nat udp 6301")),
                source("dome", SourceHealth.failed("port 6302 is in use"))));
        assertThat(health.level()).isEqualTo(Health.Level.WARNING);
        assertThat(health.problems())
                .extracting(Health.Problem::text)
                .containsExactly(
                        "source \"crane\" is stale: no packets come at udp 6301",
                        "source \"dome\" is failed: port 6302 is in use");
        assertThat(SourceProblems.of(List.of(source("well", SourceHealth.OK))).problems())
                .isEmpty();
    }

    @Test
    void ofManyTheRestIsCounted() {
        Health health = SourceProblems.of(IntStream.range(0, 100)
                .mapToObj(i -> source("s" + i, SourceHealth.stale("x")))
                .toList());
        assertThat(health.problems()).hasSize(21);
        assertThat(health.problems().get(20).text()).isEqualTo("80 more sources are not well");
    }
}
