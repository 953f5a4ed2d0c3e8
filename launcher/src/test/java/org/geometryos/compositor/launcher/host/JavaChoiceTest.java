package org.geometryos.compositor.launcher.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which Java the script takes, seen with stand-ins that print who they are and what they are told. */
class JavaChoiceTest {
    private static final Path SCRIPT = Path.of("src/main/dist/bin/compositor").toAbsolutePath();
    private static final String OPENS = "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED";
    private static final String NATIVE = "--enable-native-access=ALL-UNNAMED";

    @TempDir
    Path folder;

    private String machine;

    /** @param err what the script said */
    private record Run(int exit, String java, String err) {}

    @BeforeEach
    void aMachineThatItKnows() {
        machine = System.getProperty("os.arch").replace("amd64", "x86_64");
        assumeTrue(
                "Linux".equals(System.getProperty("os.name"))
                        && List.of("x86_64", "aarch64").contains(machine),
                "a newer Java is looked for on Linux alone");
    }

    private Path java(String place, String version) throws IOException {
        return java(place, version, machine);
    }

    private Path java(String place, String version, String processor) throws IOException {
        Path home = folder.resolve(place);
        Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\necho " + place + " \"$@\"\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));
        Files.writeString(
                home.resolve("release"),
                "IMPLEMENTOR=\"us\"\nJAVA_VERSION=\"" + version + "\"\nOS_ARCH=\"" + processor
                        + "\"\nOS_NAME=\"Linux\"\nSOURCE=\".:git:1\"\n");
        return home;
    }

    private Run run(Map<String, String> environment, String command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(List.of(
                        SCRIPT.toString(),
                        command,
                        "--conf",
                        folder.resolve("none").toString())))
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile());
        String path = builder.environment().get("PATH");
        builder.environment().clear();
        builder.environment().put("PATH", folder.resolve("path/bin") + ":" + path);
        builder.environment().put("HOME", folder.toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Run(
                process.exitValue(),
                Files.readString(folder.resolve("out"), StandardCharsets.UTF_8),
                Files.readString(folder.resolve("err"), StandardCharsets.UTF_8));
    }

    @Test
    void theHostTakesANewerJavaThatIsThereAndSaysSo() throws Exception {
        java("path", "17.0.15");
        java(".sdkman/candidates/java/24-tem", "24.0.2");
        java(".sdkman/candidates/java/99-tem", "99");
        Path newer = java(".sdkman/candidates/java/25-tem", "25.0.1");
        java(".sdkman/candidates/java/26-tem", "26");
        Run run = run(Map.of(), "run");
        assertThat(run.err.strip())
                .isEqualTo("compositor: takes Java 25.0.1 of " + newer + "; JAVA_HOME selects another");
        assertThat(run.java).startsWith(".sdkman/candidates/java/25-tem ").contains(OPENS, NATIVE);
    }

    @Test
    void aJavaOfAnotherProcessorIsNotTaken() throws Exception {
        java("path", "17.0.15");
        java(".sdkman/candidates/java/25-tem", "25", "s390x");
        assertThat(run(Map.of(), "run").java).doesNotStartWith(".sdkman");
    }

    @Test
    void theOneThatJavaHomeNamesIsKept() throws Exception {
        java("path", "25");
        java(".sdkman/candidates/java/25-tem", "25");
        Path own = java("own", "17.0.15");
        Run run = run(Map.of("JAVA_HOME", own.toString()), "run");
        assertThat(run.err).isEmpty();
        assertThat(run.java).startsWith("own ").doesNotContain(OPENS).doesNotContain(NATIVE);
    }

    @Test
    void soIsOneOfThePathThatIsNewEnough() throws Exception {
        java("path", "22.0.2");
        java(".sdkman/candidates/java/25-tem", "25");
        Run run = run(Map.of(), "run");
        assertThat(run.err).isEmpty();
        assertThat(run.java).startsWith("path ").contains(OPENS, NATIVE);
    }

    @Test
    void otherCommandsKeepTheOneOfThePath() throws Exception {
        java("path", "17.0.15");
        java(".sdkman/candidates/java/25-tem", "25");
        Run run = run(Map.of(), "status");
        assertThat(run.err).isEmpty();
        assertThat(run.java).startsWith("path ").doesNotContain(OPENS);
    }
}
