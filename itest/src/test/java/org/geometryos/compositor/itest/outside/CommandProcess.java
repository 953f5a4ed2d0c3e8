package org.geometryos.compositor.itest.outside;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.geometryos.compositor.itest.Waiting;

/** A command of the distribution as a process. What it prints on standard output is kept in lines. */
public final class CommandProcess implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Process process;
    private final Path errors;
    private final Thread reader = new Thread(this::read, "command-output");
    private final List<String> lines = new CopyOnWriteArrayList<>();

    private CommandProcess(Path errors, Process process) {
        this.errors = errors;
        this.process = process;
        reader.setDaemon(true);
        reader.start();
    }

    /** @param errors the file that gets what it prints on standard error */
    public static CommandProcess start(Path errors, Map<String, String> environment, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                DistributionProcess.distribution().resolve("bin/compositor").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        List.of("JAVA_OPTS", "COMPOSITOR_URL", "COMPOSITOR_KEY").forEach(builder.environment()::remove);
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        return new CommandProcess(errors, process);
    }

    private void read() {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            output.lines().forEach(lines::add);
        } catch (IOException | UncheckedIOException e) {
            lines.add("(" + e + ")");
        }
    }

    public List<String> lines() {
        return List.copyOf(lines);
    }

    public String errors() {
        try {
            return Files.readString(errors);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Waits until what it printed meets a condition. */
    public void await(String what, Predicate<List<String>> condition) {
        Waiting.until(LIMIT, () -> what + "; " + said(), () -> {
            boolean ended = !reader.isAlive();
            boolean met = condition.test(lines());
            assertTrue(met || !ended, () -> "it ended without " + what + "; " + said());
            return met;
        });
    }

    /**
     * Asks it to end with SIGTERM, which it takes as it takes Ctrl-C; started in the background it would be deaf to
     * that one.
     */
    public void terminate() {
        process.toHandle().destroy();
    }

    /** Waits for the end. @return the exit code */
    public int ends() throws InterruptedException {
        assertTrue(process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS), () -> "it did not end; " + said());
        reader.join(5_000);
        return process.exitValue();
    }

    /** The end of what it printed, for messages. */
    public String said() {
        List<String> all = lines();
        return all.size() + " lines, the last ones:\n"
                + String.join("\n", all.subList(Math.max(0, all.size() - 25), all.size())) + "\nstandard error:\n"
                + errors();
    }

    @Override
    public void close() throws InterruptedException {
        Tools.end(process);
    }
}
