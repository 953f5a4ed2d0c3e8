package org.geometryos.compositor.itest.inputs;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.inject.Inject;
import org.geometryos.compositor.api.control.CameraBridge;
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

/** Ten cameras at 60 Hz by way of Debian's broker, which is killed and comes back, and a bundle that is replaced. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class MqttIT {
    private static final int CAMERAS = 10;

    @Inject
    private BundleContext context;

    @Inject
    private ConfigurationAdmin admin;

    private Host host;
    private CameraBridge bridge;
    private Broker mosquitto;
    private Sender sender;
    private org.osgi.service.cm.Configuration broker;

    @Configuration
    public Option[] configuration() {
        return Distribution.framework();
    }

    @Before
    public void ready() throws Exception {
        mosquitto = new Broker();
        host = new Host(context);
        host.awaitReady();
        bridge = host.service(CameraBridge.class);
        mosquitto.start();
        sender = new Sender();
    }

    @After
    public void nothingIsLeft() throws Exception {
        if (sender != null) {
            sender.close();
        }
        if (broker != null) {
            broker.delete();
            broker = null;
        }
        if (mosquitto != null) {
            mosquitto.close();
        }
        Host.await(60, "no thread of a broker", () -> threads().isEmpty());
    }

    private static List<String> threads() {
        return Host.threads().keySet().stream()
                .filter(name -> name.startsWith("compositor-mqtt"))
                .sorted()
                .toList();
    }

    private void broker(String... pairs) throws IOException {
        broker = admin.getFactoryConfiguration(Host.PREFIX + "mqtt", "studio", "?");
        Hashtable<String, Object> properties = new Hashtable<>(Map.of("url", "mqtt://127.0.0.1:" + mosquitto.port()));
        for (int i = 0; i < pairs.length; i += 2) {
            properties.put(pairs[i], pairs[i + 1]);
        }
        broker.update(properties);
    }

    /** Moves all cameras 60 times a second, and comes back when the broker does; each number goes out once. */
    private final class Sender implements AutoCloseable, Runnable {
        private final Thread thread = new Thread(this, "itest-mqtt-sender");
        private volatile boolean stopped;

        Sender() {
            thread.start();
        }

        @Override
        public void run() {
            MqttPeer peer = null;
            long next = System.nanoTime();
            for (long sample = 1; !stopped; sample++) {
                try {
                    if (peer == null) {
                        peer = new MqttPeer(mosquitto.port());
                    }
                    for (int camera = 0; camera < CAMERAS; camera++) {
                        peer.publish(
                                "rig/" + camera,
                                "{\"sample\":" + sample + ",\"view\":{\"kind\":\"2d\",\"center\":[" + sample
                                        + ",0],\"zoom\":1,\"rotation\":0}}",
                                1,
                                false);
                    }
                } catch (IOException e) {
                    peer = null;
                }
                next += 16_666_667;
                long wait = next - System.nanoTime();
                if (wait > 0) {
                    java.util.concurrent.locks.LockSupport.parkNanos(wait);
                }
            }
            try {
                if (peer != null) {
                    peer.close();
                }
            } catch (IOException e) {
                // it is gone
            }
        }

        @Override
        public void close() throws InterruptedException {
            stopped = true;
            thread.join(10_000);
        }
    }

    /** A display that gets every update. */
    private static final class Watcher implements AutoCloseable {
        private final RawDisplay display = new RawDisplay(Host.port(), 0, null);
        private final Map<String, List<Long>> samples = new ConcurrentHashMap<>();
        /** Of another number than the next higher. */
        private final List<String> wrong = new CopyOnWriteArrayList<>();

        private final List<String> controls = new CopyOnWriteArrayList<>();
        // of the thread that reads
        private String held = "";

        Watcher() throws IOException {
            display.hello("watcher");
            display.send("{\"type\":\"subscribe\",\"cameras\":[\"*\"],\"delivery\":\"every\"}");
            Thread reader = new Thread(this::read, "itest-watcher");
            reader.setDaemon(true);
            reader.start();
        }

        private void read() {
            try {
                while (true) {
                    String message = display.message();
                    String type = RawDisplay.type(message);
                    if (type.equals("camera") && message.contains("\"source\":\"studio\"")) {
                        String camera = RawDisplay.string(message, "camera");
                        long sample = RawDisplay.number(message, "sample");
                        if (camera.equals(held)) {
                            wrong.add("the desk holds the camera of " + message);
                        }
                        List<Long> before = samples.computeIfAbsent(camera, name -> new CopyOnWriteArrayList<>());
                        if (!before.isEmpty() && before.get(before.size() - 1) >= sample) {
                            wrong.add(camera + ": " + sample + " after " + before.get(before.size() - 1));
                        }
                        before.add(sample);
                    } else if (type.equals("control")) {
                        controls.add(message);
                        if (message.contains("\"holder\":\"desk\"")) {
                            held = RawDisplay.string(message, "camera");
                        } else if (RawDisplay.string(message, "camera").equals(held)) {
                            held = "";
                        }
                    } else if (type.equals("gap")) {
                        wrong.add(message);
                    }
                }
            } catch (IOException e) {
                // it is closed
            }
        }

        int count(String camera) {
            return samples.getOrDefault(camera, List.of()).size();
        }

        void awaitMore(int more) throws Exception {
            int[] before = new int[CAMERAS];
            for (int i = 0; i < CAMERAS; i++) {
                before[i] = count("rig/" + i);
            }
            for (int i = 0; i < CAMERAS; i++) {
                int camera = i;
                Host.await(60, more + " more of each camera", () -> count("rig/" + camera) >= before[camera] + more);
            }
        }

        @Override
        public void close() throws IOException {
            display.close();
        }
    }

    @Test
    public void tenCamerasOutliveABrokerThatIsKilled() throws Exception {
        broker(
                "in", "rig/+ -> rig/{1} qos=1",
                "out", "* -> out/{camera} rate=60",
                "events", "control",
                "eventTopic", "happened/{event}");
        try (Watcher watcher = new Watcher();
                RawDisplay desk = new RawDisplay(Host.port(), 0, null)) {
            watcher.awaitMore(120);
            desk.hello("desk");
            // leases: who holds a camera keeps it, and it is free again when the lease is over
            try (MqttPeer peer = new MqttPeer(mosquitto.port(), "out/#", "happened/#")) {
                desk.send("{\"type\":\"control\",\"id\":1,\"camera\":\"rig/0\",\"action\":\"take\",\"force\":true}");
                Host.await(
                        60,
                        "the desk holds it",
                        () -> watcher.controls.stream()
                                .anyMatch(text -> text.contains("\"rig/0\"") && text.contains("\"holder\":\"desk\"")));
                int before = watcher.count("rig/0");
                int others = watcher.count("rig/1");
                Host.await(60, "others go on", () -> watcher.count("rig/1") >= others + 60);
                Host.await(60, "the lease is over", () -> watcher.count("rig/0") > before + 60);
                assertEquals("nothing of a camera that is held", List.of(), watcher.wrong);
                // what a display does goes out; what came in does not
                desk.send(
                        "{\"type\":\"camera\",\"id\":2,\"camera\":\"desk\",\"view\":{\"kind\":\"2d\",\"center\":[7,0],"
                                + "\"zoom\":1,\"rotation\":0}}");
                Host.await(
                        60,
                        "the desk's camera",
                        () -> peer.got().stream()
                                .anyMatch(message -> message.topic().equals("out/desk")));
                Host.await(
                        60,
                        "the event",
                        () -> peer.got().stream()
                                .anyMatch(message -> message.topic().equals("happened/control")
                                        && message.payload().contains("\"desk\"")));
                assertEquals(
                        List.of(),
                        peer.got().stream()
                                .filter(message -> message.topic().startsWith("out/rig"))
                                .toList());
            }
            mosquitto.kill();
            Host.await(
                    60,
                    "the loss",
                    () -> bridge.sources().stream()
                            .anyMatch(source -> source.id().equals("studio")
                                    && source.health().message().contains("is away")));
            mosquitto.start();
            watcher.awaitMore(120);
            assertEquals(List.of(), watcher.wrong);
            broker.delete();
            broker = null;
            Host.await(60, "the cameras' removal", () -> bridge.camera("rig/0").isEmpty());
        }
    }

    @Test
    public void aReplacedBundleGoesOnAndLeavesNothingBehind() throws Exception {
        broker("in", "rig/+ -> rig/{1} qos=1", "out", "* -> out/{camera} rate=60");
        Map<String, List<WeakReference<ClassLoader>>> loaders = Map.of("mqtt", new CopyOnWriteArrayList<>());
        try (Watcher watcher = new Watcher()) {
            watcher.awaitMore(60);
            for (int i = 0; i < 3; i++) {
                loaders.get("mqtt").add(new WeakReference<>(Host.loader(host.bundle("mqtt"))));
                host.swap("mqtt");
                assertTrue(bridge.camera("rig/3").isPresent());
                watcher.awaitMore(60);
            }
            assertEquals(List.of(), watcher.wrong);
            Host.await(
                    60,
                    "three threads",
                    () -> threads()
                            .equals(List.of(
                                    "compositor-mqtt-studio-in",
                                    "compositor-mqtt-studio-out",
                                    "compositor-mqtt-studio-watch")));
        }
        broker.delete();
        broker = null;
        Host.await(60, "the cameras' removal", () -> bridge.camera("rig/3").isEmpty());
        assertEquals(Map.of(), Host.leftOver(loaders));
    }
}
