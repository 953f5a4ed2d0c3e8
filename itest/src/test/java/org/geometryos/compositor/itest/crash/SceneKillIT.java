package org.geometryos.compositor.itest.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.itest.Stalls;
import org.geometryos.compositor.itest.Waiting;
import org.geometryos.compositor.itest.outside.DistributionProcess;
import org.geometryos.compositor.itest.outside.RawClient;
import org.geometryos.compositor.itest.scene.FollowedScene;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The process is killed while displays change the scene. */
@Tag("long")
class SceneKillIT {
    private static final int DISPLAYS = 20;
    private static final long LOST_AT_MOST = TimeUnit.SECONDS.toNanos(1);
    private static final String SUBSCRIBE = "{\"type\":\"subscribe\",\"scene\":true}";

    /** Everything after a transaction, and when it was seen. */
    private record Seen(String scene, long at) {}

    @Test
    void afterAKillTheSceneIsOneThatThereWasAndLacksASecondAtMost() throws Exception {
        try (DistributionProcess distribution =
                        DistributionProcess.fresh("scene-kill").start();
                Stalls stalls = new Stalls()) {
            List<RawClient> drivers = new ArrayList<>();
            for (int i = 0; i < DISPLAYS; i++) {
                drivers.add(RawClient.display(distribution.port(), "driver-" + i));
            }
            for (int round = 0; round < 3; round++) {
                List<Seen> seen = new ArrayList<>();
                RawClient follower = RawClient.display(distribution.port(), "follower");
                follower.send(SUBSCRIBE);
                FollowedScene scene = new FollowedScene();
                scene.begin(follower.await("snapshot").path("scene"));
                long first = scene.revision();
                long stalled = stalls.millis();
                seen.add(new Seen(scene.toString(), System.nanoTime()));
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(4);
                for (int n = 0; System.nanoTime() - end < 0; n++) {
                    drivers.get(n % DISPLAYS)
                            .send("{\"type\":\"scene\",\"ops\":[{\"op\":\"put\",\"model\":{\"id\":\"m-" + n % 37
                                    + "\",\"uri\":\"models/gear.glb\",\"label\":\"round " + round + ", " + n
                                    + "\"}},{\"op\":\"select\",\"ids\":[\"m-" + n % 37 + "\"]}]}");
                    scene.apply(follower.await("scene").path("ops"));
                    seen.add(new Seen(scene.toString(), System.nanoTime()));
                }
                long killed = System.nanoTime();
                long stall = TimeUnit.MILLISECONDS.toNanos(stalls.millis() - stalled);
                distribution.kill();
                for (RawClient driver : drivers) {
                    driver.close();
                }
                assertThrows(IOException.class, () -> {
                    for (; ; ) {
                        follower.message();
                    }
                });
                follower.close();

                distribution.start();
                drivers.clear();
                for (int i = 0; i < DISPLAYS; i++) {
                    drivers.add(RawClient.display(distribution.port(), "driver-" + i));
                }
                FollowedScene restored = new FollowedScene();
                JsonNode snapshot = snapshot(distribution.port());
                restored.begin(snapshot.path("scene"));
                assertTrue(
                        restored.revision() >= first && restored.revision() - first < seen.size(),
                        () -> "revision of " + snapshot);
                Seen as = seen.get((int) (restored.revision() - first));
                assertEquals(as.scene, restored.toString());
                boolean last = as == seen.get(seen.size() - 1);
                long missing = last ? 0 : killed - seen.get((int) (restored.revision() - first) + 1).at - stall;
                assertTrue(
                        missing <= LOST_AT_MOST,
                        () -> "the oldest transaction that is lost was seen " + missing / 1_000_000
                                + " ms before the kill");
            }
            for (RawClient driver : drivers) {
                driver.close();
            }
        }
    }

    /** The scene is restored a moment after the host is ready. */
    private static JsonNode snapshot(int port) throws IOException {
        JsonNode[] snapshot = new JsonNode[1];
        Waiting.until(Duration.ofSeconds(20), "a scene", () -> {
            try (RawClient display = RawClient.display(port, "looking")) {
                display.send(SUBSCRIBE);
                snapshot[0] = display.await("snapshot");
                display.send("{\"type\":\"bye\"}");
                return snapshot[0].path("scene").path("revision").asLong() > 0;
            }
        });
        return snapshot[0];
    }
}
