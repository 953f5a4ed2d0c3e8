package org.geometryos.compositor.itest.hosts;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.geometryos.compositor.itest.outside.DistributionProcess;
import org.geometryos.compositor.itest.outside.Folders;
import org.geometryos.compositor.itest.outside.Tools;
import org.geometryos.compositor.testkit.FreePort;

/** A framework with nothing else, in a copy of the folder that the build made for it, on a free port of loopback. */
final class PlainProcess implements AutoCloseable {
    private final Path folder;
    private final Thread lastResort = new Thread(this::kill);
    private final int port;
    private final Process process;

    /**
     * Starts it.
     *
     * @param framework its jar
     * @param main its main class
     * @param options of Java
     * @param arguments of the main class
     */
    PlainProcess(String name, Path framework, List<String> options, String main, List<String> arguments)
            throws IOException {
        folder = Folders.fresh(name).resolve("plain");
        Folders.copy(DistributionProcess.distribution().resolveSibling("plain"), folder);
        port = FreePort.next();
        for (String file : List.of("felix.properties", "config.ini")) {
            Path properties = folder.resolve(file);
            String before = Files.readString(properties);
            String changed = before.replace("org.osgi.service.http.port=8080", "org.osgi.service.http.port=" + port);
            assertTrue(!changed.equals(before), () -> file + " names no port: " + before);
            Files.writeString(properties, changed);
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", framework + ":lib/*", main));
        command.addAll(arguments);
        Runtime.getRuntime().addShutdownHook(lastResort);
        process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(file().toFile())
                .start();
    }

    int port() {
        return port;
    }

    private Path file() {
        return folder.resolveSibling("out.log");
    }

    /** What it printed. */
    String log() {
        try {
            return Files.readString(file()) + (process.isAlive() ? "" : "(it ended)");
        } catch (IOException e) {
            return "(" + e + ")";
        }
    }

    /** The file of a bundle of ours in the folder that FileInstall watches. */
    Path bundle(String name) throws IOException {
        try (Stream<Path> jars = Files.list(folder.resolve("bundle"))) {
            return jars.filter(jar -> jar.getFileName().toString().startsWith(name + "-"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no bundle " + name));
        }
    }

    /** A place beside the watched folders, from where a file can be moved into them in one step. */
    Path beside(String name) {
        return folder.resolveSibling(name);
    }

    /** Writes a configuration file, in one step. */
    void configure(String name, String... lines) throws IOException {
        Files.move(
                Files.write(beside(name), List.of(lines)),
                folder.resolve("conf").resolve(name),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    private void kill() {
        try {
            Tools.end(process);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        kill();
        Runtime.getRuntime().removeShutdownHook(lastResort);
    }
}
