package org.geometryos.compositor.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server under measurement: a process of its own that listens on a port of its own choice. */
final class Server implements AutoCloseable {
    private static final long READY_SECONDS = 90;
    private static final long POLL_MILLIS = 50;

    private final Child child;
    private final int port;

    private Server(Child child, int port) {
        this.child = child;
        this.port = port;
    }

    /**
     * Starts it and waits until it says that it is ready.
     *
     * @param ready matches the line it prints then; its first group is the port
     * @param environment beside that of the benchmark
     * @param folder for what it prints
     */
    static Server start(List<String> command, Map<String, String> environment, Pattern ready, Path folder)
            throws IOException, InterruptedException {
        Path output = folder.resolve("output.log");
        Path errors = folder.resolve("errors.log");
        Child child = Child.start(command, environment, errors, ProcessBuilder.Redirect.to(output.toFile()));
        long end = System.nanoTime() + READY_SECONDS * 1_000_000_000;
        while (child.process().isAlive() && System.nanoTime() - end < 0) {
            Matcher line = ready.matcher(Files.readString(output));
            if (line.find()) {
                return new Server(child, Integer.parseInt(line.group(1)));
            }
            Thread.sleep(POLL_MILLIS);
        }
        child.close();
        throw new IOException(command.get(0) + " was not ready within " + READY_SECONDS + " s; it printed: "
                + Files.readString(output) + Files.readString(errors));
    }

    int port() {
        return port;
    }

    long pid() {
        return child.process().pid();
    }

    @Override
    public void close() throws InterruptedException {
        child.close();
    }
}
