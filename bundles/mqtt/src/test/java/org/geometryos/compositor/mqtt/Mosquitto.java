package org.geometryos.compositor.mqtt;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.testkit.FreePort;

/** Debian's broker, on a free port of this machine. */
final class Mosquitto implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/sbin/mosquitto");

    private final Path folder;
    private final int port;
    private final List<String> options;
    private Process process;

    private Mosquitto(Path folder, int port, List<String> options) {
        this.folder = folder;
        this.port = port;
        this.options = options;
    }

    /**
     * Skips the test, with the reason, where there is none.
     *
     * @param options lines of its configuration
     */
    static Mosquitto start(Path folder, String... options) throws Exception {
        assumeTrue(Files.isExecutable(PROGRAM), "there is no " + PROGRAM + " (package mosquitto)");
        Mosquitto broker = new Mosquitto(folder, FreePort.next(), List.of(options));
        broker.begin();
        return broker;
    }

    int port() {
        return port;
    }

    /** Starts it, also again, on the same port. */
    void begin() throws Exception {
        StringBuilder lines = new StringBuilder("listener " + port + " 127.0.0.1\nuser root\n");
        options.forEach(line -> lines.append(line).append('\n'));
        if (options.stream().noneMatch(line -> line.startsWith("allow_anonymous"))) {
            lines.append("allow_anonymous true\n");
        }
        Path file = folder.resolve("mosquitto-" + port + ".conf");
        Files.writeString(file, lines);
        process = new ProcessBuilder(PROGRAM.toString(), "-c", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("mosquitto-" + port + ".log").toFile())
                .start();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress("127.0.0.1", port), 1000);
                return;
            } catch (IOException e) {
                if (System.nanoTime() > end || !process.isAlive()) {
                    throw new IllegalStateException(
                            "mosquitto did not start:\n"
                                    + Files.readString(folder.resolve("mosquitto-" + port + ".log")),
                            e);
                }
                Thread.sleep(20);
            }
        }
    }

    /** As by {@code kill -9}. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor(30, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
