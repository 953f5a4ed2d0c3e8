package org.geometryos.compositor.itest.protocol;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.geometryos.compositor.itest.Waiting;
import org.geometryos.compositor.itest.outside.Tools;

/** A program that is talked to in lines. */
final class LineProcess implements AutoCloseable {
    private final Process process;
    private final Path errors;
    private final Thread reader = new Thread(this::read, "lines");
    private final List<String> lines = new CopyOnWriteArrayList<>();

    /** @param errors the file that gets its standard error */
    LineProcess(Path folder, Path errors, List<String> command) throws IOException {
        this.errors = errors;
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectError(errors.toFile());
        builder.environment().put("NO_COLOR", "1");
        process = builder.start();
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            output.lines().forEach(lines::add);
        } catch (IOException | UncheckedIOException e) {
            lines.add("(" + e + ")");
        }
    }

    void type(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    List<String> lines() {
        return List.copyOf(lines);
    }

    /** Waits for a line. */
    void await(Duration limit, String what, Predicate<List<String>> condition) {
        Waiting.until(limit, () -> what + "; " + said(), () -> {
            boolean ended = !reader.isAlive();
            boolean met = condition.test(lines);
            assertTrue(met || !ended, () -> "it ended without " + what + "; " + said());
            return met;
        });
    }

    /** Gives it a chance, no more. */
    void awaitAtMost(Duration limit, Predicate<List<String>> condition) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.test(lines) && reader.isAlive() && System.nanoTime() - end < 0) {
            Thread.sleep(20);
        }
    }

    /** Waits for the end. @return the exit code */
    int ends(Duration limit) throws InterruptedException {
        assertTrue(
                process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS),
                () -> "it did not end within " + limit.toMillis() + " ms; " + said());
        reader.join(5_000);
        return process.exitValue();
    }

    /** The end of what it printed, for messages. */
    String said() {
        List<String> all = lines();
        String error;
        try {
            error = Files.readString(errors);
        } catch (IOException e) {
            error = e.toString();
        }
        return all.size() + " lines, the last ones:\n"
                + String.join("\n", all.subList(Math.max(0, all.size() - 5), all.size())) + "\nstandard error:\n"
                + error;
    }

    @Override
    public void close() throws InterruptedException {
        Tools.end(process);
    }
}
