package org.geometryos.compositor.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whoever builds it without one of the tools is told which one, before anything is built. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the script needs a POSIX shell")
class BuildToolsTest {
    private static final Path SCRIPT = Path.of("check-tools").toAbsolutePath();

    @TempDir
    Path bin;

    @BeforeEach
    void allToolsAreThere() throws IOException {
        tool("javac", "javac 17.0.15");
        tool("mvn", "Apache Maven 3.8.7");
        tool("node", "v20.20.2");
        tool("npm", "10.8.2");
        Files.createSymbolicLink(bin.resolve("sed"), program("sed"));
    }

    @Test
    void nothingIsSaidWhenAllIsThere() throws Exception {
        assertThat(check(0)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"javac, JDK 17 or newer", "mvn, Maven 3.8 or newer", "node, Node 20 or newer", "npm, npm"})
    void missingToolIsNamedInOneLine(String tool, String named) throws Exception {
        Files.delete(bin.resolve(tool));
        assertThat(check(1).lines()).singleElement().asString().startsWith("compositor: the build needs " + named);
    }

    @ParameterizedTest
    @CsvSource({
        "javac, javac 11.0.2, version 11.0.2",
        "javac, javac 1.8.0_412, version 1.8.0",
        "mvn, Apache Maven 3.6.3, version 3.6.3",
        "node, v18.19.0, version 18.19.0",
        "node, v9.1.0, version 9.1.0"
    })
    void toolThatIsTooOldIsNamedWithItsVersion(String tool, String says, String named) throws Exception {
        tool(tool, says);
        assertThat(check(1).lines()).singleElement().asString().contains(named);
    }

    @ParameterizedTest
    @CsvSource({
        "javac, javac 17",
        "javac, javac 25.0.3",
        "mvn, Apache Maven 4.0.0-rc-4",
        "mvn, Apache Maven 3.10.0",
        "node, v24.0.1"
    })
    void newerToolIsTaken(String tool, String says) throws Exception {
        tool(tool, says);
        assertThat(check(0)).isEmpty();
    }

    @Test
    void everyMissingToolHasItsLine() throws Exception {
        Files.delete(bin.resolve("node"));
        Files.delete(bin.resolve("npm"));
        tool("javac", "javac 11.0.2");
        assertThat(check(1).lines()).hasSize(3);
    }

    private String check(int expected) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(program("sh").toString(), SCRIPT.toString()).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("PATH", bin.toString());
        Process process = builder.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said).isEqualTo(expected);
        return said;
    }

    /** A program that says its version and nothing else. */
    private void tool(String name, String says) throws IOException {
        Path file = bin.resolve(name);
        Files.writeString(file, "#!" + program("sh") + "\necho '" + says + "'\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Path program(String name) {
        Path file = Path.of("/usr/bin", name);
        return Files.exists(file) ? file : Path.of("/bin", name);
    }
}
