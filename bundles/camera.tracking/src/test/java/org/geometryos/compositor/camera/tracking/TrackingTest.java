package org.geometryos.compositor.camera.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.geometryos.compositor.camera.tracking.Fixtures.FULL;
import static org.geometryos.compositor.camera.tracking.Fixtures.freeD;
import static org.geometryos.compositor.camera.tracking.Fixtures.json;
import static org.geometryos.compositor.camera.tracking.Fixtures.map;
import static org.geometryos.compositor.camera.tracking.Fixtures.split;
import static org.geometryos.compositor.camera.tracking.Fixtures.until;
import static org.geometryos.compositor.camera.tracking.Fixtures.utf8;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.geometryos.compositor.api.camera.CameraSource;
import org.geometryos.compositor.api.camera.SourceHealth;
import org.geometryos.compositor.api.camera.View3d;
import org.geometryos.compositor.camera.tracking.Fixtures.TestSink;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.ComponentConstants;

/** The components with their real threads and sockets, and a framework of a few lines. */
class TrackingTest {
    private static final int BUNDLE_STOPPED = ComponentConstants.DEACTIVATION_REASON_BUNDLE_STOPPED;
    private static final int DELETED = ComponentConstants.DEACTIVATION_REASON_CONFIGURATION_DELETED;
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final String GROUP = "239.135.1.7";

    private final TestSink sink = new TestSink();
    private final List<String> registry = new CopyOnWriteArrayList<>();
    private DatagramSocket sender;
    private volatile CameraSource source;
    private IntConsumer component = reason -> {};
    private int port;

    @TempDir
    Path data;

    @BeforeEach
    void choosePort() throws Exception {
        sender = new DatagramSocket(0, LOOPBACK);
        port = freePort();
    }

    @AfterEach
    void noThreadIsLeft() {
        stop(BUNDLE_STOPPED);
        sender.close();
        until("no receiver's thread", () -> receivers().isEmpty());
    }

