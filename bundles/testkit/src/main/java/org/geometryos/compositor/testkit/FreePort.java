package org.geometryos.compositor.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports for processes that a test starts. Any thread. */
public final class FreePort {
    /** Below those that the kernel gives to connections, one of which could have taken the port by then. */
    private static final int FIRST = 20_000;

    private static final int AFTER = 32_000;
    private static final int ATTEMPTS = 200;

    private FreePort() {}

    /**
     * A TCP port of loopback that nobody listens on, and that no connection gets from the kernel.
     *
     * @throws IllegalStateException if none is found
     */
    public static int next() {
        for (int i = 0; i < ATTEMPTS; i++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, AFTER);
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return port;
            } catch (IOException e) {
                // somebody has it: the next one
            }
        }
        throw new IllegalStateException("no port from " + FIRST + " to " + (AFTER - 1) + " is free on loopback");
    }
}
