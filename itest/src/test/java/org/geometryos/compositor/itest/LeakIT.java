package org.geometryos.compositor.itest;

import static org.junit.Assert.assertEquals;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import javax.inject.Inject;

import org.geometryos.compositor.transport.api.Transport;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.wiring.BundleWiring;

/** After many swaps under load nothing of the old bundles is left. */
@RunWith(PaxExam.class)
public class LeakIT {
    private static final int SWAPS = 20;
    private static final String LISTENING = "0A";
    private static final String TIME_WAIT = "06";
    private static final List<String> PARTS = List.of("camera.replay", "camera", "broadcast", "connections", "endpoint", "protocol", "shell",
            "journal", "transport", "web");

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
        try (TwoCameras source = new TwoCameras(context); Host.Crowd crowd = Host.crowd(5, 5)) {
            threads = Host.threads();
            for (String part : PARTS) {
                for (int i = 0; i < SWAPS; i++) {
                    loaders.computeIfAbsent(part, p -> new ArrayList<>()).add(new WeakReference<>(loader(host.bundle(part))));
                    host.swap(part);
                    host.awaitReady();
                    Host.await(10, "all displays after a swap of " + part, () -> "10".equals(crowd.report().get("connected")));
                }
            }
            Host.await(10, "the same threads as before: " + threads + " now " + Host.threads(), () -> threads.equals(Host.threads()));
        }
        Host.await(15, "no link", () -> context.getService(context.getServiceReference(Transport.class)).links().isEmpty());
        Host.await(15, "no socket", () -> sockets() == 0);
        assertEquals("class loaders still reachable, by part", Map.of(), leftOver(loaders));
    }

    /** Sockets of the host's port that are neither listening nor only remembered by the kernel (TIME_WAIT). */
    private static long sockets() throws IOException {
        String port = String.format(":%04X", Host.port());
        long count = 0;
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            try (Stream<String> lines = Files.lines(Path.of(table))) {
                count += lines.map(line -> line.trim().split("\\s+")).filter(fields -> fields[1].endsWith(port))
                        .filter(fields -> !fields[3].equals(LISTENING) && !fields[3].equals(TIME_WAIT)).count();
            }
        }
        return count;
    }

    private static ClassLoader loader(Bundle bundle) {
        return bundle.adapt(BundleWiring.class).getClassLoader();
    }

    private static Map<String, Long> leftOver(Map<String, List<WeakReference<ClassLoader>>> loaders) throws Exception {
        Map<String, Long> left = new TreeMap<>();
        for (int i = 0; i < 50; i++) {
            System.gc();
            left.clear();
            loaders.forEach((part, references) -> {
                long alive = references.stream().filter(r -> r.get() != null).count();
                if (alive > 0) {
                    left.put(part, alive);
                }
            });
            if (left.isEmpty()) {
                break;
            }
            Thread.sleep(100);
        }
        return left;
    }
}
