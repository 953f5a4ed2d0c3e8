package org.geometryos.compositor.itest.inputs;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import javax.inject.Inject;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.ControlState;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.control.CameraBridge;
import org.geometryos.compositor.api.control.SourceState;
import org.geometryos.compositor.api.scene.SceneOp;
import org.geometryos.compositor.api.scene.SceneService;
import org.geometryos.compositor.api.value.TimeOfDay;
import org.geometryos.compositor.itest.framework.Distribution;
import org.geometryos.compositor.itest.framework.Host;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;

/** A desk that speaks OSC moves cameras under the same rules as all others, and hears what changes. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class OscIT {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final long NTP_SECONDS = 2_208_988_800L;

    @Inject
    private BundleContext context;

    @Inject
    private ConfigurationAdmin admin;

    private Host host;
    private CameraBridge bridge;
    private DatagramSocket desk;
    private int port;
    private org.osgi.service.cm.Configuration osc;

    @Configuration
    public Option[] configuration() {
        return Distribution.framework();
    }

    @Before
    public void ready() throws Exception {
        host = new Host(context);
        host.awaitReady();
        bridge = host.service(CameraBridge.class);
        desk = new DatagramSocket(0, LOOPBACK);
        desk.setSoTimeout(200);
        port = TrackingIT.freeUdpPort();
        osc = admin.getFactoryConfiguration(Host.PREFIX + "osc", "desk", "?");
        configure("feedbackRate", 100);
    }

    @After
    public void noThreadIsLeft() throws Exception {
        osc.delete();
        desk.close();
        Host.await(60, "no thread of OSC", () -> threads().isEmpty());
        Host.await(60, "the port to be free", () -> {
            new DatagramSocket(port, LOOPBACK).close();
            return true;
        });
    }

    private void configure(Object... pairs) throws IOException {
        Hashtable<String, Object> properties =
                new Hashtable<>(Map.of("port", port, "feedback", "127.0.0.1:" + desk.getLocalPort(), "echo", true));
        for (int i = 0; i < pairs.length; i += 2) {
            properties.put((String) pairs[i], pairs[i + 1]);
        }
        osc.update(properties);
    }

    private static List<String> threads() {
        return Host.threads().keySet().stream()
                .filter(name -> name.startsWith("compositor-osc"))
                .toList();
    }

    private static byte[] text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate((bytes.length / 4 + 1) * 4).put(bytes).array();
    }

    static byte[] message(String address, float... numbers) {
        byte[] head = text("/compositor" + address);
        byte[] types = text("," + "f".repeat(numbers.length));
        ByteBuffer packet = ByteBuffer.allocate(head.length + types.length + 4 * numbers.length)
                .put(head)
                .put(types);
        for (float number : numbers) {
            packet.putFloat(number);
        }
        return packet.array();
    }

    private static byte[] at(long micros, byte[] message) {
        long seconds = micros / 1_000_000 + NTP_SECONDS;
        long fraction = (micros % 1_000_000 << 32) / 1_000_000;
        return ByteBuffer.allocate(20 + message.length)
                .put(text("#bundle"))
                .putLong(seconds << 32 | fraction)
                .putInt(message.length)
                .put(message)
                .array();
    }

    private void send(byte[] packet) throws IOException {
        desk.send(new DatagramPacket(packet, packet.length, LOOPBACK, port));
    }

    private double x(String camera) {
        return bridge.camera(camera)
                .map(CameraState::view)
                .map(view -> ((View2d) view).x())
                .orElse(Double.NaN);
    }

    /** Sends until it is there, as nobody may listen yet. */
    private void awaitX(String camera, float x) throws Exception {
        Host.await(60, camera + " at " + x, () -> {
            send(message("/camera/" + camera + "/x", x));
            Thread.sleep(20);
            return x(camera) == x;
        });
    }

    private long counter(String name) {
        return bridge.sources().stream()
                .filter(source -> source.id().equals("desk"))
                .map(SourceState::counters)
                .findFirst()
                .orElse(Map.of())
                .getOrDefault(name, 0L);
    }

    private void awaitFeedback(String address) throws Exception {
        Host.await(60, "feedback " + address, () -> {
            try {
                DatagramPacket packet = new DatagramPacket(new byte[2_000], 2_000);
                desk.receive(packet);
                return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.ISO_8859_1)
                        .contains("/compositor" + address);
            } catch (SocketTimeoutException e) {
                return false;
            }
        });
    }

    @Test
    public void aDeskMovesACameraAndHearsOfIt() throws Exception {
        awaitX("desk/a", 5);
        awaitFeedback("/camera/desk/a/view");
        assertEquals(List.of("compositor-osc-desk"), threads());
        SceneService scene = host.service(SceneService.class);
        scene.change(
                new Driver("itest", Optional.empty(), 0), List.of(new SceneOp.Select(List.of())), Optional.empty());
        send(message("/refresh"));
        awaitFeedback("/camera/desk/a/view");
        configure("port", port, "feedbackRate", 50, "bind", "0.0.0.0");
        // it is refused, as nobody is named who may send; what was in force goes on
        awaitX("desk/a", 6);
        Host.await(
                60,
                "the refusal is told",
                () -> bridge.sources().stream()
                        .anyMatch(source -> source.id().equals("desk")
                                && source.health().message().contains("allow")));
    }

    @Test
    public void aHolderOfAHigherPriorityIsNotOverruled() throws Exception {
        awaitX("held", 1);
        Driver other = new Driver("itest", Optional.empty(), 50);
        assertTrue(bridge.take(other, "held").now(null).accepted());
        long refused = counter("messages.refused");
        Host.await(60, "a refusal", () -> {
            assertTrue(bridge.take(other, "held").now(null).accepted());
            send(message("/camera/held/x", 9));
            return counter("messages.refused") > refused;
        });
        assertEquals(1, x("held"), 0);
        bridge.release(other, "held");
        awaitX("held", 9);
        assertEquals(
                "desk", bridge.control("held").flatMap(ControlState::holder).orElse(""));
        send(message("/camera/held/release"));
        Host.await(
                60,
                "it is free",
                () -> bridge.control("held").flatMap(ControlState::holder).isEmpty());
    }

    @Test
    public void whatIsForLaterWaits() throws Exception {
        awaitX("later", 1);
        long due = TimeOfDay.micros() + 3_000_000;
        send(at(due, message("/camera/later/x", 2)));
        send(at(due + 600_000_000L, message("/camera/later/x", 3)));
        send(at(TimeOfDay.micros() - 1_000, message("/camera/later/y", 4)));
        Host.await(
                60,
                "what is past",
                () -> ((View2d) bridge.camera("later").orElseThrow().view()).y() == 4);
        Host.await(60, "its time", () -> x("later") == 2);
        CameraState state = bridge.camera("later").orElseThrow();
        assertTrue(state + " not before " + due, state.received() >= due);
        assertEquals(due, state.time(), 2);
        assertEquals(1, counter("messages.toofar"));
        assertEquals(OptionalLong.empty(), state.sample());
    }

    @Test
    public void itGoesOnWhateverIsReplacedAndLeavesNothingBehind() throws Exception {
        awaitX("swapped", 1);
        Map<String, List<WeakReference<ClassLoader>>> loaders =
                Map.of("osc", List.of(new WeakReference<>(Host.loader(host.bundle("osc")))));
        int next = 1;
        for (String part : List.of("osc", "camera", "journal", "scene")) {
            host.swap(part);
            host.awaitReady();
            bridge = host.service(CameraBridge.class);
            awaitX("swapped", ++next);
            awaitFeedback("/camera/swapped/view");
            Host.await(60, "one thread, after " + part, () -> threads().equals(List.of("compositor-osc-desk")));
        }
        osc.update(new Hashtable<>(Map.of("port", port)));
        osc.delete();
        Host.await(60, "no thread of OSC", () -> threads().isEmpty());
        assertEquals(Map.of(), Host.leftOver(loaders));
        osc = admin.getFactoryConfiguration(Host.PREFIX + "osc", "desk", "?");
        configure();
    }
}
