package org.geometryos.compositor.itest.swap;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import javax.inject.Inject;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.itest.framework.Distribution;
import org.geometryos.compositor.itest.framework.Host;
import org.geometryos.compositor.itest.framework.TwoCameras;
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

/** 200 displays, half of them with every update, two cameras at 60 Hz, and each part replaced beneath them. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class SwapUnderLoadIT {
    private static final int SWAPS = 5;
    private static final List<String> SWAPPED =
            List.of("camera.replay", "camera", "scene", "broadcast", "connections", "endpoint", "protocol");

    @Inject
    private BundleContext context;

    private Host host;
    private TwoCameras source;
    private Host.Crowd crowd;

    @Configuration
    public Option[] configuration() {
        return Distribution.framework();
    }

    @Before
    public void connectDisplays() throws Exception {
        host = new Host(context);
        host.awaitReady();
        source = new TwoCameras(context);
        crowd = Host.crowd(100, 100);
    }

    @After
    public void disconnectDisplays() throws Exception {
        crowd.close();
        source.close();
    }

    @Test
    public void noDisplayNoticesThatPartsAreReplaced() throws Exception {
        Map<String, String> outcomes = new TreeMap<>();
        for (String part : SWAPPED) {
            crowd.ask("mark");
            for (int i = 0; i < SWAPS; i++) {
                host.swap(part);
                TimeUnit.MILLISECONDS.sleep(400);
            }
            host.swapSideBySide(part);
            outcomes.put(part, flaws());
        }
        outcomes.values().removeIf(String::isEmpty);
        assertEquals("flaws by part", Map.of(), outcomes);
        assertTrue("inactive: " + host.inactive(), host.inactive().isEmpty());

        everyAcceptedUpdateHasArrived();
    }

    /**
     * What the displays saw that they should not have, and whether they were level within a second after the last swap.
     */
    private String flaws() throws Exception {
        long sent = source.highest.get();
        StringBuilder flaws = new StringBuilder();
        long from = System.nanoTime();
        long stalled = crowd.stalled();
        Host.await(60, "updates", () -> Long.parseLong(crowd.report().get("lowest")) >= sent);
        long took = (System.nanoTime() - from) / 1_000_000 - (crowd.stalled() - stalled);
        System.out.println("all displays level " + took + " ms after the last swap");
        if (took > 1000) {
            flaws.append("behind for ").append(took).append(" ms; ");
        }
        Map<String, String> report = crowd.report();
        for (String flaw : List.of("missing", "doubled", "disorder", "closes", "gaps", "wrongAccounts")) {
            if (!"0".equals(report.get(flaw))) {
                flaws.append(flaw).append('=').append(report.get(flaw)).append(' ');
            }
        }
        if (!"0".equals(report.get("wrongAccounts"))) {
            flaws.append('(').append(report.get("account")).append(") ");
        }
        if (!"200".equals(report.get("connected")) || !"200".equals(report.get("snapshots"))) {
            flaws.append(report);
        }
        return flaws.toString();
    }

    private void everyAcceptedUpdateHasArrived() throws Exception {
        source.halt();
        long highest = host.service(Journal.class).head();
        Host.await(
                60,
                "the last update at every display",
                () -> Long.parseLong(crowd.report().get("lowest")) >= highest);
        Map<String, String> report = crowd.report();
        assertEquals(
                "the newest state everywhere",
                new TreeMap<>(source.lastSample).toString().replace(" ", ""),
                report.get("oldest"));
        assertTrue("refused visibly: " + source.refused, source.refused.get() > 0);
        Host.await(
                60,
                "a heartbeat behind the last update at every display",
                () -> Long.parseLong(crowd.report().get("beaten")) >= highest);
        report = crowd.report();
        assertEquals("accounts: " + report.get("account"), "0", report.get("wrongAccounts"));
    }
}
