package org.geometryos.compositor.itest.outside;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.geometryos.compositor.itest.Waiting;
import org.geometryos.compositor.testkit.FreePort;

/** Debian's nats-server with JetStream, in a process of its own. Killed and started again it has port and data. */
public final class NatsProcess implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Path program;
    private final Path folder;
    private final int port = FreePort.next();
    private Process process;

    /** Installs it where it is missing and that is possible, else the test is skipped with the reason. */
    public NatsProcess(String name) throws Exception {
        if (program().isEmpty()) {
            Optional<String> cannot = Tools.aptInstalls("nats-server", Duration.ofMinutes(3));
            assumeTrue(cannot.isEmpty(), () -> "there is no nats-server, and " + cannot.orElse(""));
        }
        program = program().orElseThrow();
        folder = Folders.fresh(name);
    }

    private static Optional<Path> program() {
        return Stream.of("/usr/sbin/nats-server", "/usr/bin/nats-server")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
    }

    public String url() {
        return "nats://127.0.0.1:" + port;
    }

    /** Returns when it takes connections. */
    public NatsProcess start() throws IOException {
        Path file = folder.resolve("nats.conf");
        Files.writeString(
                file, "listen: 127.0.0.1:" + port + "\njetstream { store_dir: \"" + folder.resolve("store") + "\" }\n");
        Process started = new ProcessBuilder(program.toString(), "-c", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("nats.log").toFile())
                .start();
        process = started;
        Waiting.until(LIMIT, "nats-server", () -> {
            assertTrue(started.isAlive(), () -> "nats-server has ended; its log is in " + folder);
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress("127.0.0.1", port), 1_000);
                return true;
            } catch (IOException e) {
                return false;
            }
        });
        return this;
    }

    /** As {@code kill -9} does. */
    public void kill() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly().waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