    private static int freePort() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, LOOPBACK)) {
            return socket.getLocalPort();
        }
    }

    private static List<String> receivers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .filter(name -> name.startsWith("compositor-tracking"))
                .toList();
    }

    private BundleContext context() {
        ServiceRegistration<?> registration = (ServiceRegistration<?>) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ServiceRegistration.class}, (proxy, method, arguments) -> {
                    switch (method.getName()) {
                        case "setProperties" -> registry.add("changed " + describe(arguments[0]));
                        case "unregister" -> {
                            registry.add("unregistered");
                            source.disconnected(sink);
                        }
                        default -> throw new UnsupportedOperationException(method.getName());
                    }
                    return null;
                });
        return (BundleContext) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {BundleContext.class}, (proxy, method, arguments) -> {
                    switch (method.getName()) {
                        case "getProperty" -> {
                            return arguments[0].equals("compositor.data") ? data.toString() : null;
                        }
                        case "getServiceReference" -> {
                            return null;
                        }
                        case "registerService" -> {}
                        default -> throw new UnsupportedOperationException(method.getName());
                    }
                    if (arguments[0] != CameraSource.class) {
                        // the health of its configuration
                        return Proxy.newProxyInstance(
                                getClass().getClassLoader(),
                                new Class<?>[] {ServiceRegistration.class},
                                (it, call, values) -> null);
                    }
                    registry.add("registered " + describe(arguments[2]));
                    source = (CameraSource) arguments[1];
                    source.connected(sink);
                    return registration;
                });
    }

    private static String describe(Object properties) {
        Dictionary<?, ?> dictionary = (Dictionary<?, ?>) properties;
        return dictionary.get(CameraSource.ID) + " " + dictionary.get(CameraSource.PRIORITY)
                + (dictionary.get(CameraSource.DELAY).equals(0.0) ? "" : " " + dictionary.get(CameraSource.DELAY));
    }

    private Map<String, Object> with(Object... keysAndValues) {
        Map<String, Object> properties = map(keysAndValues);
        properties.putIfAbsent("port", port);
        return properties;
    }

    private FreeDComponent freeDReceiver(Object... keysAndValues) {
        FreeDComponent receiver = new FreeDComponent(context(), with(keysAndValues));
        component = receiver::deactivate;
        return receiver;
    }

    private void openTrackIoReceiver(Object... keysAndValues) {
        component = new OpenTrackIoComponent(context(), with(keysAndValues))::deactivate;
    }

    private void stop(int reason) {
        component.accept(reason);
        component = done -> {};
    }

    private void send(byte[] packet, int to) {
        try {
            sender.send(new DatagramPacket(packet, packet.length, LOOPBACK, to));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /**
     * Sends one packet after the other, since the socket opens some time after the component; until something has
     * become of one.
     */
    private void sendUntil(String what, Supplier<byte[]> packets, BooleanSupplier condition) {
        until(what, () -> {
            send(packets.get(), port);
            LockSupport.parkNanos(5_000_000);
            return condition.getAsBoolean();
        });
    }

    private void sendFreeDUntil(String what, BooleanSupplier condition) {
        sendUntil(what, () -> freeD(1, 0, 0, 0, 64_000, 0, 0, 0), condition);
    }

    @Test
    void openTrackIoOverUnicastDrivesACamera() {
        openTrackIoReceiver();
        int[] sequence = {0};
        sendUntil("an update", () -> json(sequence[0]++, FULL), () -> !sink.updates.isEmpty());
        int before = sink.updates.size();
        split(1, sequence[0], utf8(FULL), 300).forEach(part -> send(part, port));
        until(
                "an update of segments",
                () -> sink.updates.size() > before && source.counters().get("segments") > 1);
        assertThat(sink.last().camera()).isEqualTo("stage/7");
        stop(BUNDLE_STOPPED);
        assertThat(registry).containsExactly("registered stage 0", "unregistered");
        assertThat(sink.removed).as("the bundle merely stopped").isEmpty();
    }

    @Test
    void freeDOverUnicastDrivesACameraUntilItsConfigurationIsDeleted() throws Exception {
        freeDReceiver("priority", 20);
        sendFreeDUntil("an update", () -> !sink.updates.isEmpty());
        assertThat(sink.last().camera()).isEqualTo("stage/1");
        until("its counters", () -> source.counters().get("samples.accepted") >= 1);
        assertThat(source.counters()).containsEntry("faults.checksum", 0L);
        stop(DELETED);
        assertThat(registry).containsExactly("registered stage 20", "unregistered");
        assertThat(sink.removed).containsExactly("stage/1");
        new DatagramSocket(port, LOOPBACK).close();
    }

    @Test
    void aWrongConfigurationReceivesNothingUntilItIsCorrected() {
        FreeDComponent receiver = freeDReceiver("port", "0");
        assertThat(source.health())
                .isEqualTo(
                        SourceHealth.failed("nothing is received: port must be an integer in [1, 65535], not \"0\""));
        receiver.modified(with("priority", 4));
        sendFreeDUntil("an update", () -> !sink.updates.isEmpty());
        assertThat(registry).containsExactly("registered stage 0", "changed stage 4");
    }

    @Test
    void anotherDelayIsTheSourcesFromThenOnWithoutACut() {
        FreeDComponent receiver = freeDReceiver("delay", "20");
        sendFreeDUntil("an update", () -> !sink.updates.isEmpty());
        int before = sink.updates.size();
        receiver.modified(with("delay", -12.5));
        sendFreeDUntil("it goes on", () -> sink.updates.size() > before + 2);
        assertThat(registry).containsExactly("registered stage 0 20.0", "changed stage 0 -12.5");
        assertThat(sink.updates.subList(before, sink.updates.size())).noneMatch(update -> update.cut());
    }

    @Test
    void aWrongChangeIsRefusedAndTheOldConfigurationStays() {
        FreeDComponent receiver = freeDReceiver();
        sendFreeDUntil("an update", () -> !sink.updates.isEmpty());
        receiver.modified(with("camera", "a b", "source", "other"));
        int before = sink.updates.size();
        sendFreeDUntil(
                "it goes on",
                () -> sink.updates.size() > before + 2
                        && source.health().status() == SourceHealth.Status.OK
                        && source.health()
                                .message()
                                .startsWith("1 camera at udp 127.0.0.1 port " + port
                                        + "; a new configuration was refused: camera must "));
        assertThat(registry).containsExactly("registered stage 0");

        // another start has nothing but the wrong one, and what was taken before
        stop(BUNDLE_STOPPED);
        freeDReceiver("camera", "a b", "source", "other");
        int then = sink.updates.size();
        sendFreeDUntil("it goes on after a restart", () -> sink.updates.size() > then);
        assertThat(source.health().message()).contains("; a new configuration was refused: camera must ");
        assertThat(registry).containsExactly("registered stage 0", "unregistered", "registered stage 0");
    }

    @Test
    void aChangeTakesEffectWithoutALostPacket() {
        FreeDComponent receiver = freeDReceiver();
        sendFreeDUntil("an update", () -> !sink.updates.isEmpty());
        for (int metres = 2; metres < 102; metres++) {
            send(freeD(1, 0, 0, 0, metres * 64_000, 0, 0, 0), port);
            if (metres == 50) {
                receiver.modified(with("camera", "{receiver}/crane"));
            }
        }
        until(
                "every packet",
                () -> sink.updates.stream()
                                .filter(update ->
                                        ((View3d) update.view()).position().x() > 1.5)
                                .count()
                        == 100);
        assertThat(sink.last().camera()).isEqualTo("stage/crane");
        assertThat(sink.removed).containsExactly("stage/1");
    }

    @Test
    void anotherPortIsListenedToAndTheOldOneIsFree() throws Exception {
        FreeDComponent receiver = freeDReceiver();
        sendFreeDUntil("an update", () -> !sink.updates.isEmpty());
        int old = port;
        port = freePort();
        receiver.modified(with());
        int before = sink.updates.size();
        sendFreeDUntil("an update at the new port", () -> sink.updates.size() > before);
        new DatagramSocket(old, LOOPBACK).close();
    }

    @Test
    void anotherNameIsAnotherSource() {
        FreeDComponent receiver = freeDReceiver();
        receiver.modified(with("source", "other"));
        sendFreeDUntil("an update", () -> !sink.updates.isEmpty());
        assertThat(registry).containsExactly("registered stage 0", "unregistered", "registered other 0");
    }

    @Test
    void aPortInUseIsToldAndTriedAgain() throws Exception {
        try (DatagramSocket other = new DatagramSocket(port, LOOPBACK)) {
            freeDReceiver();
            until(
                    "the failure",
                    () -> source.health()
                            .message()
                            .startsWith("cannot receive at udp 127.0.0.1 port " + other.getLocalPort() + ": "));
            assertThat(source.health().status()).isEqualTo(SourceHealth.Status.FAILED);
        }
        sendFreeDUntil("good health", () -> source.health().status() == SourceHealth.Status.OK);
        assertThat(sink.updates).isNotEmpty();
    }

    @Test
    void aSourceThatStopsIsStaleAndSaysSo() {
        freeDReceiver("staleAfter", 1_000);
        until(
                "the socket",
                () -> source.health()
                        .equals(SourceHealth.stale("nothing has come for a camera at udp 127.0.0.1 port " + port)));
        sendFreeDUntil("good health", () -> source.health().status() == SourceHealth.Status.OK);
        until(
                "silence",
                () -> source.health()
                        .equals(SourceHealth.stale("no packets come at udp 127.0.0.1 port " + port + " for stage/1")));
        int before = sink.updates.size();
        sendFreeDUntil(
                "good health again",
                () -> sink.updates.size() > before && source.health().status() == SourceHealth.Status.OK);
        assertThat(sink.updates.get(before).cut()).as("the same device goes on").isFalse();
    }

    @Test
    void faultyPacketsAreToldInItsHealth() {
        freeDReceiver();
        sendFreeDUntil("an update", () -> !sink.updates.isEmpty());
        send(utf8("hello"), port);
        until("the fault", () -> source.health().message().endsWith("; faults: faults.type 1"));
    }

    @Test
    void aMulticastGroupIsJoined() throws Exception {
        NetworkInterface network = NetworkInterface.getByInetAddress(LOOPBACK);
        try (DatagramChannel multicast = DatagramChannel.open(StandardProtocolFamily.INET)) {
            multicast.setOption(StandardSocketOptions.IP_MULTICAST_IF, network);
            multicast.setOption(StandardSocketOptions.IP_MULTICAST_LOOP, true);
            multicast.bind(new InetSocketAddress(LOOPBACK, 0));
            Assumptions.assumeTrue(
                    multicasts(multicast, network), "this machine takes no multicast on " + network.getName());
            openTrackIoReceiver("group", GROUP, "interface", "127.0.0.1");
            SocketAddress group = new InetSocketAddress(GROUP, port);
            int[] sequence = {0};
            until("an update", () -> {
                sendTo(multicast, json(sequence[0]++, FULL), group);
                LockSupport.parkNanos(5_000_000);
                return !sink.updates.isEmpty();
            });
            assertThat(source.health().message())
                    .isEqualTo("1 camera at udp " + GROUP + " port " + port + " on 127.0.0.1, joined on "
                            + network.getName());
        }
    }

    /** A tracker's network that is plugged in, unplugged and plugged in again while the receiver runs. */
    @Test
    void aNetworkThatComesIsJoinedAndOneThatWentAndCameAgain() throws Exception {
        String name = "cb" + ProcessHandle.current().pid() % 1_000_000;
        Assumptions.assumeTrue(
                plugged(name), "no network interface can be made here: that takes root and the program ip");
        try {
            unplug(name);
            openTrackIoReceiver("group", GROUP, "interface", name);
            until(
                    "the failure",
                    () -> source.health().message().endsWith("there is no interface " + name + " that is up"));
            for (int times = 0; times < 2; times++) {
                assertThat(plugged(name)).isTrue();
                until(
                        "the group on the network",
                        () -> source.health().message().endsWith(", joined on " + name) && inGroup(name));
                unplug(name);
                until("the failure", () -> source.health().status() == SourceHealth.Status.FAILED);
            }
        } finally {
            unplug(name);
        }
    }

    /** A pair of interfaces as of a cable; the one of the name has an address. */
    private static boolean plugged(String name) {
        return ip("link", "add", name, "type", "veth", "peer", "name", name + "p")
                && ip("addr", "add", "169.254.77.1/30", "dev", name)
                && ip("link", "set", name + "p", "up")
                && ip("link", "set", name, "up", "multicast", "on");
    }

    private static void unplug(String name) {
        ip("link", "del", name);
    }

    private static boolean ip(String... arguments) {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Whether the kernel has the group on an interface: lines of interfaces, below each the groups in hexadecimal. */
    private static boolean inGroup(String name) {
        try {
            boolean here = false;
            String group = String.format(
                    Locale.ROOT,
                    "%08X",
                    Integer.reverseBytes(
                            ByteBuffer.wrap(InetAddress.getByName(GROUP).getAddress())
                                    .getInt()));
            for (String line : Files.readAllLines(Path.of("/proc/net/igmp"))) {
                here = Character.isDigit(line.charAt(0)) ? line.split("\\s+")[1].equals(name) : here;
                if (here && line.strip().startsWith(group)) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void sendTo(DatagramChannel channel, byte[] packet, SocketAddress to) {
        try {
            channel.send(ByteBuffer.wrap(packet), to);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Whether plain sockets of this machine hear a group here. */
    private static boolean multicasts(DatagramChannel sender, NetworkInterface network) {
        try (DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET)) {
            channel.bind(new InetSocketAddress(GROUP, 0));
            channel.join(InetAddress.getByName(GROUP), network);
            sender.send(ByteBuffer.wrap(new byte[1]), channel.getLocalAddress());
            channel.configureBlocking(false);
            long deadline = System.nanoTime() + 2_000_000_000;
            while (System.nanoTime() - deadline < 0) {
                if (channel.receive(ByteBuffer.allocate(1)) != null) {
                    return true;
                }
                Thread.onSpinWait();
            }
            return false;
        } catch (IOException e) {
            return false;
        }
    }
}
