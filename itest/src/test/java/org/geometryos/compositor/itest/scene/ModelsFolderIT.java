package org.geometryos.compositor.itest.scene;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.geometryos.compositor.itest.Waiting;
import org.geometryos.compositor.itest.outside.DistributionProcess;
import org.junit.jupiter.api.Test;

/** Models in the distribution as it comes: a folder in its data folder, and those that come with it. */
class ModelsFolderIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final HttpClient http = HttpClient.newHttpClient();

    private HttpResponse<byte[]> get(DistributionProcess distribution, String name) {
        try {
            return http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + distribution.port() + "/models/" + name))
                            .timeout(LIMIT)
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void theFolderIsMadeAndWhatIsPutThereIsServedAlsoAfterARestart() throws Exception {
        try (DistributionProcess distribution =
                DistributionProcess.fresh("models").start()) {
            Path folder = distribution.data().resolve("models");
            for (String name : List.of("gear.glb", "display-wall.glb", "studio-camera.glb")) {
                Waiting.until(LIMIT, name, () -> get(distribution, name).statusCode() == 200);
            }
            assertTrue(Files.isDirectory(folder), folder + " is not there");
            byte[] gear = get(distribution, "gear.glb").body();
            assertEquals("glTF", new String(gear, 0, 4));

            Files.createDirectories(folder.resolve("machine"));
            Files.write(folder.resolve("machine/gear one.glb"), gear);
            Waiting.until(
                    LIMIT,
                    "the copy",
                    () -> get(distribution, "machine/gear%20one.glb").statusCode() == 200);
            distribution.kill();
            distribution.start();
            Waiting.until(
                    LIMIT,
                    "the copy after a restart",
                    () -> get(distribution, "machine/gear%20one.glb").statusCode() == 200);
            assertArrayEquals(gear, get(distribution, "machine/gear%20one.glb").body());
        }
    }
}
