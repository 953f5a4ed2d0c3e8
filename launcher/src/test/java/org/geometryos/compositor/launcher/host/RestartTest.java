package org.geometryos.compositor.launcher.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the script does when Java ends, seen with a stand-in for Java whose exit codes are given. */
class RestartTest {
    private static final Path SCRIPT = Path.of("src/main/dist/bin/compositor").toAbsolutePath();
    private static final int LIMIT_SECONDS = 60;

    @TempDir
    Path folder;

    private Process process;

    @BeforeEach
    void makeJava() throws Exception {
        assumeTrue(
                new ProcessBuilder("sh", "-c", "setpriv --pdeathsig KILL true")
                                .start()
                                .waitFor()
                        == 0,
                "setpriv --pdeathsig of Linux is not there");
        // each start takes the next exit code, or waits for a signal where that is "wait"
        program("java/bin/java", """
                #!/bin/sh
                n=$(($(cat "$TEST/starts" 2>/dev/null || echo 0) + 1))
                code=$(sed -n "${n}p" "$TEST/codes")
                echo $$ > "$TEST/pid"
                trap 'echo TERM >> "$TEST/signals"; exit 0' TERM
                echo $n > "$TEST/starts.new"; mv "$TEST/starts.new" "$TEST/starts"
                if [ "$code" = wait ]; then
                    while :; do /bin/sleep 0.05; done
                fi
                exit "$code"
                """);
        program("fast/sleep", "#!/bin/sh\necho \"$1\" >> \"$TEST/pauses\"\n");
        Files.writeString(folder.resolve("java/release"), "JAVA_VERSION=\"17.0.1\"\n");
    }

    private void program(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    @AfterEach
    void end() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    private Process start(List<String> codes, String... options) throws IOException {
        Files.write(folder.resolve("codes"), codes);
        List<String> command = new ArrayList<>(List.of(
                SCRIPT.toString(), "run", "--conf", folder.resolve("none").toString()));
        command.addAll(List.of(options));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out").toFile());
        builder.environment().put("JAVA_HOME", folder.resolve("java").toString());
        builder.environment().put("TEST", folder.toString());
        builder.environment()
                .put(
                        "PATH",
                        folder.resolve("fast") + ":" + builder.environment().get("PATH"));
        process = builder.start();
        return process;
    }

    private int run(List<String> codes, String... options) throws IOException, InterruptedException {
        Process started = start(codes, options);
        assertThat(started.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        return started.exitValue();
    }

    private String file(String name) throws IOException {
        try {
            return Files.readString(folder.resolve(name)).strip();
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    private void await(String name, String content) throws IOException, InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (!file(name).equals(content)) {
            assertThat(System.nanoTime() - until)
                    .as("%s is %s", name, file(name))
                    .isNegative();
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    @Test
    void outOfMemoryItIsStartedAgain() throws Exception {
        assertThat(run(List.of("3", "137", "0"), "--restart")).isZero();
        assertThat(file("starts")).isEqualTo("3");
        assertThat(file("out"))
                .contains(
                        "the host ended with exit code 3 (out of memory); started again in 1 s (1 of 5)",
                        "the host ended with exit code 137; started again in 2 s (2 of 5)");
    }

    @Test
    void theRestartsHaveALimitAndPausesBetweenThem() throws Exception {
        assertThat(run(List.of("3", "3", "3", "3", "3", "3", "0"), "--restart")).isEqualTo(3);
        assertThat(file("starts")).isEqualTo("6");
        assertThat(file("pauses").lines()).containsExactly("1", "2", "4", "8", "16");
        assertThat(file("out")).endsWith("6 times in a row; it is not started again");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void whatEndsInAnOrderlyWayStaysEnded(int code) throws Exception {
        assertThat(run(List.of(String.valueOf(code), "0"), "--restart")).isEqualTo(code);
        assertThat(file("starts")).isEqualTo("1");
    }

    @Test
    void withoutATerminalItIsNotStartedAgainUnasked() throws Exception {
        assertThat(run(List.of("3", "0"))).isEqualTo(3);
        assertThat(file("starts")).isEqualTo("1");
    }

    @Test
    void theLastOptionCounts() throws Exception {
        assertThat(run(List.of("3", "0"), "--restart", "--no-restart")).isEqualTo(3);
        assertThat(file("starts")).isEqualTo("1");
    }

    @Test
    void aSignalReachesTheHostAndItsExitCodeIsTheScripts() throws Exception {
        Process started = start(List.of("wait", "0"), "--restart");
        await("starts", "1");
        started.destroy();
        assertThat(started.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(started.exitValue()).isZero();
        assertThat(file("signals")).isEqualTo("TERM");
        assertThat(file("starts")).isEqualTo("1");
    }

    @Test
    void killingTheScriptLeavesNoHostBehind() throws Exception {
        Process started = start(List.of("wait", "0"), "--restart");
        await("starts", "1");
        ProcessHandle host = ProcessHandle.of(Long.parseLong(file("pid"))).orElseThrow();
        started.destroyForcibly();
        host.onExit().get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void withoutRestartTheHostIsTheProcessThatWasStarted() throws Exception {
        Process started = start(List.of("wait", "0"));
        await("starts", "1");
        assertThat(file("pid")).isEqualTo(String.valueOf(started.pid()));
    }
}
