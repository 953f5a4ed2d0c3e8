package org.geometryos.compositor.cluster.nats;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.geometryos.compositor.testkit.FreePort;

/** Debian's server, on a free port of this machine. */
final class NatsServer implements AutoCloseable {
    private static final long LIMIT = TimeUnit.SECONDS.toNanos(30);

    private final Path program;
    private final Path folder;
    private final int port;
    private final List<String> options;
    private Process process;

    private NatsServer(Path program, Path folder, int port, List<String> options) {
        this.program = program;
        this.folder = folder;
        this.port = port;
        this.options = options;
    }

    /**
     * Skips the test, with the reason, where there is none.
     *
     * @param options lines of its configuration
     */
    static NatsServer start(Path folder, String... options) throws IOException {
        Optional<Path> program = Stream.of("/usr/sbin/nats-server", "/usr/bin/nats-server")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(program.isPresent(), "there is no nats-server (package nats-server)");
        NatsServer server = new NatsServer(program.get(), folder, FreePort.next(), List.of(options));
        server.begin();
        return server;
    }

    String url() {
        return "nats://127.0.0.1:" + port;
    }

    /** Starts it, also again, on the same port and with what it has stored. */
    void begin() throws IOException {
        Path file = folder.resolve("nats.conf");
        Files.writeString(
                file,
                "listen: 127.0.0.1:" + port + "\njetstream { store_dir: \"" + folder.resolve("store") + "\" }\n"
                        + String.join("\n", options) + "\n");
        Path log = folder.resolve("nats.log");
        process = new ProcessBuilder(program.toString(), "-c", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        long end = System.nanoTime() + LIMIT;
        while (!listens()) {
            if (System.nanoTime() - end > 0 || !process.isAlive()) {
                throw new IllegalStateException("nats-server did not start:\n" + Files.readString(log));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 1000);
            return true;
        } catch (IOException e) {
            return false;
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
