package org.geometryos.compositor.itest.inputs;

import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.itest.framework.Host;
import org.geometryos.compositor.itest.outside.Tools;

/** Debian's mosquitto in a process of its own. Killed and started again it has the same port. */
final class Broker implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/sbin/mosquitto");
    private static final long LIMIT_SECONDS = 60;

    private final Path folder;
    private final int port;
    private Process process;

    /** Installs it where it is missing and that is possible, else the test is skipped with the reason. */
    Broker() throws Exception {
        if (!Files.isExecutable(PROGRAM)) {
            Optional<String> cannot = Tools.aptInstalls("mosquitto", Duration.ofMinutes(3));
            assumeTrue("there is no mosquitto, and " + cannot.orElse(""), cannot.isEmpty());
        }
        folder = Files.createTempDirectory("mosquitto");
        port = freePort();
    }

    /** Below those that the kernel gives to connections, one of which could have taken the port by then. */
    private static int freePort() throws IOException {
        for (int attempts = 200; ; attempts--) {
            int next = ThreadLocalRandom.current().nextInt(20_000, 32_000);
            try (ServerSocket free = new ServerSocket(next, 1, InetAddress.getLoopbackAddress())) {
                return free.getLocalPort();
            } catch (BindException e) {
                if (attempts == 0) {
                    throw e;
                }
            }
        }
    }

    int port() {
        return port;
    }

    /** Returns when it takes connections. */
    void start() throws Exception {
        Path file = folder.resolve("mosquitto.conf");
        Files.writeString(file, "listener " + port + " 127.0.0.1\nallow_anonymous true\nmax_queued_messages 10000\n");
        process = new ProcessBuilder(PROGRAM.toString(), "-c", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("mosquitto.log").toFile())
                .start();
        Host.await((int) LIMIT_SECONDS, "mosquitto", () -> {
            try (MqttPeer peer = new MqttPeer(port)) {
                return true;
            } catch (IOException e) {
                return false;
            }
        });
    }

    void kill() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly();
            assertTrue(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS));
        }
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
