package org.geometryos.compositor.transport.native_;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.testkit.NewerJava;

/** Runs a main class of the tests on a Java that can write natively. */
final class JavaProcess {
    static final List<String> OPTIONS =
            List.of("--add-opens=java.base/sun.nio.ch=ALL-UNNAMED", "--enable-native-access=ALL-UNNAMED");

    private static final int JAVA = 22;
    private static final int LIMIT_MINUTES = 5;

    private JavaProcess() {}

    /**
     * Waits for its end. @return what it printed
     *
     * @throws org.opentest4j.TestAbortedException if there is no such Java on this machine
     */
    static String run(List<String> options, Class<?> main, String... arguments) throws Exception {
        Optional<Path> java = NewerJava.home(JAVA);
        assumeTrue(java.isPresent(), "there is no Java " + JAVA + " or newer on this machine");
        assumeTrue(
                Platform.unfit(JAVA, System.getProperty("os.name"), System.getProperty("os.arch"))
                        .isEmpty(),
                "sockets are not written to natively on this machine");
        List<String> command =
                new ArrayList<>(List.of(java.orElseThrow().resolve("bin/java").toString()));
        command.addAll(options);
        command.addAll(List.of("-Xmx256m", "-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile("writing", ".log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            boolean ended = process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES);
            String printed = Files.readString(output);
            assertThat(ended).as("its end; it printed: " + printed).isTrue();
            assertThat(process.exitValue()).as(printed).isZero();
            return printed.strip();
        } finally {
            process.destroyForcibly();
            Files.delete(output);
        }
    }
}
