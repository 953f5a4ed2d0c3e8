package org.geometryos.compositor.itest.outside;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Programs of the machine that the tests need, and how missing ones are got. */
public final class Tools {
    private static final Duration NPM_LIMIT = Duration.ofMinutes(3);
    private static final Duration INDEX_LIMIT = Duration.ofMinutes(2);

    private Tools() {}

    public static Optional<Path> find(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Runs a program; its output goes to a file. @return its exit code, or -1 if it had to be ended after the limit */
    public static int run(Duration limit, Path folder, Path log, Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            process.getOutputStream().close();
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS) ? process.exitValue() : -1;
        } finally {
            end(process);
        }
    }

    /** Ends a process and what it started. */
    public static void end(Process process) throws InterruptedException {
        List<ProcessHandle> all = process.descendants().toList();
        process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        all.forEach(ProcessHandle::destroyForcibly);
    }

    /**
     * Installs what a folder's package-lock.json names, if it is not installed or older. @return why that cannot be
     * done here
     */
    public static Optional<String> npmInstalls(Path folder) throws IOException, InterruptedException {
        for (String program : List.of("node", "npm")) {
            if (find(program).isEmpty()) {
                return Optional.of("there is no " + program + " on the path");
            }
        }
        try (FileChannel one = oneAtATime("npm-" + folder.getFileName())) {
            return installs(folder);
        }
    }

    /** Waits while another test is at it, also one of another process; until it is closed. */
    private static FileChannel oneAtATime(String what) throws IOException {
        FileChannel file = FileChannel.open(
                Folders.output().resolveSibling(what + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        file.lock();
        return file;
    }

    private static Optional<String> installs(Path folder) throws IOException, InterruptedException {
        Path installed = folder.resolve("node_modules/.package-lock.json");
        if (Files.exists(installed)
                && Files.getLastModifiedTime(installed)
                                .compareTo(Files.getLastModifiedTime(folder.resolve("package-lock.json")))
                        >= 0) {
            return Optional.empty();
        }
        Path log = Folders.output().resolve("npm-" + folder.getFileName() + ".log");
        Files.deleteIfExists(log);
        int exit = run(NPM_LIMIT, folder, log, Map.of(), List.of("npm", "ci", "--ignore-scripts"));
        assertEquals(0, exit, "npm ci in " + folder + " (-1: took too long):\n" + Files.readString(log));
        return Optional.empty();
    }

    /** Installs a package of the system where that is possible. @return why not, if it is not */
    public static Optional<String> aptInstalls(String name, Duration limit) throws IOException, InterruptedException {
        if (find("apt-get").isEmpty()) {
            return Optional.of("there is no apt-get to install " + name + " with");
        }
        if (!"root".equals(System.getProperty("user.name"))) {
            return Optional.of("only root can install " + name);
        }
        try (FileChannel one = oneAtATime("apt")) {
            return aptGets(name, limit);
        }
    }

    private static Optional<String> aptGets(String name, Duration limit) throws IOException, InterruptedException {
        Path log = Folders.output().resolve("apt-" + name + ".log");
        Files.deleteIfExists(log);
        Map<String, String> environment = Map.of("DEBIAN_FRONTEND", "noninteractive");
        List<String> install = List.of(
                "apt-get", "install", "-y", "-q", "-o", "DPkg::Lock::Timeout=60", "--no-install-recommends", name);
        long end = System.nanoTime() + limit.toNanos();
        run(
                limit.compareTo(INDEX_LIMIT) < 0 ? limit : INDEX_LIMIT,
                Folders.output(),
                log,
                environment,
                List.of("apt-get", "-q", "update"));
        int exit = run(
                Duration.ofNanos(Math.max(1, end - System.nanoTime())), Folders.output(), log, environment, install);
        return exit == 0
                ? Optional.empty()
                : Optional.of("apt-get install " + name + " failed (" + exit + "); see " + log);
    }
}
