package org.geometryos.compositor.recorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In processes of their own, as a process loads the library once. */
class NativeLibraryTest {

    @TempDir
    Path folder;

    /** Tries to open a database for each line that it gets, and answers with what came of it. */
    static final class Opening {
        public static void main(String[] arguments) throws Exception {
            NativeLibrary.unpackIn(Path.of(arguments[0]), true);
            BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
            while (lines.readLine() != null) {
                try {
                    Database.open(Path.of(arguments[1])).close();
                    System.out.println("opened");
                } catch (SQLException | IOException e) {
                    System.out.println("failed: " + e.getMessage().replace('\n', ' '));
                }
            }
        }
    }

    private final class Opener implements AutoCloseable {
        private final Process process;
        private final PrintWriter to;
        private final BufferedReader from;

        Opener(Path unpacked, String... options) throws IOException {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path")));
            command.addAll(List.of(options));
            command.addAll(List.of(
                    Opening.class.getName(),
                    unpacked.toString(),
                    folder.resolve("recordings.db").toString()));
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            to = new PrintWriter(process.outputWriter(), true);
            from = process.inputReader();
        }

        String open() throws IOException {
            to.println();
            return from.readLine();
        }

        @Override
        public void close() throws Exception {
            process.outputWriter().close();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static boolean run(String... command) throws Exception {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** A small file system of its own, or a test that is skipped. */
    private Path mounted(String name, String options) throws Exception {
        Path point = Files.createDirectory(folder.resolve(name));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", options, "none", point.toString()),
                "a file system cannot be mounted here (that needs root)");
        return point;
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    @Test
    void whereItCannotBeUnpackedItIsTriedAgain() throws Exception {
        Path unpacked = Files.createFile(folder.resolve("native"));
        try (Opener opener = new Opener(unpacked)) {
            assertThat(opener.open())
                    .startsWith("failed: SQLite's native library cannot be unpacked and loaded in " + unpacked);
            assertThat(opener.open()).startsWith("failed");
            Files.delete(unpacked);
            assertThat(opener.open()).isEqualTo("opened");
            assertThat(opener.open()).isEqualTo("opened");
        }
    }

    @Test
    void whereTheDiskIsFullItIsTriedAgainAndLeavesNothing() throws Exception {
        Path disk = mounted("disk", "size=200k");
        try {
            Path unpacked = disk.resolve("native");
            try (Opener opener = new Opener(unpacked)) {
                assertThat(opener.open()).startsWith("failed");
                assertThat(opener.open()).startsWith("failed");
                assertThat(files(unpacked)).isEmpty();
                assertThat(run("mount", "-o", "remount,size=64m", disk.toString()))
                        .isTrue();
                assertThat(opener.open()).isEqualTo("opened");
            }
        } finally {
            run("umount", "-l", disk.toString());
        }
    }

    @Test
    void theFolderForTemporaryFilesNeedNotLetProgramsRun() throws Exception {
        Path disk = mounted("noexec", "size=64m,noexec");
        try (Opener opener = new Opener(folder.resolve("native"), "-Djava.io.tmpdir=" + disk);
                Opener without = new Opener(disk.resolve("native"))) {
            assertThat(opener.open()).isEqualTo("opened");
            assertThat(without.open()).contains("programs must be allowed to run from there");
        } finally {
            run("umount", "-l", disk.toString());
        }
    }

    @Test
    void whatAKilledProcessLeftGoes() throws Exception {
        Path unpacked = Files.createDirectory(folder.resolve("native"));
        for (int i = 0; i < 3; i++) {
            try (Opener opener = new Opener(unpacked)) {
                assertThat(opener.open()).isEqualTo("opened");
                opener.process.destroyForcibly().waitFor();
            }
        }
        assertThat(files(unpacked)).as("the folder of the last one alone").hasSize(1);
        try (Opener opener = new Opener(unpacked)) {
            assertThat(opener.open()).isEqualTo("opened");
        }
        assertThat(files(unpacked)).as("a process that ends takes its own away").isEmpty();
    }

    @Test
    void whatARunningProcessHasLoadedIsOfNoConcernToIt() throws Exception {
        Path unpacked = folder.resolve("native");
        try (Opener first = new Opener(unpacked)) {
            assertThat(first.open()).isEqualTo("opened");
            try (Opener second = new Opener(unpacked)) {
                assertThat(second.open()).isEqualTo("opened");
            }
            assertThat(first.open()).isEqualTo("opened");
        }
    }
}
