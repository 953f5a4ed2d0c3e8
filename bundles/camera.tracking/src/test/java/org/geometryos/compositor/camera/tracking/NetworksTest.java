package org.geometryos.compositor.camera.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.geometryos.compositor.camera.tracking.Fixtures.until;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** A real interface that comes, goes, and comes with another index. Needs the right to make one. */
class NetworksTest {
    private static final String GROUP = "239.135.1.9";
    private static final String ADDRESS = "198.18.77.1";
    private static final String NAME = "cbtest" + ProcessHandle.current().pid() % 10_000;

    private long now = System.nanoTime();
    private InetAddress group;
    private Listen listen;
    private UdpInput input;

    private static boolean ip(String... arguments) throws Exception {
        String[] command = new String[arguments.length + 1];
        command[0] = "ip";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean come() throws Exception {
        boolean made = ip("link", "add", NAME, "type", "dummy")
                || ip("link", "add", NAME, "type", "veth", "peer", "name", NAME + "p")
                        && ip("link", "set", NAME + "p", "up");
        return made
                && ip("addr", "add", ADDRESS + "/24", "dev", NAME)
                && ip("link", "set", NAME, "multicast", "on", "up");
    }

    @AfterEach
    void takeAway() throws Exception {
        if (input != null) {
            input.close();
        }
        ip("link", "del", NAME);
    }

    @Test
    void aNetworkThatComesLaterAndAgainIsHeard() throws Exception {
        Assumptions.assumeTrue(
                come(), "this process may not make a network interface (ip link add type dummy or veth)");
        Assumptions.assumeTrue(
                NetworkInterface.networkInterfaces().anyMatch(NetworksTest::another),
                "there is no other network with multicast, beside the one that comes and goes");
        ip("link", "del", NAME);
        int port;
        try (DatagramSocket socket = new DatagramSocket()) {
            port = socket.getLocalPort();
        }
        group = InetAddress.getByName(GROUP);
        listen = new Listen(group, port, Optional.of(group), Optional.empty());
        input = UdpInput.open("stage", listen);
        assertThat(input.joined()).doesNotContain(NAME);
        for (int round = 0; round < 3; round++) {
            assertThat(come()).isTrue();
            until("joined in round " + round, this::joined);
            assertThat(heard(port)).as("round " + round).isTrue();
            if (round == 0) {
                ip("link", "set", NAME, "down");
                until("left", () -> !joined());
                ip("link", "set", NAME, "up");
                until("joined again", this::joined);
                assertThat(heard(port)).as("up again").isTrue();
            }
            ip("link", "del", NAME);
            if (round != 1) {
                until("left for good", () -> !joined());
            }
        }
    }

    private static boolean another(NetworkInterface one) {
        try {
            return !one.getName().equals(NAME)
                    && one.isUp()
                    && one.supportsMulticast()
                    && one.inetAddresses().anyMatch(Inet4Address.class::isInstance);
        } catch (IOException e) {
            return false;
        }
    }

    /** As a receiver looks. */
    private boolean joined() {
        try {
            now += Membership.LOOK_NANOS;
            try {
                input.look(now);
            } catch (Membership.StaleException e) {
                input.close();
                input = UdpInput.open("stage", listen);
            }
            return input.joined().contains(NAME);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private boolean heard(int port) throws Exception {
        try (DatagramChannel sender = DatagramChannel.open(StandardProtocolFamily.INET)) {
            sender.setOption(StandardSocketOptions.IP_MULTICAST_IF, NetworkInterface.getByName(NAME));
            sender.setOption(StandardSocketOptions.IP_MULTICAST_LOOP, true);
            ByteBuffer into = ByteBuffer.allocate(10);
            for (int i = 0; i < 100; i++) {
                sender.send(ByteBuffer.wrap(new byte[] {7}), new InetSocketAddress(group, port));
                input.await(100);
                if (input.receive(into) != null) {
                    while (input.receive(into.clear()) != null) {
                        // the others are the same
                    }
                    return true;
                }
            }
            return false;
        }
    }
}
