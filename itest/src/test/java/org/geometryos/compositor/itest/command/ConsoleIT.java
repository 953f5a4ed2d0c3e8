package org.geometryos.compositor.itest.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.geometryos.compositor.itest.Waiting;
import org.geometryos.compositor.itest.outside.CommandProcess;
import org.geometryos.compositor.itest.outside.DistributionProcess;
import org.geometryos.compositor.itest.outside.Folders;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** The Gogo console of a host that is run with {@code --console}, and of one that is not. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ConsoleIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private static DistributionProcess distribution;
    private static Path folder;

    @BeforeAll
    static void start() throws IOException {
        folder = Folders.fresh("console-commands");
        distribution = DistributionProcess.fresh("console")
                .options("--console", "--no-demo")
                .typed()
                .start();
    }

    @AfterAll
    static void stop() throws InterruptedException {
        distribution.close();
    }

    @Test
    @Order(1)
    void aCommandThatIsTypedRuns() throws IOException {
        type("compositor:status");
        untilPrinted("taking connections");
        type("no:such");
        untilPrinted("failed: Command not found: no:such");
    }

    @Test
    @Order(2)
    void theEndOfTheInputEndsNothingElse() throws Exception {
        distribution.process().getOutputStream().close();
        try (CommandProcess status = run("compositor:status")) {
            assertEquals(0, status.ends(), status::said);
        }
        assertTrue(distribution.process().isAlive());
    }

    @Test
    @Order(3)
    void theOwnerOfTheDataFolderRunsCommands() throws Exception {
        Path socket = distribution.data().resolve("console.sock");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
        try (CommandProcess sessions = run("sessions")) {
            assertEquals(0, sessions.ends(), sessions::said);
            assertTrue(sessions.lines().get(0).startsWith("DISPLAY "), sessions::said);
        }
        try (CommandProcess bundles = run("lb", "-s", "org.geometryos.compositor.console")) {
            assertEquals(0, bundles.ends(), bundles::said);
            assertTrue(String.join("\n", bundles.lines()).contains("|Active     |"), bundles::said);
        }
        try (CommandProcess wrong = run("notice", "loud", "x")) {
            assertEquals(1, wrong.ends(), wrong::said);
            assertTrue(wrong.lines().get(0).contains("level must be info, warning or error"), wrong::said);
        }
    }

    @Test
    @Order(4)
    void aReplacementOfTheConsoleBringsItBack() throws Exception {
        try (CommandProcess swap = CommandProcess.start(
                folder.resolve("swap.err"),
                Map.of("COMPOSITOR_URL", distribution.url()),
                "bundles",
                "swap",
                "console")) {
            assertEquals(0, swap.ends(), swap::said);
        }
        try (CommandProcess again = run("compositor:status")) {
            assertEquals(0, again.ends(), again::said);
            assertEquals("taking connections", again.lines().get(0));
        }
    }

    @Test
    @Order(5)
    void aBundleStopsAndStartsByItsNameAndByItsId() throws Exception {
        String metrics = "org.geometryos.compositor.metrics";
        done("stop", metrics);
        assertEquals("Resolved", state(metrics));
        String id = row(metrics).split("\\|", 2)[0].strip();
        done("start", id);
        assertEquals("Active", state(metrics));
        done("stop", "-t", id);
        assertEquals("Resolved", state(metrics));
        done("start", id);
        assertTrue(String.join("\n", done("headers", id)).contains("Bundle-SymbolicName = " + metrics));
        assertTrue(String.join("\n", done("inspect", "cap", "service", id)).contains(metrics));
        try (CommandProcess none = run("stop", "no.such.bundle")) {
            assertEquals(1, none.ends(), none::said);
        }
    }

    @Test
    @Order(6)
    void anUninstalledBundleIsGone() throws Exception {
        String replay = "org.geometryos.compositor.camera.replay";
        done("uninstall", replay);
        assertEquals("", row(replay));
    }

    @Test
    @Order(7)
    void withoutTheOptionThereIsNone() throws Exception {
        distribution.stop();
        try (DistributionProcess plain = DistributionProcess.fresh("no-console").start()) {
            assertFalse(Files.exists(plain.data().resolve("console.sock")));
            try (CommandProcess none = CommandProcess.start(
                    folder.resolve("none.err"),
                    Map.of(),
                    "console",
                    "--data",
                    plain.data().toString(),
                    "lb")) {
                assertEquals(1, none.ends(), none::said);
                assertTrue(none.errors().contains("must run there with --console"), none::said);
            }
        }
    }

    private static void type(String line) throws IOException {
        OutputStream input = distribution.process().getOutputStream();
        input.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        input.flush();
    }

    private static void untilPrinted(String text) {
        Waiting.until(
                LIMIT,
                () -> text + " in:\n" + distribution.log(),
                () -> distribution.log().contains(text));
    }

    private static List<String> done(String... words) throws Exception {
        try (CommandProcess command = run(words)) {
            assertEquals(0, command.ends(), command::said);
            return command.lines();
        }
    }

    private static String state(String bundle) throws Exception {
        return row(bundle).split("\\|")[1].strip();
    }

    /** What the list of bundles says of one; empty if nothing. */
    private static String row(String bundle) throws Exception {
        return done("lb", "-s", bundle).stream()
                .filter(line -> line.contains("|" + bundle + " "))
                .findFirst()
                .orElse("");
    }

    private static CommandProcess run(String... words) throws IOException {
        List<String> arguments =
                new ArrayList<>(List.of("console", "--data", distribution.data().toString()));
        arguments.addAll(List.of(words));
        return CommandProcess.start(
                folder.resolve(NUMBER.incrementAndGet() + ".err"), Map.of(), arguments.toArray(String[]::new));
    }
}
