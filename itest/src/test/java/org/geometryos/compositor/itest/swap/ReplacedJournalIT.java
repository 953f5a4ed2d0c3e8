package org.geometryos.compositor.itest.swap;

import static org.junit.Assert.assertEquals;

import java.util.Map;
import javax.inject.Inject;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.itest.framework.Distribution;
import org.geometryos.compositor.itest.framework.Host;
import org.geometryos.compositor.itest.framework.TwoCameras;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;

/** The parts whose replacement displays do notice, and how. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class ReplacedJournalIT {

    @Inject
    private BundleContext context;

    @Configuration
    public Option[] configuration() {
        return Distribution.framework();
    }

    @Test
    public void newJournalGivesEachDisplayASnapshotOnItsSocket() throws Exception {
        Host host = new Host(context);
        host.awaitReady();
        try (TwoCameras source = new TwoCameras(context);
                Host.Crowd crowd = Host.crowd(100, 100)) {
            crowd.ask("mark");
            String before = host.service(Journal.class).epoch();
            host.swap("journal");
            Host.await(
                    60,
                    "another epoch",
                    () -> !before.equals(host.service(Journal.class).epoch()));
            Host.await(60, "snapshots", () -> "400".equals(crowd.report().get("snapshots")));
            Host.await(
                    60,
                    "updates that follow the snapshots",
                    () -> Long.parseLong(crowd.report().get("fewest")) > 20);
            source.halt();
            long head = host.service(Journal.class).head();
            Host.await(
                    60,
                    "the last update " + head + ": " + crowd.report(),
                    () -> Long.parseLong(crowd.report().get("lowest")) >= head);
            Map<String, String> report = crowd.report();
            assertEquals("0", report.get("closes"));
            assertEquals("one epoch for all", "1", report.get("epochs"));
            assertEquals("0", report.get("missing"));
            assertEquals("0", report.get("doubled"));
            assertEquals(new java.util.TreeMap<>(source.lastSample).toString().replace(" ", ""), report.get("oldest"));
        }
    }

    @Test
    public void newJournalIsToldThoughNoCameraMoves() throws Exception {
        Host host = new Host(context);
        host.awaitReady();
        try (Host.Crowd crowd = Host.crowd(10, 10)) {
            Host.await(60, "snapshots", () -> "20".equals(crowd.report().get("snapshots")));
            host.swap("journal");
            Host.await(
                    60,
                    "snapshots of the next",
                    () -> "40".equals(crowd.report().get("snapshots")));
            Map<String, String> report = crowd.report();
            assertEquals("0", report.get("closes"));
            assertEquals("one epoch for all", "1", report.get("epochs"));
        }
    }

    @Test
    public void newTransportGetsEveryDisplayBackAtOnceAndLosesNothing() throws Exception {
        Host host = new Host(context);
        host.awaitReady();
        try (TwoCameras source = new TwoCameras(context);
                Host.Crowd crowd = Host.crowd(100, 100)) {
            crowd.ask("mark");
            long stalled = crowd.stalled();
            host.swap("transport");
            long there = System.nanoTime();
            // one that has not seen its close yet counts as connected
            Host.await(
                    60,
                    "all displays back",
                    () -> "200".equals(crowd.report().get("closes"))
                            && "200".equals(crowd.report().get("connected")));
            stalled = crowd.stalled() - stalled;
            long took = (System.nanoTime() - there) / 1_000_000 - stalled;
            System.out.println("all displays back " + took + " ms after the transport");
            source.halt();
            long head = host.service(Journal.class).head();
            Host.await(
                    60,
                    "the last update " + head + ": " + crowd.report(),
                    () -> Long.parseLong(crowd.report().get("lowest")) >= head);
            Map<String, String> report = crowd.report();
            assertEquals("closed once each", "200", report.get("closes"));
            // all are told, and those hear it who read before the transport's time to stop is over
            int told = Integer.parseInt(report.get("restarts"));
            org.junit.Assert.assertTrue("closed with 1012: " + report, told > 0 || stalled > 1_000);
            assertEquals("closed otherwise", 200 - told, Integer.parseInt(report.get("cut")));
            assertEquals("resumed", "200", report.get("resumed"));
            assertEquals("0", report.get("gaps"));
            assertEquals("0", report.get("missing"));
            assertEquals("0", report.get("doubled"));
            // a few hundred milliseconds where the machine has nothing else to do; how fast it is, a benchmark tells
            org.junit.Assert.assertTrue("back after " + took + " ms", took < 5000);
        }
    }
}
