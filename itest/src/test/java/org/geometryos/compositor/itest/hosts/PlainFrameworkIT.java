package org.geometryos.compositor.itest.hosts;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import org.geometryos.compositor.itest.Waiting;
import org.geometryos.compositor.itest.outside.BundleFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The bridge in frameworks with FileInstall and nothing else, replaced and configured by files. */
@Tag("long")
class PlainFrameworkIT {
    private static final String PREFIX = "org.geometryos.compositor.";

    @Test
    void felix() throws Exception {
        Path jar = Downloads.file("org.apache.felix", "org.apache.felix.main", "jar", "7.0.5");
        runs(new PlainProcess(
                "felix",
                jar,
                List.of("-Dfelix.config.properties=file:felix.properties"),
                "org.apache.felix.main.Main",
                List.of()));
    }

    @Test
    void equinox() throws Exception {
        Path jar = Downloads.file("org.eclipse.platform", "org.eclipse.osgi", "jar", "3.24.300");
        runs(new PlainProcess(
                "equinox",
                jar,
                List.of(),
                "org.eclipse.core.runtime.adaptor.EclipseStarter",
                List.of("-configuration", ".")));
    }

    private static void runs(PlainProcess started) throws Exception {
        try (started;
                StartWatch watch = new StartWatch(started.port())) {
            Bridge bridge = new Bridge(started.port(), started::log);
            bridge.awaitStream();
            watch.check();

            Path camera = started.bundle(PREFIX + "camera");
            Path next = BundleFile.versioned(camera, "0.1.1", started.beside("camera.jar"));
            bridge.replace(() -> {
                Files.move(next, camera, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                bridge.awaitVersion(PREFIX + "camera", "0.1.1");
            });

            started.configure(PREFIX + "connections.cfg", "resumeWindow = 40000");
            bridge.awaitResumeWindow(40_000);
            String health = bridge.health();
            assertTrue(health.startsWith("{\"status\":\"ok\""), health);

            // FileInstall splits at hyphens
            String pid = PREFIX + "camera.tracking.freed~rig";
            started.configure(pid + ".cfg", "port = 6399");
            Waiting.until(
                    Duration.ofSeconds(30),
                    () -> "the name of the file that nobody reads; it printed:\n" + started.log(),
                    () -> started.log().contains("nobody reads the configuration " + pid));
        }
    }
}
