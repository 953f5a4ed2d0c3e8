package org.geometryos.compositor.itest.outside;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.geometryos.compositor.itest.Stalls;
import org.geometryos.compositor.itest.Waiting;
import org.geometryos.compositor.testkit.FreePort;

/**
 * The built distribution as a process, on a free port, with data and configuration folders of its own. What it prints
 * is in {@code target/outside/NAME/NUMBER.log}, a file for each start.
 */
public final class DistributionProcess implements AutoCloseable {
    private static final Duration READY = Duration.ofSeconds(70);
    private static final Duration STOP = Duration.ofSeconds(5);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final Pattern READY_LINE = Pattern.compile("(?m)^ready http://[^ ]+?:(\\d+)/ ");

    private final Path home;
    private final Path folder;
    private final Thread lastResort = new Thread(this::kill);
    private final Map<String, String> environment = new HashMap<>();
    private final List<String> options = new ArrayList<>();
    private boolean typed;
    private volatile Process process;
    private Path log;
    private int starts;
    private int port;

    private DistributionProcess(Path home, Path folder) {
        this.home = home;
        this.folder = folder;
        Runtime.getRuntime().addShutdownHook(lastResort);
    }

    /** The distribution where it is, with a fresh data folder; not started. */
    public static DistributionProcess fresh(String name) throws IOException {
        return new DistributionProcess(distribution(), Folders.fresh(name));
    }

    /** A copy of the distribution, so that its own folders can be changed; not started. */
    public static DistributionProcess copy(String name) throws IOException {
        Path folder = Folders.fresh(name);
        Path home = folder.resolve("compositor");
        Folders.copy(distribution(), home);
        return new DistributionProcess(home, folder);
    }

    /** Where the built distribution is. */
    public static Path distribution() {
        Path home = Path.of(System.getProperty(
                        "compositor.distribution",
                        Folders.module()
                                .resolve("../launcher/target/compositor")
                                .toString()))
                .toAbsolutePath()
                .normalize();
        assertTrue(Files.isExecutable(home.resolve("bin/compositor")), home + " holds no distribution: build it first");
        return home;
    }

    /**
     * Starts it, on the port and the data of the last time if there was one, and waits until it says that it is ready.
     */
    public DistributionProcess start() throws IOException {
        Process started = begin();
        Waiting.until(READY, () -> "the ready line; it printed:\n" + log(), () -> {
            Matcher ready = READY_LINE.matcher(log());
            if (ready.find()) {
                port = Integer.parseInt(ready.group(1));
                return true;
            }
            assertTrue(started.isAlive(), () -> "it ended before it was ready:\n" + log());
            return false;
        });
        return this;
    }

    /** Starts it and does not wait for anything. */
    public Process begin() throws IOException {
        starts++;
        // the next start takes it again, when no connection may have got it meanwhile
        port = port == 0 ? FreePort.next() : port;
        log = folder.resolve(starts + ".log");
        List<String> command = new ArrayList<>(List.of(
                home.resolve("bin/compositor").toString(),
                "run",
                "--port",
                String.valueOf(port),
                "--data",
                folder.resolve("data").toString(),
                "--conf",
                conf().toString()));
        command.addAll(options);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().remove("JAVA_OPTS");
        builder.environment().putAll(environment);
        builder.redirectErrorStream(true).redirectOutput(log.toFile());
        Process started = builder.start();
        process = started;
        if (!typed) {
            started.getOutputStream().close();
        }
        return started;
    }

    /** Its port, from the next start on; otherwise one that is free. */
    public DistributionProcess onPort(int next) {
        port = next;
        return this;
    }

    /** More options of {@code run}, from the next start on. */
    public DistributionProcess options(String... more) {
        options.addAll(List.of(more));
        return this;
    }

    /** None of them from the next start on. */
    public DistributionProcess withoutOptions() {
        options.clear();
        return this;
    }

    /** Its standard input stays open from the next start on: the output stream of {@link #process()}. */
    public DistributionProcess typed() {
        typed = true;
        return this;
    }

    /** A variable that it finds in its environment from the next start on. */
    public DistributionProcess environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    public int port() {
        return port;
    }

    public Process process() {
        return process;
    }

    public long pid() {
        return process.pid();
    }

    /** Where a client connects. */
    public String url() {
        return "ws://localhost:" + port + "/compositor";
    }

    public String http() {
        return "http://localhost:" + port;
    }

    /** What it printed since its last start. */
    public String log() {
        try {
            return Files.readString(log, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "(" + e + ")";
        }
    }

    /** What it wrote into its log file, over all starts. */
    public String logFile() throws IOException {
        return Files.readString(folder.resolve("data/log/compositor.log"), StandardCharsets.UTF_8);
    }

    /** The jar of a bundle as it is in the distribution. */
    public Path bundle(String symbolicName) throws IOException {
        try (Stream<Path> jars = Files.list(home.resolve("bundle"))) {
            return jars.filter(jar -> jar.getFileName().toString().startsWith(symbolicName + "-"))
                    .findFirst()
                    .orElseThrow(() -> new NoSuchFileException(symbolicName));
        }
    }

    /** Where bundles are put to be deployed. */
    public Path deploy() {
        return home.resolve("deploy");
    }

    public Path data() {
        return folder.resolve("data");
    }

    public Path conf() throws IOException {
        return Files.createDirectories(folder.resolve("conf"));
    }

    /** Writes a configuration file beside its place, then puts it there in one step. */
    public void configure(String pid, String... lines) throws IOException {
        Path file = Files.write(folder.resolve(pid + ".new"), List.of(lines));
        Files.move(
                file,
                conf().resolve(pid + ".cfg"),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    /** Takes a configuration file away. */
    public void unconfigure(String pid) throws IOException {
        Files.deleteIfExists(conf().resolve(pid + ".cfg"));
    }

    /** As {@code kill -9} does. */
    public void kill() {
        Process running = process;
        if (running != null) {
            try {
                running.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Waits until it has ended by itself. @return its exit code */
    public int awaitEnd(Duration limit) throws InterruptedException {
        assertTrue(process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS), () -> "it goes on; it printed:\n" + log());
        return process.exitValue();
    }

    /** Asks it to stop, with SIGTERM, and checks that it does so in time and without complaint. */
    public void stop() throws InterruptedException {
        try (Stalls stalls = new Stalls()) {
            long start = System.nanoTime();
            process.destroy();
            boolean ended = process.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) - stalls.millis();
            if (!ended) {
                kill();
            }
            assertTrue(
                    ended && took <= STOP.toMillis(),
                    () -> "it did not stop within " + STOP.toMillis() + " ms, but in " + took + " ms:\n" + log());
        }
        assertEquals(0, process.exitValue(), () -> "exit code; it printed:\n" + log());
    }

    /** Stops it unless it is stopped. */
    @Override
    public void close() throws InterruptedException {
        try {
            if (process != null && process.isAlive()) {
                stop();
            }
        } finally {
            Runtime.getRuntime().removeShutdownHook(lastResort);
        }
    }
}
