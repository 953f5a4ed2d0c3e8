package org.geometryos.compositor.itest.deploy;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.geometryos.compositor.itest.Waiting;
import org.geometryos.compositor.itest.framework.Host;
import org.geometryos.compositor.itest.outside.BundleFile;
import org.geometryos.compositor.itest.outside.DistributionProcess;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Other versions of every bundle in {@code deploy/} of the distribution, while displays watch: the rows of "Replace a
 * part while it runs", there and back again.
 */
@Tag("long")
class ReplacedBundlesIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String PREFIX = "org.geometryos.compositor.";
    private static final List<String> EPOCH = List.of("api", "journal");
    private static final List<String> SOCKETS = List.of("transport", "transport.api");
    private static final int EVERY = 10;
    private static final int LATEST = 10;
    private static final int ALL = EVERY + LATEST;

    private DistributionProcess distribution;
    private Host.Crowd crowd;

    @Test
    void everyBundleIsReplacedByAnotherVersionAndComesBackWhileDisplaysWatch() throws Exception {
        // all there are, those of options as well
        distribution = DistributionProcess.copy("replaced")
                .options("--console", "--web-console")
                .start();
        try {
            crowd = Host.crowd(distribution.port(), EVERY, LATEST);
            Map<String, String> flaws = new TreeMap<>();
            for (String bundle : bundles()) {
                flaws.put(
                        bundle + " 0.1.1",
                        replaced(
                                bundle,
                                () -> put(bundle, "0.1.1"),
                                bundle + " 0.1.1 runs in place of the distribution's"));
                flaws.put(
                        bundle + " back",
                        replaced(
                                bundle,
                                () -> Files.delete(file(bundle)),
                                bundle + ".jar is gone: the distribution's " + PREFIX + bundle));
            }
            flaws.put(
                    "camera 0.0.9",
                    replaced(
                            "camera",
                            () -> put("camera", "0.0.9"),
                            "camera 0.0.9 runs in place of the distribution's"));
            assertTrue(distribution.log().contains("(a downgrade)"), distribution::log);
            put("scene", "0.3.0");
            untilSaid(0, "scene 0.3.0 runs in place");
            flaws.values().removeIf(String::isEmpty);
            assertTrue(
                    flaws.isEmpty(),
                    () -> "flaws by replaced bundle: " + flaws + "; it printed:\n" + distribution.log());
            crowd.close();
            crowd = null;

            distribution.stop();
            Files.delete(file("scene"));
            distribution.start();
            untilSaid(0, "camera 0.0.9 runs in place of the distribution's");
            untilSaid(0, "scene.jar is gone: the distribution's " + PREFIX + "scene");
            assertFalse(distribution.log().contains("scene 0.3.0 runs"), distribution::log);

            distribution.kill();
            Files.delete(file("camera"));
            distribution.start();
            untilSaid(0, "camera.jar is gone: the distribution's " + PREFIX + "camera");
        } finally {
            if (crowd != null) {
                crowd.close();
            }
            distribution.close();
        }
    }

    private interface Change {
        void make() throws IOException;
    }

    /** @return what displays saw that they should not have */
    private String replaced(String bundle, Change change, String line) throws Exception {
        crowd.ask("mark");
        long snapshots = Long.parseLong(crowd.report().get("snapshots"));
        int before = distribution.log().length();
        change.make();
        untilSaid(before, line);
        long level = Long.parseLong(crowd.report().get("highest"));
        boolean epoch = EPOCH.contains(bundle);
        boolean sockets = SOCKETS.contains(bundle);
        Waiting.until(
                LIMIT,
                () -> "all displays after " + bundle + ": " + report() + "; it printed:\n" + distribution.log(),
                () -> {
                    Map<String, String> report = crowd.report();
                    // a display is connected, and in its epoch, until it has read of the end
                    return report.get("connected").equals(String.valueOf(ALL))
                            && report.get("epochs").equals("1")
                            && (!sockets || Long.parseLong(report.get("closes")) >= ALL)
                            && (!epoch || Long.parseLong(report.get("snapshots")) >= snapshots + ALL)
                            && (epoch || sockets || Long.parseLong(report.get("lowest")) > level);
                });
        if (epoch || sockets) {
            crowd.ask("mark");
            Waiting.until(
                    LIMIT,
                    () -> "updates after " + bundle + ": " + report(),
                    () -> Long.parseLong(crowd.report().get("fewest")) > 20);
        }
        StringBuilder flaws = new StringBuilder();
        Map<String, String> report = crowd.report();
        for (String flaw : List.of("missing", "doubled", "disorder", "gaps", "closes")) {
            if (!report.get(flaw).equals("0")) {
                flaws.append(flaw).append('=').append(report.get(flaw)).append(' ');
            }
        }
        return flaws.toString();
    }

    private String report() {
        try {
            return crowd.report().toString();
        } catch (IOException e) {
            return e.toString();
        }
    }

    private void untilSaid(int from, String line) {
        Waiting.until(
                LIMIT,
                () -> line + "; it printed:\n" + distribution.log(),
                () -> distribution.log().substring(from).contains(line));
    }

    private void put(String bundle, String version) throws IOException {
        Path beside = BundleFile.versioned(
                distribution.bundle(PREFIX + bundle),
                version,
                distribution.deploy().resolveSibling(bundle + ".new"));
        BundleFile.deploy(distribution, beside, bundle + ".jar");
    }

    private Path file(String bundle) {
        return distribution.deploy().resolve(bundle + ".jar");
    }

    /** Our bundles, by what is behind the prefix. */
    private List<String> bundles() throws IOException {
        try (Stream<Path> jars = Files.list(DistributionProcess.distribution().resolve("bundle"))) {
            return new ArrayList<>(
                    new TreeSet<>(jars.map(jar -> jar.getFileName().toString())
                            .filter(name -> name.startsWith(PREFIX))
                            .map(name -> name.substring(PREFIX.length()).replaceFirst("-\\d.*", ""))
                            .toList()));
        }
    }
}
