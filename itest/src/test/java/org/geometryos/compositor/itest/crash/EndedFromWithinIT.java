package org.geometryos.compositor.itest.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.geometryos.compositor.itest.Waiting;
import org.geometryos.compositor.itest.outside.BundleFile;
import org.geometryos.compositor.itest.outside.DeployedCamera;
import org.geometryos.compositor.itest.outside.DistributionProcess;
import org.geometryos.compositor.itest.outside.SmallBundle;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleActivator;

/** A bundle that ends the host: the last line names it, and the exit code is not 0. */
class EndedFromWithinIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Test
    void aBundleThatStopsTheFrameworkIsNamedInTheLastLine() throws Exception {
        endsBy("stopper", StoppingBundle.class, "the framework was stopped by the bundle stopper 1.0.0");
    }

    @Test
    void aBundleThatCallsExitIsNamedInTheLastLine() throws Exception {
        endsBy("exiter", ExitingBundle.class, "ended by System.exit in the bundle exiter 1.0.0");
    }

    private static void endsBy(String name, Class<? extends BundleActivator> activator, String line) throws Exception {
        try (DistributionProcess distribution =
                DistributionProcess.copy("ended-" + name).start()) {
            SmallBundle.deploy(distribution, name, activator);
            assertEquals(1, distribution.awaitEnd(LIMIT), distribution::log);
            List<String> lines = distribution.log().lines().toList();
            String last = lines.get(lines.size() - 1);
            assertTrue(last.contains(line) && last.contains("deploy/" + name + ".jar"), () -> "the last line: " + last);
        }
    }

    @Test
    void aShellWithoutInputDoesNotStopTheHost() throws Exception {
        Path shell = Path.of(org.apache.felix.gogo.shell.Activator.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        assertTrue(Files.isRegularFile(shell), shell::toString);
        try (DistributionProcess distribution =
                DistributionProcess.copy("shell").start()) {
            Path beside = Files.copy(shell, distribution.deploy().resolveSibling("shell.new"));
            BundleFile.deploy(distribution, beside, "gogo.shell.jar");
            Waiting.until(
                    LIMIT,
                    () -> "the shell; it printed:\n" + distribution.log(),
                    () -> distribution.log().contains("org.apache.felix.gogo.shell"));
            SmallBundle.deploy(distribution, "after-the-shell", DeployedCamera.class);
            Waiting.until(
                    LIMIT,
                    () -> "a bundle behind it; it printed:\n" + distribution.log(),
                    () -> distribution.log().contains("after-the-shell 1.0.0 runs"));
            distribution.stop();
            distribution.start();
            distribution.stop();
        }
    }
}
