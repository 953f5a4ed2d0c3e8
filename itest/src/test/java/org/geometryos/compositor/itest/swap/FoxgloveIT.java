package org.geometryos.compositor.itest.swap;

import static org.junit.Assert.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import javax.inject.Inject;
import org.geometryos.compositor.itest.framework.Distribution;
import org.geometryos.compositor.itest.framework.FoxgloveViewers;
import org.geometryos.compositor.itest.framework.Host;
import org.geometryos.compositor.itest.framework.TwoCameras;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.osgi.framework.BundleContext;

/** 200 viewers that speak Foxglove's protocol beside 800 displays, and what they depend on replaced beneath them. */
@RunWith(PaxExam.class)
public class FoxgloveIT {
    private static final int SWAPS = 2;
    private static final List<String> SWAPPED =
            List.of("foxglove", "endpoint", "connections", "broadcast", "camera", "protocol");

    @Inject
    private BundleContext context;

    @Configuration
    public Option[] configuration() {
        return Distribution.framework();
    }

    @Test
    public void noViewerAndNoDisplayNoticesThatPartsAreReplaced() throws Exception {
        Host host = new Host(context);
        host.awaitReady();
        try (TwoCameras source = new TwoCameras(context);
                Host.Crowd viewers = Host.crowd(FoxgloveViewers.class, "200");
                Host.Crowd displays = Host.crowd(50, 750)) {
            Map<String, String> flaws = new TreeMap<>();
            for (String part : SWAPPED) {
                for (int i = 0; i < SWAPS; i++) {
                    host.swap(part);
                    TimeUnit.MILLISECONDS.sleep(400);
                }
                if (part.equals("foxglove")) {
                    host.swapSideBySide(part);
                }
                long sent = source.lastSample.get("a");
                Host.await(60, "a view behind the swap of " + part + " at each viewer", () -> newest(viewers) >= sent);
                String found = flaws(viewers, displays);
                if (!found.isEmpty()) {
                    flaws.put(part, found);
                }
            }
            assertEquals("flaws by part", Map.of(), flaws);
            source.halt();
            Host.await(
                    60,
                    "the newest state at each viewer: " + source.lastSample,
                    () -> viewers.report()
                                    .get("a")
                                    .equals(source.lastSample.get("a").toString())
                            && viewers.report()
                                    .get("b")
                                    .equals(source.lastSample.get("b").toString()));
        }
    }

    private static long newest(Host.Crowd viewers) throws Exception {
        Map<String, String> report = viewers.report();
        return Math.min(Long.parseLong(report.get("a")), Long.parseLong(report.get("b")));
    }

    private static String flaws(Host.Crowd viewers, Host.Crowd displays) throws Exception {
        Map<String, String> seen = viewers.report();
        Map<String, String> shown = displays.report();
        StringBuilder flaws = new StringBuilder();
        if (!"0".equals(seen.get("disorder")) || !"0".equals(seen.get("closes")) || !"200".equals(seen.get("ready"))) {
            flaws.append(seen);
        }
        for (String flaw : List.of("missing", "doubled", "disorder", "closes", "gaps")) {
            if (!"0".equals(shown.get(flaw))) {
                flaws.append(" displays: ").append(flaw).append('=').append(shown.get(flaw));
            }
        }
        return flaws.toString();
    }
}
