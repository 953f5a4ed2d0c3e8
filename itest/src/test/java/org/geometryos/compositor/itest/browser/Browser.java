package org.geometryos.compositor.itest.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.geometryos.compositor.itest.Waiting;
import org.geometryos.compositor.itest.outside.CameraStream;
import org.geometryos.compositor.itest.outside.DistributionProcess;
import org.geometryos.compositor.itest.outside.Folders;
import org.geometryos.compositor.itest.outside.NodeReport;
import org.geometryos.compositor.itest.outside.RawClient;
import org.geometryos.compositor.itest.outside.Tools;
import org.geometryos.compositor.testkit.wire.RawRequest;
import org.junit.jupiter.api.DynamicTest;

/**
 * The displays in Chromium against the distribution: files of {@code itest/browser}, each of their tests as one here.
 */
final class Browser {
    /** Files of tests, without their ending. */
    static final List<String> SHORT = List.of("displays", "keys", "models", "tiles");

    private static final String VIEWERS = "viewers";
    static final List<String> LONG = List.of("first", "hands", "scene", "speed", VIEWERS, "walls");

    static final List<String> OPERATOR = List.of("admin", "axe", "recordings");

    static final List<String> WALLS = List.of("wallpixels", "wallsync");

    private static final Duration LIMIT = Duration.ofMinutes(20);
    private static final Duration INSTALL_LIMIT = Duration.ofMinutes(8);
    /**
     * Not ASCII, so that it shows that the page sends the bytes of its UTF-8; in a .cfg file, which is ISO 8859-1, it
     * has to be escaped.
     */
    private static final String KEY = "cb_page_Schlüssel_7Rt2Kq";

    private static final Path TESTS = Folders.module().resolve("browser");
    private static final String ENDING = ".test.mjs";
    private static final Path USUAL = Path.of("/usr/bin/chromium");

    private Browser() {}

    static List<DynamicTest> run(List<String> files) throws Exception {
        // where the processor draws, two browsers at a time miss limits that each of them keeps
        try (FileChannel file = FileChannel.open(
                        Folders.output().resolveSibling("browser.lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
                FileLock lock = file.lock()) {
            assertTrue(lock.isValid());
            return runAlone(files);
        }
    }

    private static List<DynamicTest> runAlone(List<String> files) throws Exception {
        assertEquals(
                Stream.of(SHORT, LONG, OPERATOR, WALLS)
                        .flatMap(List::stream)
                        .sorted()
                        .toList(),
                present(),
                "files of tests that are run, and that are there");
        Optional<String> noNode = Tools.npmInstalls(TESTS);
        assumeTrue(noNode.isEmpty(), () -> noNode.orElse(""));
        if (files.contains(VIEWERS)) {
            Optional<String> noViewers = Tools.npmInstalls(Folders.module().resolveSibling("docs/examples/tiles"));
            // its tests say so, and are not run
            noViewers.ifPresent(System.err::println);
        }
        Path chromium = chromium();

        Path report = Folders.output().resolve("browser.xml");
        Path log = Folders.output().resolve("browser.log");
        Files.deleteIfExists(report);
        Files.deleteIfExists(log);
        int exit;
        try (DistributionProcess distribution =
                        DistributionProcess.fresh("browser").start();
                DistributionProcess guarded =
                        DistributionProcess.fresh("browser-keys").start()) {
            CameraStream.awaitBoth(distribution.port());
            guarded.configure(
                    "org.geometryos.compositor.endpoint.key~page",
                    "role=control",
                    "key=" + KEY.replace("ü", "\\u00fc"));
            Waiting.until(Duration.ofSeconds(20), "the key to count", () -> {
                try (RawClient client = new RawClient(guarded.port())) {
                    return client.ask(RawRequest.get("/compositor/status")).status() == 401;
                }
            });
            exit = Tools.run(
                    LIMIT,
                    TESTS,
                    log,
                    Map.of(
                            "COMPOSITOR_HTTP",
                            distribution.http(),
                            "COMPOSITOR_DATA",
                            distribution.data().toString(),
                            "COMPOSITOR_KEY_HTTP",
                            guarded.http(),
                            "COMPOSITOR_KEY",
                            KEY,
                            "CHROMIUM",
                            chromium.toString(),
                            "SCREENSHOTS",
                            Folders.output().resolveSibling("screenshots").toString(),
                            "NO_COLOR",
                            "1"),
                    command(report, files));
        }
        assertNotEquals(-1, exit, () -> "it took longer than " + LIMIT.toMinutes() + " minutes:\n" + read(log));
        List<DynamicTest> tests = NodeReport.cases(report);
        assertFalse(tests.isEmpty(), () -> "no test was run:\n" + read(log));
        boolean failures = read(report).contains("<failure");
        tests.add(dynamicTest(
                "node ends as its tests do",
                () -> assertEquals(failures ? 1 : 0, exit, () -> "exit code:\n" + read(log))));
        return tests;
    }

    private static List<String> present() throws IOException {
        try (Stream<Path> files = Files.list(TESTS)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(ENDING))
                    .map(name -> name.substring(0, name.length() - ENDING.length()))
                    .sorted()
                    .toList();
        }
    }

    private static List<String> command(Path report, List<String> files) {
        List<String> command = new ArrayList<>(List.of(
                "node",
                "--test",
                "--test-concurrency=1",
                "--test-reporter=spec",
                "--test-reporter-destination=stdout",
                "--test-reporter=junit",
                "--test-reporter-destination=" + report));
        files.forEach(file -> command.add(file + ENDING));
        return command;
    }

    private static Path chromium() throws Exception {
        Optional<Path> found = installed();
        if (found.isEmpty()) {
            Optional<String> cannot = Tools.aptInstalls("chromium", INSTALL_LIMIT);
            assumeTrue(cannot.isEmpty(), () -> "there is no Chromium, and " + cannot.orElse(""));
            found = installed();
        }
        return found.orElseThrow(() -> new AssertionError("Chromium is installed, but not found"));
    }

    private static Optional<Path> installed() {
        return Files.isExecutable(USUAL) ? Optional.of(USUAL) : Tools.find("chromium");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
