package org.geometryos.compositor.itest.hosts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.geometryos.compositor.itest.outside.BundleFile;
import org.geometryos.compositor.itest.outside.DistributionProcess;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The bridge in Apache Karaf, installed, replaced and configured by Karaf's own means. */
@Tag("long")
class KarafIT {
    private static final String PREFIX = "org.geometryos.compositor.";

    @Test
    void theArchiveIsAllThatAFreshKarafNeeds() throws Exception {
        try (KarafProcess karaf = KarafProcess.fresh("karaf-kar")) {
            Files.copy(archive(), karaf.deploy().resolve("compositor.kar"));
            karaf.start();
            Bridge bridge = new Bridge(karaf.port(), karaf::log);
            bridge.awaitStream();
            karaf.awaitConsole();
            karaf.awaitFeature("compositor");

            for (String bundle : new String[] {"camera", "broadcast", "endpoint"}) {
                Path next = BundleFile.versioned(
                        bundle(PREFIX + bundle), "0.1.1", karaf.etc().resolveSibling(bundle + "-0.1.1.jar"));
                bridge.replace(() -> {
                    karaf.command("bundle:update " + PREFIX + bundle + " " + next.toUri());
                    bridge.awaitVersion(PREFIX + bundle, "0.1.1");
                });
                assertEquals(next.toFile().toURI().toString(), bridge.origin(PREFIX + bundle));
            }

            karaf.command("config:property-set -p " + PREFIX + "connections resumeWindow 40000");
            bridge.awaitResumeWindow(40_000);
            karaf.configure(PREFIX + "connections.cfg", "resumeWindow = 50000");
            bridge.awaitResumeWindow(50_000);

            String health = bridge.health();
            assertTrue(health.startsWith("{\"status\":\"ok\""), health);
            assertFalse(karaf.log().contains("| ERROR |"), karaf::log);

            karaf.stop();
            karaf.start();
            bridge.awaitStream();
            bridge.awaitResumeWindow(50_000);
        }
    }

    @Test
    void theFeaturesFileInstallsWhatTheBuildMade() throws Exception {
        try (KarafProcess karaf = KarafProcess.fresh("karaf-features").start()) {
            karaf.awaitConsole();
            karaf.command(
                    "feature:repo-add " + target().resolve("karaf/features.xml").toUri());
            karaf.command("feature:install compositor");
            Bridge bridge = new Bridge(karaf.port(), karaf::log);
            bridge.awaitStream();
        }
    }

    private static Path target() {
        return DistributionProcess.distribution().getParent();
    }

    private static Path bundle(String name) throws IOException {
        return only(DistributionProcess.distribution().resolve("bundle"), file -> file.startsWith(name + "-"));
    }

    private static Path archive() throws IOException {
        return only(target(), file -> file.endsWith(".kar"));
    }

    private static Path only(Path folder, Predicate<String> name) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> name.test(file.getFileName().toString()))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("not in " + folder));
        }
    }
}
