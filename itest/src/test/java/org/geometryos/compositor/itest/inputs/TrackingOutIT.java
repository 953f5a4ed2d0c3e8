package org.geometryos.compositor.itest.inputs;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicReference;
import javax.inject.Inject;
import org.geometryos.compositor.api.camera.CameraSink;
import org.geometryos.compositor.api.camera.CameraSource;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Projection;
import org.geometryos.compositor.api.camera.View3d;
import org.geometryos.compositor.api.control.CameraBridge;
import org.geometryos.compositor.api.coordinates.Rotations;
import org.geometryos.compositor.api.coordinates.YawPitchRoll;
import org.geometryos.compositor.api.value.Vector3;
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
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.ConfigurationAdmin;

/** A camera goes out as tracking data and comes in again by our own receivers, whatever is replaced meanwhile. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class TrackingOutIT {
    private static final double YFOV = 0.7;

    @Inject
    private BundleContext context;

    @Inject
    private ConfigurationAdmin admin;

    private Host host;
    private CameraBridge bridge;
    private Pusher pusher;

    @Configuration
    public Option[] configuration() {
        return Distribution.framework();
    }

    @Before
    public void ready() throws Exception {
        host = new Host(context);
        host.awaitReady();
        bridge = host.service(CameraBridge.class);
        pusher = new Pusher(context);
    }

    @After
    public void noThreadIsLeft() throws Exception {
        pusher.close();
        Host.await(60, "no sender's thread", () -> senders().isEmpty());
    }

    private static List<String> senders() {
        return Host.threads().keySet().stream()
                .filter(name -> name.startsWith("compositor-tracking-out"))
                .sorted()
                .toList();
    }

    /** Pushes the camera "stage" at the place that it is told, over and over, about 100 times a second. */
    private static final class Pusher implements CameraSource, AutoCloseable, Runnable {
        private final ServiceRegistration<CameraSource> service;
        private final Thread thread = new Thread(this, "itest-pusher");
        private final AtomicReference<CameraSink> sink = new AtomicReference<>();
        private volatile double x;
        private volatile boolean stopped;

        Pusher(BundleContext context) {
            service =
                    context.registerService(CameraSource.class, this, new Hashtable<>(Map.of(CameraSource.ID, "push")));
            thread.start();
        }

        @Override
        public void connected(CameraSink next) {
            sink.set(next);
        }

        @Override
        public void disconnected(CameraSink old) {
            sink.compareAndSet(old, null);
        }

        @Override
        public void run() {
            while (!stopped) {
                CameraSink now = sink.get();
                if (now != null) {
                    now.push(new CameraUpdate(
                            "stage",
                            new View3d(
                                    new Vector3(x, 1.25, -2),
                                    new YawPitchRoll(0.3, -0.2, 0.1).quaternion(),
                                    new Projection.Perspective(
                                            YFOV, 0.1, OptionalDouble.empty(), OptionalDouble.empty()))));
                }
                try {
                    Thread.sleep(10);
                } catch (InterruptedException e) {
                    return;
                }
            }
        }

        @Override
        public void close() throws Exception {
            stopped = true;
            thread.join(5_000);
            service.unregister();
        }
    }

    private org.osgi.service.cm.Configuration configured(String factory, String name, Object... pairs)
            throws IOException {
        org.osgi.service.cm.Configuration found = admin.getFactoryConfiguration(Host.PREFIX + factory, name, "?");
        update(found, pairs);
        return found;
    }

    private static void update(org.osgi.service.cm.Configuration configuration, Object... pairs) throws IOException {
        Hashtable<String, Object> properties = new Hashtable<>();
        for (int i = 0; i < pairs.length; i += 2) {
            properties.put((String) pairs[i], pairs[i + 1]);
        }
        configuration.update(properties);
    }

    private View3d view(String camera) {
        return bridge.camera(camera)
                .map(CameraState::view)
                .map(View3d.class::cast)
                .orElse(null);
    }

    /** @param metres along each axis, at most */
    private void awaitSame(String camera, double metres, double degrees) throws Exception {
        Host.await(60, camera + " where the stage is", () -> {
            View3d sent = view("stage");
            View3d back = view(camera);
            return sent != null
                    && back != null
                    && sent.position().x() == pusher.x
                    && Math.abs(back.position().x() - sent.position().x()) <= metres
                    && Math.abs(back.position().y() - sent.position().y()) <= metres
                    && Math.abs(back.position().z() - sent.position().z()) <= metres
                    && Math.toDegrees(Rotations.angle(back.orientation(), sent.orientation())) <= degrees;
        });
    }

    @Test
    public void thePoseComesBackToTheResolutionOfEachFormat() throws Exception {
        int freeD = TrackingIT.freeUdpPort();
        int json = TrackingIT.freeUdpPort();
        int cbor = TrackingIT.freeUdpPort();
        List<org.osgi.service.cm.Configuration> all = List.of(
                configured("camera.tracking.freed", "backfreed", "port", freeD, "camera", "back/freed"),
                configured("camera.tracking.opentrackio", "backjson", "port", json, "camera", "back/json"),
                configured("camera.tracking.opentrackio", "backcbor", "port", cbor, "camera", "back/cbor"),
                out("freed", "freed", freeD, "rate", "50"),
                out("opentrackio", "json", json),
                out("opentrackio", "cbor", cbor, "encoding", "cbor", "rate", "100"));
        for (double x : new double[] {0.5, -3.125, 7.0625}) {
            pusher.x = x;
            awaitSame("back/freed", 0.5 / 64 / 1000 + 1e-9, 2.0 / 32768);
            awaitSame("back/json", 1e-9, 1e-6);
            awaitSame("back/cbor", 1e-9, 1e-6);
        }
        double yfov = ((Projection.Perspective) view("back/json").projection()).yfov();
        assertEquals(YFOV, yfov, 1e-9);
        assertEquals(
                List.of(
                        "compositor-tracking-out-cbor",
                        "compositor-tracking-out-freed",
                        "compositor-tracking-out-json"),
                senders());
        for (org.osgi.service.cm.Configuration one : all) {
            one.delete();
        }
    }

    private org.osgi.service.cm.Configuration out(String format, String name, int port, Object... more)
            throws IOException {
        Object[] pairs = new Object[6 + more.length];
        System.arraycopy(new Object[] {"camera", "stage", "address", "127.0.0.1", "port", port}, 0, pairs, 0, 6);
        System.arraycopy(more, 0, pairs, 6, more.length);
        return configured("tracking.out." + format, name, pairs);
    }

    @Test
    public void aChangeOfOneTargetLeavesTheOthersAlone() throws Exception {
        int first = TrackingIT.freeUdpPort();
        int second = TrackingIT.freeUdpPort();
        List<org.osgi.service.cm.Configuration> receivers = List.of(
                configured("camera.tracking.freed", "one", "port", first, "camera", "back/one"),
                configured("camera.tracking.freed", "two", "port", second, "camera", "back/two"));
        org.osgi.service.cm.Configuration one = out("freed", "one", first, "rate", "50");
        org.osgi.service.cm.Configuration two = out("freed", "two", second);
        pusher.x = 1;
        awaitSame("back/one", 1e-5, 1e-3);
        awaitSame("back/two", 1e-5, 1e-3);
        Thread untouched = thread("compositor-tracking-out-two");
        update(one, "camera", "stage", "address", "127.0.0.1", "port", first, "offsetPosition", "0,5,0");
        Host.await(
                60,
                "the offset",
                () -> view("back/one") != null
                        && Math.abs(view("back/one").position().y() - (1.25 - 5)) < 1e-4);
        // a wrong one is refused, and what was in force goes on
        update(one, "camera", "stage", "address", "nowhere", "port", first);
        pusher.x = 2;
        Host.await(60, "it goes on", () -> Math.abs(view("back/one").position().x() - 2) < 1e-4);
        awaitSame("back/two", 1e-5, 1e-3);
        assertEquals(untouched, thread("compositor-tracking-out-two"));
        one.delete();
        Host.await(60, "one sender", () -> senders().equals(List.of("compositor-tracking-out-two")));
        pusher.x = 3;
        awaitSame("back/two", 1e-5, 1e-3);
        two.delete();
        for (org.osgi.service.cm.Configuration receiver : receivers) {
            receiver.delete();
        }
    }

    private static Thread thread(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    public void itGoesOnWhateverIsReplacedAndLeavesNothingBehind() throws Exception {
        int freeD = TrackingIT.freeUdpPort();
        int json = TrackingIT.freeUdpPort();
        List<org.osgi.service.cm.Configuration> all = List.of(
                configured("camera.tracking.freed", "backfreed", "port", freeD, "camera", "back/freed"),
                configured("camera.tracking.opentrackio", "backjson", "port", json, "camera", "back/json"),
                out("freed", "freed", freeD, "rate", "50"),
                out("opentrackio", "json", json));
        pusher.x = 1;
        awaitSame("back/freed", 1e-5, 1e-3);
        awaitSame("back/json", 1e-5, 1e-3);
        Map<String, List<WeakReference<ClassLoader>>> loaders =
                Map.of("tracking.out", List.of(new WeakReference<>(Host.loader(host.bundle("tracking.out")))));
        for (String part : List.of("tracking.out", "camera", "journal", "camera.tracking")) {
            host.swap(part);
            host.awaitReady();
            bridge = host.service(CameraBridge.class);
            pusher.x += 1;
            awaitSame("back/freed", 1e-5, 1e-3);
            awaitSame("back/json", 1e-5, 1e-3);
            Host.await(
                    60,
                    "the senders of before, after " + part,
                    () -> senders().equals(List.of("compositor-tracking-out-freed", "compositor-tracking-out-json")));
        }
        for (org.osgi.service.cm.Configuration one : all) {
            one.delete();
        }
        Host.await(60, "no sender's thread", () -> senders().isEmpty());
        assertTrue(Host.leftOver(loaders).toString(), Host.leftOver(loaders).isEmpty());
    }
}
