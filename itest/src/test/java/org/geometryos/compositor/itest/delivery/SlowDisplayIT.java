package org.geometryos.compositor.itest.delivery;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.inject.Inject;
import org.geometryos.compositor.itest.framework.Distribution;
import org.geometryos.compositor.itest.framework.Host;
import org.geometryos.compositor.itest.framework.RawDisplay;
import org.geometryos.compositor.itest.framework.TwoCameras;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.osgi.framework.BundleContext;

/** A display that stops reading costs nothing and sees the newest state when it reads again. */
@RunWith(PaxExam.class)
public class SlowDisplayIT {
    private static final int SILENT_SECONDS = 20;
    private static final long SAMPLES_PER_SECOND = 60;
    /** The most that the protocol allows a display to get of older updates when it reads again. */
    private static final long OLDER_MILLIS = 1_500;

    @Inject
    private BundleContext context;

    @Configuration
    public Option[] configuration() {
        return Distribution.framework();
    }

    @Test
    public void displayThatDoesNotReadSeesTheNewestStateAndCostsNothing() throws Exception {
        new Host(context).awaitReady();
        try (TwoCameras source = new TwoCameras(context);
                Host.Crowd crowd = Host.crowd(10, 10);
                RawDisplay slow = new RawDisplay(Host.port(), 0, null);
                RawDisplay tiny = new RawDisplay(Host.port(), 4096, null)) {
            crowd.ask("mark");
            for (RawDisplay display : new RawDisplay[] {slow, tiny}) {
                display.hello(display == slow ? "slow" : "tiny");
                display.send("{\"type\":\"subscribe\",\"cameras\":[\"a\",\"b\"]}");
                display.message("snapshot");
                for (int i = 0; i < 200; i++) {
                    display.message("camera");
                }
            }
            long before = used();
            TimeUnit.SECONDS.sleep(SILENT_SECONDS);
            long grown = used() - before;
            long newest = source.lastSample.get("a");
            // a stall shows as a long round trip, and twice that is how long a receipt is waited for
            long most = SAMPLES_PER_SECOND * (OLDER_MILLIS + 2 * crowd.stalled()) / 1000;
            for (RawDisplay display : new RawDisplay[] {slow, tiny}) {
                int older = olderBefore(display, newest);
                System.out.println((display == slow ? "default" : "4 KiB") + " receive buffer: " + older
                        + " older updates of one camera before the newest");
                assertTrue(older + " older updates of one camera came before the newest one", older <= most);
            }
            System.out.println("heap grown by " + grown + " bytes, the journal's share is at most " + journalShare());
            assertTrue(
                    "memory grew by " + grown + " bytes beyond the journal's share",
                    grown < journalShare() + (2 << 20));
            Map<String, String> report = crowd.report();
            assertEquals("0", report.get("missing"));
            assertEquals("0", report.get("closes"));
        }
    }

    /**
     * How many updates of camera a lie before the first that is at most half a second older than the newest at that
     * time.
     */
    private static int olderBefore(RawDisplay display, long newest) throws Exception {
        for (int older = 0; ; ) {
            String message = display.message("camera");
            if ("a".equals(RawDisplay.string(message, "camera"))) {
                if (RawDisplay.number(message, "sample") >= newest - SAMPLES_PER_SECOND / 2) {
                    return older;
                }
                older++;
            }
        }
    }

    /** What the journal keeps of the updates of that time anyway, with room to spare. */
    private static long journalShare() {
        return SILENT_SECONDS * 2 * SAMPLES_PER_SECOND * 1000;
    }

    private static long used() throws InterruptedException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(50);
            least = Math.min(
                    least,
                    Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        }
        return least;
    }
}
