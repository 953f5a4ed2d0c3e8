package org.geometryos.compositor.itest.inputs;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import javax.inject.Inject;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.View3d;
import org.geometryos.compositor.api.control.CameraBridge;
import org.geometryos.compositor.api.value.Vector3;
import org.geometryos.compositor.itest.framework.Distribution;
import org.geometryos.compositor.itest.framework.Host;
import org.geometryos.compositor.itest.framework.RawDisplay;
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

/** Configured receivers bring tracked cameras to displays, come and go one by one, and leave nothing behind. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class TrackingIT {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @Inject
    private BundleContext context;

    @Inject
    private ConfigurationAdmin admin;

    private Host host;
    private CameraBridge bridge;
    private Sender sender;

    @Configuration
    public Option[] configuration() {
        return Distribution.framework();
    }

    @Before
    public void ready() throws Exception {
        host = new Host(context);
        host.awaitReady();
        bridge = host.service(CameraBridge.class);
        sender = new Sender();
    }

    @After
    public void noThreadIsLeft() throws Exception {
        sender.close();
        Host.await(60, "no receiver's thread", () -> receivers().isEmpty());
    }

    private static List<String> receivers() {
        return Host.threads().keySet().stream()
                .filter(name -> name.startsWith("compositor-tracking"))
                .sorted()
                .toList();
    }

    /** Sends to a port, over and over, whatever it is told, about 100 times a second. */
    private static final class Sender implements AutoCloseable, Runnable {
        private final DatagramSocket socket;
        private final Thread thread = new Thread(this, "itest-sender");
        private volatile int freeDPort;
        private volatile int openTrackIoPort;
        private volatile double x;
        private volatile boolean stopped;

        Sender() throws IOException {
            socket = new DatagramSocket(0, LOOPBACK);
            thread.start();
        }

        @Override
        public void run() {
            for (int sequence = 0; !stopped; sequence++) {
                try {
                    if (freeDPort != 0) {
                        send(freeD(x), freeDPort);
                    }
                    if (openTrackIoPort != 0) {
                        send(openTrackIo(sequence, x), openTrackIoPort);
                    }
                    Thread.sleep(10);
                } catch (IOException | InterruptedException e) {
                    return;
                }
            }
        }

        private void send(byte[] packet, int port) throws IOException {
            socket.send(new DatagramPacket(packet, packet.length, LOOPBACK, port));
        }

        @Override
        public void close() throws InterruptedException {
            stopped = true;
            thread.join(5_000);
            socket.close();
        }
    }

    /** Of device 1, that many metres to the right. */
    static byte[] freeD(double x) {
        int units = (int) (x * 64_000);
        byte[] packet = new byte[29];
        packet[0] = (byte) 0xd1;
        packet[1] = 1;
        packet[11] = (byte) (units >> 16);
        packet[12] = (byte) (units >> 8);
        packet[13] = (byte) units;
        int sum = 0x40;
        for (byte b : packet) {
            sum -= b;
        }
        packet[28] = (byte) sum;
        return packet;
    }

    /** Of source 7, that many metres to the right. */
    private static byte[] openTrackIo(int sequence, double x) {
        byte[] payload = ("{\"sourceNumber\":7,\"timing\":{\"sequenceNumber\":" + sequence
                        + "},\"transforms\":[{\"translation\":{\"x\":" + x + "}}]}")
                .getBytes(StandardCharsets.UTF_8);
        byte[] packet = ByteBuffer.allocate(16 + payload.length)
                .putInt(0x4f54726b)
                .putShort((short) 1)
                .putShort((short) sequence)
                .putInt(0)
                .putShort((short) (0x8000 | payload.length))
                .putShort((short) 0)
                .put(payload)
                .array();
        int sum1 = 0;
        int sum2 = 0;
        for (int i = 0; i < packet.length; i++) {
            // not over the checksum itself
            if (i != 14 && i != 15) {
                sum1 += packet[i];
                sum2 += sum1;
            }
        }
        packet[14] = (byte) sum2;
        packet[15] = (byte) sum1;
        return packet;
    }

    private org.osgi.service.cm.Configuration receiver(String format, String name, Object... pairs) throws IOException {
        org.osgi.service.cm.Configuration receiver =
                admin.getFactoryConfiguration(Host.PREFIX + "camera.tracking." + format, name, "?");
        update(receiver, pairs);
        return receiver;
    }

    private static void update(org.osgi.service.cm.Configuration receiver, Object... pairs) throws IOException {
        Hashtable<String, Object> properties = new Hashtable<>();
        for (int i = 0; i < pairs.length; i += 2) {
            properties.put((String) pairs[i], pairs[i + 1]);
        }
        receiver.update(properties);
    }

    /** Below those that the kernel gives to sockets, one of which could have taken the port by then. */
    static int freeUdpPort() throws IOException {
        for (int attempts = 200; ; attempts--) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
            try (DatagramSocket socket = new DatagramSocket(port, LOOPBACK)) {
                return socket.getLocalPort();
            } catch (BindException e) {
                if (attempts == 0) {
                    throw e;
                }
            }
        }
    }

    private Vector3 position(String camera) {
        return bridge.camera(camera)
                .map(CameraState::view)
                .map(view -> ((View3d) view).position())
                .orElse(null);
    }

    private void awaitPosition(String camera, Vector3 position) throws Exception {
        Host.await(60, camera + " at " + position, () -> position.equals(position(camera)));
    }

    @Test
    public void aConfiguredReceiverBringsACameraToADisplayUntilItIsDeleted() throws Exception {
        int port = freeUdpPort();
        org.osgi.service.cm.Configuration receiver =
                receiver("opentrackio", "stage", "port", port, "camera", "jib/{id}");
        sender.x = 1.5;
        sender.openTrackIoPort = port;
        try (RawDisplay display = new RawDisplay(Host.port(), 0, null)) {
            display.hello("wall");
            display.send("{\"type\":\"subscribe\",\"cameras\":[\"jib/7\"]}");
            String update = display.message("camera");
            assertTrue(
                    update,
                    update.contains("\"camera\":\"jib/7\"")
                            && update.contains("\"source\":\"stage\"")
                            && update.contains("\"position\":[1.5,0"));
            assertTrue(
                    update,
                    RawDisplay.number(display.message("camera"), "sample") > RawDisplay.number(update, "sample"));
            assertEquals(List.of("compositor-tracking-stage"), receivers());
            receiver.delete();
            assertTrue(display.message("camera-removed").contains("jib/7"));
        }
        Host.await(60, "the port to be free", () -> {
            new DatagramSocket(port, LOOPBACK).close();
            return true;
        });
    }

    @Test
    public void aChangeOfOneReceiverLeavesTheOthersAlone() throws Exception {
        sender.freeDPort = freeUdpPort();
        sender.openTrackIoPort = freeUdpPort();
        org.osgi.service.cm.Configuration changed =
                receiver("freed", "crane", "port", sender.freeDPort, "camera", "crane");
        org.osgi.service.cm.Configuration other =
                receiver("opentrackio", "jib", "port", sender.openTrackIoPort, "camera", "jib");
        awaitPosition("crane", new Vector3(0, 0, 0));
        awaitPosition("jib", new Vector3(0, 0, 0));
        long from = sample("jib");
        Thread untouched = thread("compositor-tracking-jib");

        update(changed, "port", sender.freeDPort, "camera", "crane", "offsetPosition", "0,5,0");
        awaitPosition("crane", new Vector3(0, 5, 0));
        update(changed, "port", "none", "camera", "crane");
        sender.x = 2;
        awaitPosition("crane", new Vector3(2, 5, 0));
        awaitPosition("jib", new Vector3(2, 0, 0));
        assertEquals(List.of("compositor-tracking-crane", "compositor-tracking-jib"), receivers());
        assertEquals(untouched, thread("compositor-tracking-jib"));

        changed.delete();
        Host.await(60, "the camera's removal", () -> bridge.camera("crane").isEmpty());
        long after = sample("jib");
        assertTrue("it went on", after > from);
        Host.await(60, "it goes on", () -> sample("jib") > after + 10);
        other.delete();
        Host.await(60, "the camera's removal", () -> bridge.camera("jib").isEmpty());
    }

    private long sample(String camera) {
        return bridge.camera(camera).map(CameraState::sample).orElseThrow().orElseThrow();
    }

    private static Thread thread(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    public void aReplacedBundleGoesOnAndLeavesNothingBehind() throws Exception {
        sender.freeDPort = freeUdpPort();
        org.osgi.service.cm.Configuration receiver =
                receiver("freed", "crane", "port", sender.freeDPort, "camera", "crane");
        awaitPosition("crane", new Vector3(0, 0, 0));
        Map<String, List<WeakReference<ClassLoader>>> loaders =
                Map.of("camera.tracking", List.of(new WeakReference<>(Host.loader(host.bundle("camera.tracking")))));
        host.swap("camera.tracking");
        assertTrue(
                "the camera stays while the bundle is replaced",
                bridge.camera("crane").isPresent());
        sender.x = 3;
        awaitPosition("crane", new Vector3(3, 0, 0));
        Host.await(60, "one receiver of that name", () -> Host.threads().get("compositor-tracking-crane") == 1);
        receiver.delete();
        Host.await(60, "the camera's removal", () -> bridge.camera("crane").isEmpty());
        assertEquals(Map.of(), Host.leftOver(loaders));
    }
}
