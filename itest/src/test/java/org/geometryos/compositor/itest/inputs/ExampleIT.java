package org.geometryos.compositor.itest.inputs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.geometryos.compositor.itest.outside.DistributionProcess;
import org.geometryos.compositor.itest.outside.Folders;
import org.geometryos.compositor.itest.outside.Json;
import org.geometryos.compositor.itest.outside.RawClient;
import org.junit.jupiter.api.Test;

/** The camera source of docs/sources.md, built and deployed as its reader would. */
class ExampleIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Path DOCS = Folders.module().resolve("../docs").normalize();
    private static final Path EXAMPLE = DOCS.resolve("examples/orbit");

    @Test
    void whatThePageShowsIsWhatIsBuilt() throws IOException {
        String page = Files.readString(DOCS.resolve("sources.md"));
        String source = Files.readString(EXAMPLE.resolve("src/main/java/example/orbit/OrbitCamera.java"));
        assertTrue(page.contains("```java\n" + source + "```\n"), "docs/sources.md and OrbitCamera.java differ");
    }

    @Test
    void theBundleDrivesItsCameraAsItIsConfiguredAndGoesWithItsFile() throws Exception {
        try (DistributionProcess distribution =
                        DistributionProcess.copy("example").start();
                RawClient display = RawClient.display(distribution.port(), "watcher")) {
            display.send("{\"type\":\"subscribe\",\"cameras\":[\"orbit\",\"round/about\"],\"delivery\":\"every\"}");
            Path jar = deploy(distribution);

            JsonNode first = until(distribution, display, update("orbit"));
            assertEquals("orbit", first.path("source").asText());
            assertTrue(first.path("cut").asBoolean(), first::toString);
            for (long sample = first.path("sample").asLong(); sample < 30; ) {
                JsonNode next = until(distribution, display, update("orbit"));
                assertEquals(++sample, next.path("sample").asLong());
                assertTrue(next.path("time").asLong() <= next.path("received").asLong(), next::toString);
                JsonNode position = next.path("view").path("position");
                assertEquals(
                        5,
                        Math.hypot(position.path(0).asDouble(), position.path(2).asDouble()),
                        1e-9);
            }
            // displays have priority 10
            display.send(drive(1, "orbit"));
            until(
                    distribution,
                    display,
                    message -> message.path("id").asInt() == 1
                            && Json.type(message).equals("ack"));

            distribution.configure(
                    "example.orbit", "camera = round/about", "radius = 3", "compositor.source.priority = 20");
            JsonNode configured = until(distribution, display, update("round/about"));
            assertEquals(
                    3,
                    Math.hypot(
                            configured.path("view").path("position").path(0).asDouble(),
                            configured.path("view").path("position").path(2).asDouble()),
                    1e-9);
            display.send(drive(2, "round/about"));
            JsonNode refusal =
                    until(distribution, display, message -> message.path("id").asInt() == 2);
            assertEquals("held", refusal.path("code").asText(), refusal::toString);

            Files.delete(jar);
            until(
                    distribution,
                    display,
                    message -> Json.type(message).equals("control")
                            && message.path("camera").asText().equals("round/about")
                            && !message.hasNonNull("holder"));
        }
    }

    private static Path deploy(DistributionProcess distribution) throws IOException {
        Path built;
        try (Stream<Path> files = Files.list(EXAMPLE.resolve("target"))) {
            built = files.filter(
                            file -> file.getFileName().toString().matches("example\\.orbit-[0-9.]+(-SNAPSHOT)?\\.jar"))
                    .findFirst()
                    .orElseThrow();
        }
        Path beside = Files.copy(built, distribution.deploy().resolveSibling("orbit.new"));
        return Files.move(beside, distribution.deploy().resolve("orbit.jar"), StandardCopyOption.ATOMIC_MOVE);
    }

    private static String drive(int id, String camera) {
        return "{\"type\":\"camera\",\"id\":" + id + ",\"camera\":\"" + camera
                + "\",\"view\":{\"kind\":\"2d\",\"center\":[0,0],\"zoom\":1,\"rotation\":0}}";
    }

    private static Predicate<JsonNode> update(String camera) {
        return message -> Json.type(message).equals("camera")
                && message.path("camera").asText().equals(camera);
    }

    private static JsonNode until(DistributionProcess distribution, RawClient display, Predicate<JsonNode> condition)
            throws IOException {
        long end = System.nanoTime() + LIMIT.toNanos();
        for (; ; ) {
            JsonNode message = display.message();
            if (condition.test(message)) {
                return message;
            }
            assertTrue(System.nanoTime() - end < 0, () -> "waited in vain; it printed:\n" + distribution.log());
        }
    }
}
