package org.geometryos.compositor.itest.swap;

import static org.junit.Assert.assertEquals;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.inject.Inject;
import org.geometryos.compositor.itest.framework.Distribution;
import org.geometryos.compositor.itest.framework.Host;
import org.geometryos.compositor.itest.framework.TwoCameras;
import org.geometryos.compositor.transport.api.Transport;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.osgi.framework.BundleContext;

/** After many swaps under load nothing of the old bundles is left. */
@RunWith(PaxExam.class)
public class LeakIT {
    private static final int SWAPS = 20;
    private static final List<String> PARTS = List.of(
            "camera.replay",
            "camera.tracking",
            "tracking.out",
            "osc",
            "foxglove",
            "mqtt",
            "camera",
            "broadcast",
            "connections",
            "endpoint",
            "protocol",
            "shell",
            "journal",
            "transport",
            "http.guard",
            "transport.native",
            "web",
            "recorder",
            "scene",
            "tiles",
            "tiles.files",
            "models",
            "settings",
            "observe",
            "metrics",
            "operate",
            "wall");

    @Inject
    private BundleContext context;

    @Configuration
    public Option[] configuration() {
        return Distribution.framework();
    }

    @Test
    public void swapsLeaveNoClassLoaderNoThreadAndNoSocket() throws Exception {
        Host host = new Host(context);
        host.awaitReady();
        Map<String, List<WeakReference<ClassLoader>>> loaders = new TreeMap<>();
        Map<String, Long> threads;
        long open = Host.openSockets();
        try (TwoCameras source = new TwoCameras(context);
                Host.Crowd crowd = Host.crowd(5, 5)) {
            threads = Host.threads();
            for (String part : PARTS) {
                for (int i = 0; i < SWAPS; i++) {
                    loaders.computeIfAbsent(part, p -> new ArrayList<>())
                            .add(new WeakReference<>(Host.loader(host.bundle(part))));
                    host.swap(part);
                    host.awaitReady();
                    Host.await(
                            60,
                            "all displays after a swap of " + part,
                            () -> "10".equals(crowd.report().get("connected")));
                }
            }
            Host.await(
                    60,
                    "the same threads as before: " + threads + " now " + Host.threads(),
                    () -> threads.equals(Host.threads()));
        }
        Host.await(
                60,
                "no link",
                () -> context.getService(context.getServiceReference(Transport.class))
                        .links()
                        .isEmpty());
        Host.await(60, "no socket", () -> Host.sockets() == 0);
        Host.await(60, "no more open sockets than " + open, () -> Host.openSockets() <= open);
        assertEquals("class loaders still reachable, by part", Map.of(), Host.leftOver(loaders));
    }
}
