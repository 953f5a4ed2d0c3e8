package org.geometryos.compositor.itest.swap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.geometryos.compositor.itest.Waiting;
import org.geometryos.compositor.itest.framework.Host;
import org.geometryos.compositor.itest.outside.BundleFile;
import org.geometryos.compositor.itest.outside.DistributionProcess;
import org.geometryos.compositor.testkit.NewerJava;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What writes natively comes, goes and is replaced while displays watch, in a host on a Java that can do so. */
@Tag("long")
class NativeTransportIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int JAVA = 22;
    private static final int SWAPS = 5;
    private static final int DISPLAYS = 10;
    private static final String NAME = "org.geometryos.compositor.transport.native";
    private static final String FILE = "native.jar";
    private static final String NATIVE = "sockets are written to natively";
    private static final Pattern WRITER = Pattern.compile("(?m)native_\\.SendWriter\\b");

    private Path java;
    private DistributionProcess distribution;

    @BeforeEach
    void aJavaThatWritesNatively() throws Exception {
        Optional<Path> newer = NewerJava.home(JAVA);
        assumeTrue(newer.isPresent(), "there is no Java " + JAVA + " or newer on this machine");
        assumeTrue(
                "Linux".equals(System.getProperty("os.name")), "sockets are not written to natively on this machine");
        java = newer.orElseThrow();
        distribution = DistributionProcess.copy("native").environment("JAVA_HOME", java.toString());
    }

    @AfterEach
    void stop() throws Exception {
        if (distribution != null) {
            distribution.close();
        }
    }

    @Test
    void itIsReplacedAndLeavesWithoutAClosedSocketOrALostUpdate() throws Exception {
        distribution.start();
        said(0, NATIVE);
        try (Host.Crowd crowd = Host.crowd(distribution.port(), DISPLAYS / 2, DISPLAYS / 2)) {
            crowd.ask("mark");
            for (int i = 0; i < SWAPS; i++) {
                int before = distribution.log().length();
                Path jar = BundleFile.versioned(
                        distribution.bundle(NAME),
                        "0.1." + (i + 1),
                        distribution.data().resolve("next.jar"));
                BundleFile.deploy(distribution, jar, FILE);
                said(before, NATIVE);
                flows(crowd);
            }
            // a bundle of that name that does nothing
            int before = distribution.log().length();
            Path empty = BundleFile.empty(
                    NAME, "0.2.0", Map.of(), distribution.data().resolve("next.jar"));
            BundleFile.deploy(distribution, empty, FILE);
            said(before, "0.2.0 runs in place of");
            flows(crowd);
            assertEquals(0, writers(), "writers of bundles that are gone");
            before = distribution.log().length();
            Files.delete(distribution.deploy().resolve(FILE));
            said(before, NATIVE);
            flows(crowd);
            assertEquals(1, writers(), "writers");

            Map<String, String> report = crowd.report();
            for (String flaw : List.of("missing", "doubled", "disorder", "closes", "gaps", "wrongAccounts")) {
                assertEquals("0", report.get(flaw), () -> flaw + " of " + report);
            }
            assertEquals(String.valueOf(DISPLAYS), report.get("connected"), report::toString);
        }
    }

    @Test
    void withoutTheOptionsItSaysWhatIsMissingAndJavaWrites() throws Exception {
        Path script = distribution.deploy().getParent().resolve("bin/compositor");
        String all = Files.readString(script);
        String less = all.replace("--add-opens=java.base/sun.nio.ch=ALL-UNNAMED", "-Dno.opens");
        assertTrue(!less.equals(all), "the script opens the JDK's sockets");
        Files.writeString(script, less);
        distribution.start();
        said(0, "to write natively, start the JVM with --add-opens=java.base/sun.nio.ch=ALL-UNNAMED");
        try (Host.Crowd crowd = Host.crowd(distribution.port(), 1, 1)) {
            flows(crowd);
        }
    }

    private void said(int from, String text) {
        Waiting.until(
                LIMIT,
                () -> "\"" + text + "\"; it printed:\n" + distribution.log(),
                () -> distribution.log().substring(from).contains(text));
    }

    /** Waits until every display has what came after this moment. */
    private static void flows(Host.Crowd crowd) throws IOException {
        long level = Long.parseLong(crowd.report().get("highest"));
        Waiting.until(
                LIMIT, () -> "updates", () -> Long.parseLong(crowd.report().get("lowest")) > level);
    }

    /** How many writers live in the host after a collection. */
    private long writers() throws Exception {
        Process jcmd = new ProcessBuilder(
                        java.resolve("bin/jcmd").toString(), String.valueOf(distribution.pid()), "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        String printed = new String(jcmd.getInputStream().readAllBytes());
        assertTrue(jcmd.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS) && jcmd.exitValue() == 0, printed);
        return WRITER.matcher(printed).results().count();
    }
}
