package org.geometryos.compositor.itest.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.itest.Waiting;
import org.geometryos.compositor.itest.outside.DistributionProcess;
import org.geometryos.compositor.itest.outside.RawClient;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The process is killed at random moments of its starts and stops: what was on the disk stays there. A dozen kills;
 * {@code -Dcompositor.kills=500} makes it as many.
 */
@Tag("long")
class DataKillIT {
    private static final int KILLS = Integer.getInteger("compositor.kills", 12);
    /** Of each stop one, and of starts the rest. */
    private static final int KILLS_PER_ROUND = 4;

    private static final int START_MILLIS = 4_000;
    private static final int STOP_MILLIS = 600;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** The set with the tile 3/7/7 of version 1. */
    private static final String TREE = "QoUNQA==";

    private static final String SUBSCRIBE = "{\"type\":\"subscribe\",\"scene\":true,\"tiles\":true}";

    @Test
    void nothingIsLostWheneverItIsKilled() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Set<String> models = new TreeSet<>(Set.of("display-wall", "gear", "studio-camera"));
        long width = 0;
        try (DistributionProcess distribution = DistributionProcess.fresh("data-kill")) {
            for (int kills = 0, round = 0; kills < KILLS; kills += KILLS_PER_ROUND, round++) {
                distribution.start();
                check(distribution, models, width, "seed " + seed + ", round " + round);
                width = 1_000 + round;
                change(distribution, "m-" + round, width);
                models.add("m-" + round);

                Process running = distribution.process();
                if (round % 2 == 0) {
                    running.destroy();
                    running.waitFor(random.nextInt(STOP_MILLIS), TimeUnit.MILLISECONDS);
                }
                distribution.kill();
                for (int i = 1; i < KILLS_PER_ROUND; i++) {
                    distribution.begin().waitFor(random.nextInt(START_MILLIS), TimeUnit.MILLISECONDS);
                    distribution.kill();
                    if (random.nextInt(8) == 0) {
                        // the cache may be thrown away at any time, and what is known of it
                        Files.deleteIfExists(distribution.data().resolve("bundles.properties"));
                    }
                }
            }
            distribution.start();
            check(distribution, models, width, "seed " + seed + ", at the end");
            distribution.stop();
        }
    }

    /** Changes the scene and the settings of a display, and waits until both are on the disk. */
    private static void change(DistributionProcess distribution, String model, long width) throws IOException {
        try (RawClient display = RawClient.connect(distribution.port(), "compositor.v1.json")) {
            display.send("{\"type\":\"hello\",\"display\":\"wall\",\"settings\":{\"width\":" + width + "}}");
            display.await("welcome");
            display.send("{\"type\":\"scene\",\"id\":1,\"ops\":[{\"op\":\"put\",\"model\":{\"id\":\"" + model
                    + "\",\"uri\":\"models/gear.glb\"}}]}");
            display.await("ack");
            display.send("{\"type\":\"tiles\",\"id\":2,\"ops\":[{\"op\":\"declare\",\"tileset\":{\"id\":\"" + model
                    + "\",\"size\":1,\"pixels\":1,\"maxZoom\":3,\"address\":\"/{z}{x}{y}{v}\"}},"
                    + "{\"op\":\"put\",\"tileset\":\"" + model + "\",\"tiles\":[[3,7,7,1]]}]}");
            display.await("ack");
            Waiting.until(
                    LIMIT,
                    "the scene on the disk",
                    () -> text(distribution.data().resolve("scene/scene.json")).contains("\"" + model + "\""));
            Waiting.until(
                    LIMIT,
                    "the tiles on the disk",
                    () -> text(distribution.data().resolve("tiles/tiles.json")).contains("\"" + model + "\""));
            Waiting.until(
                    LIMIT,
                    "the settings on the disk",
                    () -> text(distribution.data().resolve("connections/displays.json"))
                            .contains("\"width\":" + width));
        }
    }

    private static String text(Path file) throws IOException {
        return Files.exists(file) ? Files.readString(file) : "";
    }

    private static void check(DistributionProcess distribution, Set<String> models, long width, String when)
            throws IOException {
        Set<String> seen = new TreeSet<>();
        Set<String> tilesets = new TreeSet<>();
        Set<String> changed = new TreeSet<>(models);
        changed.removeIf(model -> !model.startsWith("m-"));
        Waiting.until(
                LIMIT,
                () -> when + ": the models " + models + ", not " + seen + " and tilesets " + tilesets
                        + "; it printed:\n" + distribution.log(),
                () -> {
                    try (RawClient display = RawClient.display(distribution.port(), "looking")) {
                        display.send(SUBSCRIBE);
                        seen.clear();
                        JsonNode snapshot = display.await("snapshot");
                        for (JsonNode model : snapshot.path("scene").path("models")) {
                            seen.add(model.path("id").asText());
                        }
                        tilesets.clear();
                        for (JsonNode tileset : snapshot.path("tiles").path("tilesets")) {
                            assertEquals(TREE, tileset.path("tree").asText(), when);
                            tilesets.add(tileset.path("id").asText());
                        }
                        display.send("{\"type\":\"bye\"}");
                    }
                    return seen.equals(models) && tilesets.equals(changed);
                });
        if (width > 0) {
            try (RawClient display = RawClient.connect(distribution.port(), "compositor.v1.json")) {
                display.send("{\"type\":\"hello\",\"display\":\"wall\"}");
                assertEquals(
                        width,
                        display.await("welcome").path("settings").path("width").asLong(),
                        when);
                display.send("{\"type\":\"bye\"}");
            }
        }
    }
}
