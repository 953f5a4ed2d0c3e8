package org.geometryos.compositor.itest.attack;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.itest.Stalls;
import org.geometryos.compositor.itest.Waiting;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Hostile connections, all of one kind at a time, try to fill the host's memory. An innocent display stays connected,
 * gets its updates and its pongs throughout; the host stays sound.
 */
class MemoryAttackIT {
    private static final Duration COMING = Duration.ofSeconds(Host.FULL ? 300 : 120);
    private static final long PONG = Host.FULL ? 1_000 : 5_000;

    private static Host host;
    private static Stage stage;

    @BeforeAll
    static void start() throws Exception {
        long limit = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? system.getMaxFileDescriptorCount()
                : Long.MAX_VALUE;
        assumeTrue(
                limit > Host.CONNECTIONS + 500,
                () -> Host.CONNECTIONS + " connections need more than the " + limit
                        + " descriptors of this process (ulimit -n)");
        host = new Host("memory", Map.of());
        stage = new Stage(host.port());
        stage.furnish();
    }

    @AfterAll
    static void stop() throws Exception {
        if (host != null) {
            stage.close();
            host.close();
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(Kinds.class)
    void innocentDisplayIsServedBeside(Kinds kind) throws Exception {
        try (Innocent innocent = new Innocent(host.port(), "view", "innocent");
                Stalls stalls = new Stalls()) {
            innocent.await(20);
            innocent.reset();
            try (Crowd crowd = new Crowd(host.port(), Host.CONNECTIONS, kind)) {
                Waiting.until(COMING, () -> "all to come: " + crowd + "; innocent: " + innocent, crowd::came);
                TimeUnit.SECONDS.sleep(Host.DURATION.toSeconds());
                System.out.println(crowd + "; innocent: " + innocent + "; machine stalled " + stalls.millis()
                        + " ms; resident " + (host.residentBytes() >> 20) + " MiB");
                innocent.await(20);
            }
            assertNull(innocent.ended(), "the innocent display was closed");
            assertNull(stage.ended(), "the operator was closed");
            assertTrue(
                    innocent.worstPong() <= PONG + stalls.millis(),
                    () -> innocent + "; the machine stalled " + stalls.millis() + " ms");
        }
        host.assertSound();
        Waiting.until(Duration.ofSeconds(60), "a status that is ok", () -> host.status("view") == 200);
    }
}
