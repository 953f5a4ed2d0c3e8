package org.geometryos.compositor.itest.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.geometryos.compositor.itest.outside.Folders;
import org.geometryos.compositor.itest.outside.KeyedDistribution;
import org.geometryos.compositor.itest.outside.NodeReport;
import org.geometryos.compositor.itest.outside.Tools;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Clients in Node at the distribution: ours, as the distribution serves it, and Foxglove's own. Each test of
 * {@code itest/interop/*.test.mjs} is one here.
 */
class ClientIT {
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final Path TESTS = Folders.module().resolve("interop");

    @TestFactory
    List<DynamicTest> clientSharesTheSceneWithOthers() throws Exception {
        return run("scene.test.mjs");
    }

    @TestFactory
    List<DynamicTest> foxglovesClientFollowsAndDrives() throws Exception {
        return run("foxglove.test.mjs");
    }

    private static List<DynamicTest> run(String file) throws Exception {
        String name = file.replaceFirst("\\..*", "");
        Optional<String> noNode = Tools.npmInstalls(TESTS);
        assumeTrue(noNode.isEmpty(), () -> noNode.orElse(""));
        Path report = Folders.output().resolve("client-" + name + ".xml");
        Path log = Folders.output().resolve("client-" + name + ".log");
        Files.deleteIfExists(report);
        Files.deleteIfExists(log);
        int exit;
        try (KeyedDistribution distribution = new KeyedDistribution("client-" + name)) {
            exit = Tools.run(
                    LIMIT,
                    TESTS,
                    log,
                    Map.of(
                            "COMPOSITOR_HTTP",
                            distribution.process().http(),
                            "COMPOSITOR_VIEW_KEY",
                            KeyedDistribution.secret(KeyedDistribution.VIEW),
                            "COMPOSITOR_CONTROL_KEY",
                            KeyedDistribution.secret(KeyedDistribution.CONTROL),
                            "NO_COLOR",
                            "1"),
                    List.of(
                            "node",
                            "--test",
                            "--test-reporter=spec",
                            "--test-reporter-destination=stdout",
                            "--test-reporter=junit",
                            "--test-reporter-destination=" + report,
                            file));
        }
        String printed = Files.readString(log);
        assertNotEquals(-1, exit, () -> "it took longer than " + LIMIT.toMinutes() + " minutes:\n" + printed);
        List<DynamicTest> tests = NodeReport.cases(report);
        assertFalse(tests.isEmpty(), () -> "no test was run:\n" + printed);
        int expected = Files.readString(report).contains("<failure") ? 1 : 0;
        tests.add(dynamicTest(
                "node ends as its tests do", () -> assertEquals(expected, exit, () -> "exit code:\n" + printed)));
        return tests;
    }
}
