package org.geometryos.compositor.itest.hosts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.geometryos.compositor.itest.Waiting;
import org.geometryos.compositor.itest.outside.Folders;
import org.geometryos.compositor.itest.outside.Tools;
import org.geometryos.compositor.testkit.FreePort;

/** A fresh Apache Karaf on free ports of loopback, without any repository to get something from. */
final class KarafProcess implements AutoCloseable {
    static final String VERSION = "4.4.10";
    private static final Duration LIMIT = Duration.ofSeconds(120);

    private final Path home;
    private final Thread lastResort = new Thread(this::kill);
    private final int http;
    private final int ssh;
    private volatile Process process;
    private int logs;

    private KarafProcess(Path home) throws IOException {
        this.home = home;
        int[] ports = IntStream.generate(FreePort::next).distinct().limit(4).toArray();
        http = ports[0];
        ssh = ports[1];
        change("org.apache.karaf.shell.cfg", "sshPort", String.valueOf(ssh));
        change("org.apache.karaf.shell.cfg", "sshHost", "127.0.0.1");
        change("org.apache.karaf.management.cfg", "rmiRegistryPort", String.valueOf(ports[2]));
        change("org.apache.karaf.management.cfg", "rmiServerPort", String.valueOf(ports[3]));
        change("org.apache.karaf.management.cfg", "rmiRegistryHost", "127.0.0.1");
        change("org.apache.karaf.management.cfg", "rmiServerHost", "127.0.0.1");
        change("org.ops4j.pax.url.mvn.cfg", "org.ops4j.pax.url.mvn.repositories", "");
        change(
                "org.ops4j.pax.url.mvn.cfg",
                "org.ops4j.pax.url.mvn.localRepository",
                home.resolve("data/repository").toString());
        append("custom.properties", "org.osgi.service.http.port = " + http);
        append("users.properties", "karaf = karaf,admin,manager,viewer,systembundles,ssh");
        Runtime.getRuntime().addShutdownHook(lastResort);
    }

    /** Unpacks it; not started. */
    static KarafProcess fresh(String name) throws IOException, InterruptedException {
        Path archive = Downloads.file("org.apache.karaf", "apache-karaf", "tar.gz", VERSION);
        Path folder = Folders.fresh(name);
        int code = Tools.run(
                LIMIT, folder, folder.resolve("tar.log"), Map.of(), List.of("tar", "xzf", archive.toString()));
        assertEquals(0, code, () -> "tar, see " + folder.resolve("tar.log"));
        return new KarafProcess(folder.resolve("apache-karaf-" + VERSION));
    }

    Path etc() {
        return home.resolve("etc");
    }

    Path deploy() {
        return home.resolve("deploy");
    }

    int port() {
        return http;
    }

    KarafProcess start() throws IOException {
        logs++;
        ProcessBuilder builder = new ProcessBuilder(home.resolve("bin/karaf").toString(), "server");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.redirectErrorStream(true)
                .redirectOutput(home.resolveSibling(logs + ".log").toFile());
        process = builder.start();
        process.getOutputStream().close();
        return this;
    }

    /** What its log says. */
    String log() {
        try {
            return Files.readString(home.resolve("data/log/karaf.log"), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "(" + e + ")";
        }
    }

    /** Waits until its console takes commands: what connects while Karaf still begins may wait in vain. */
    void awaitConsole() {
        Waiting.until(LIMIT, () -> "the console; it logged:\n" + log(), () -> {
            assertTrue(process.isAlive(), () -> "it ended:\n" + log());
            return log().contains("| Done.") && console(Duration.ofSeconds(20), "version").exit == 0;
        });
    }

    /** Waits until a feature is installed, which may take longer than its first bundles need to serve. */
    void awaitFeature(String name) {
        Waiting.until(LIMIT, () -> "the feature " + name + "; it logged:\n" + log(), () -> {
            Said said = console(Duration.ofSeconds(20), "feature:list -i --no-format");
            return said.exit == 0 && said.text.lines().anyMatch(line -> line.matches(name + "\\s.*\\bStarted\\b.*"));
        });
    }

    private record Said(int exit, String text) {}

    /** Runs a command in its console, by its own client. @return what that printed */
    String command(String command) throws IOException, InterruptedException {
        Said said = console(LIMIT, command);
        assertEquals(0, said.exit, () -> command + " printed:\n" + said.text + "\nit logged:\n" + log());
        return said.text;
    }

    private Said console(Duration limit, String command) throws IOException, InterruptedException {
        Path out = home.resolveSibling("client.log");
        ProcessBuilder builder = new ProcessBuilder(
                        home.resolve("bin/client").toString(),
                        "-h",
                        "127.0.0.1",
                        "-a",
                        String.valueOf(ssh),
                        "-u",
                        "karaf",
                        "-p",
                        "karaf",
                        command)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        // its input stays open: at the end of it the client leaves before the command has ended
        Process client = builder.start();
        try {
            int exit = client.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS) ? client.exitValue() : -1;
            return new Said(exit, Files.readString(out));
        } finally {
            Tools.end(client);
        }
    }

    /** Writes a configuration file, in one step. */
    void configure(String name, String... lines) throws IOException {
        Path beside = Files.write(home.resolveSibling(name + ".new"), List.of(lines));
        Files.move(beside, etc().resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Sets a key in a file of its own configuration, with all lines that continue its value. */
    private void change(String file, String key, String value) throws IOException {
        List<String> kept = new ArrayList<>();
        boolean dropping = false;
        for (String line : Files.readAllLines(etc().resolve(file))) {
            boolean continues = line.endsWith("\\") || line.stripTrailing().endsWith("\\");
            if (dropping || line.matches("\\s*" + key.replace(".", "\\.") + "\\s*=.*")) {
                dropping = continues;
            } else {
                kept.add(line);
            }
        }
        kept.add(key + " = " + value);
        Files.write(etc().resolve(file), kept);
    }

    private void append(String file, String line) throws IOException {
        Files.write(etc().resolve(file), List.of("", line), StandardOpenOption.APPEND);
    }

    /** Asks it to stop, and waits for it. */
    void stop() throws IOException, InterruptedException {
        List<ProcessHandle> all = Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .toList();
        all.forEach(ProcessHandle::destroy);
        Waiting.until(
                LIMIT, () -> "its end; it logged:\n" + log(), () -> all.stream().noneMatch(ProcessHandle::isAlive));
    }

    private void kill() {
        Process running = process;
        if (running != null) {
            try {
                Tools.end(running);
                running.waitFor(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        kill();
        Runtime.getRuntime().removeShutdownHook(lastResort);
    }
}
