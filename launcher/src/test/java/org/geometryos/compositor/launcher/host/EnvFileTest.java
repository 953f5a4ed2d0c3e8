package org.geometryos.compositor.launcher.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the script makes of {@code conf/.env}, seen by a stand-in for Java that prints its environment and its
 * arguments.
 */
class EnvFileTest {
    private static final Path SCRIPT = Path.of("src/main/dist/bin/compositor").toAbsolutePath();
    private static final String SECRET = "open5esame";

    @TempDir
    Path folder;

    private Path file;

    private record Run(int exit, String out, String err) {}

    @BeforeEach
    void makeJava() throws IOException {
        Path bin = Files.createDirectories(folder.resolve("java/bin"));
        Files.writeString(folder.resolve("java/release"), "JAVA_VERSION=\"17.0.1\"\n");
        Files.writeString(bin.resolve("java"), "#!/bin/sh\nprintenv\necho \"arguments $*\"\n");
        Files.setPosixFilePermissions(bin.resolve("java"), PosixFilePermissions.fromString("rwx------"));
        file = Files.createDirectories(folder.resolve("conf")).resolve(".env");
    }

    private void env(String content) throws IOException {
        Files.writeString(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private Run run(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(SCRIPT.toString()));
        command.addAll(List.of(arguments));
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().keySet().retainAll(List.of("PATH"));
        builder.environment().put("JAVA_HOME", folder.resolve("java").toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return new Run(
                process.exitValue(),
                Files.readString(out, StandardCharsets.UTF_8),
                Files.readString(err, StandardCharsets.UTF_8));
    }

    private Run run() throws IOException, InterruptedException {
        return run(Map.of(), "run", "--port", "0", "--conf", file.getParent().toString());
    }

    static Stream<Arguments> lines() {
        return Stream.of(
                arguments("NAME=plain", "plain"),
                arguments("  export NAME=exported", "exported"),
                arguments("NAME=  with blanks ", "with blanks"),
                arguments("NAME=", ""),
                arguments("NAME=#202020", "#202020"),
                arguments("NAME=a=b", "a=b"),
                arguments("NAME=it's", "it's"),
                arguments("NAME=\"a # b\" # a comment", "a # b"),
                arguments("NAME='say \"so\"'", "say \"so\""),
                arguments("NAME=\" kept \"", " kept "),
                arguments("NAME=$HOME $(id) `id` \\n *", "$HOME $(id) `id` \\n *"),
                // names that mean something to the script or its shell
                arguments("java=one\nenv_line=two\nIFS=alu\nNAME=value", "value"));
    }

    @ParameterizedTest
    @MethodSource("lines")
    void linesBecomeTheEnvironment(String line, String value) throws Exception {
        env("# a comment\n\n" + line + "\r\n");
        Run run = run();
        assertThat(run.err).isEmpty();
        assertThat(run.exit).isZero();
        assertThat(run.out.lines()).contains("NAME=" + value);
    }

    @Test
    void theLastLineNeedsNoEnd() throws Exception {
        env("A=1\nB=2");
        assertThat(run().out.lines()).contains("A=1", "B=2");
    }

    @Test
    void whatIsInTheEnvironmentAlreadyWins() throws Exception {
        env("A=file\nB=file\n");
        assertThat(run(Map.of("A", "environment"), "run", "--conf=" + file.getParent())
                        .out
                        .lines())
                .contains("A=environment", "B=file");
    }

    @Test
    void valuesAreNotAmongTheArguments() throws Exception {
        env("NAME=" + SECRET + "\n");
        assertThat(run().out.lines().filter(line -> line.contains(SECRET))).containsExactly("NAME=" + SECRET);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                SECRET,
                "A B=" + SECRET,
                "=" + SECRET,
                "9A=" + SECRET,
                SECRET + "+/=",
                "A=1 # " + SECRET,
                "A= # " + SECRET,
                "A=\"" + SECRET,
                "A=\"1\" " + SECRET,
                "A='" + SECRET + "\"",
                "FIRST=" + SECRET,
                "export " + SECRET
            })
    void aWrongLineIsNamedByItsNumberAndItsRuleAndNothingOfItIsShown(String line) throws Exception {
        env("FIRST=1\n# \n" + line + "\n");
        Run run = run();
        assertThat(run.exit).isEqualTo(1);
        assertThat(run.out).isEmpty();
        assertThat(run.err)
                .startsWith("compositor: " + file + " line 3: ")
                .containsPattern("must|behind")
                .doesNotContain(SECRET);
    }

    @Test
    void whatOthersCanReadIsWarnedOf() throws Exception {
        env("NAME=" + SECRET);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        Run run = run();
        assertThat(run.exit).isZero();
        assertThat(run.err).contains("can be read by others; chmod 600 it").doesNotContain(SECRET);
    }

    @Test
    void whatIsNoFileOrTooLongIsRefused() throws Exception {
        Files.createDirectory(file);
        assertThat(run().err).contains(".env must be a file that can be read");
        Files.delete(file);
        env("#".repeat(65_537));
        assertThat(run().err).contains(".env must not be longer than 65536 bytes");
    }

    @Test
    void onlyTheHostReadsIt() throws Exception {
        env(SECRET);
        assertThat(run(Map.of(), "displays", "--conf", file.getParent().toString()).exit)
                .isZero();
        assertThat(run(Map.of(), "run", "--conf", file.getParent().toString(), "--help").exit)
                .isZero();
        assertThat(run(Map.of(), "run", "--conf", file.getParent().toString(), "--conf", folder.toString()).exit)
                .isZero();
        assertThat(run().exit).isEqualTo(1);
    }
}
