package org.geometryos.compositor.itest.swap;

import static org.junit.Assert.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import javax.inject.Inject;
import org.geometryos.compositor.itest.framework.Distribution;
import org.geometryos.compositor.itest.framework.Host;
import org.geometryos.compositor.itest.framework.TwoCameras;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;

/** What guards HTTP connections is replaced while displays watch: their sockets are none of its business. */
@RunWith(PaxExam.class)
public class HttpGuardIT {
    private static final String GUARD = "http.guard";
    private static final int SWAPS = 5;
    private static final int DISPLAYS = 10;

    @Inject
    private BundleContext context;

    @Configuration
    public Option[] configuration() {
        return Distribution.framework();
    }

    @Test
    public void itIsReplacedWithoutAClosedSocketAndLimitsHeadersAgain() throws Exception {
        Host host = new Host(context);
        host.awaitReady();
        host.service(ConfigurationAdmin.class)
                .getConfiguration(Host.PREFIX + GUARD, "?")
                .update(new Hashtable<>(Map.of("headerSeconds", 1)));
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
        try (TwoCameras source = new TwoCameras(context);
                Host.Crowd crowd = Host.crowd(DISPLAYS / 2, DISPLAYS / 2)) {
            crowd.ask("mark");
            untilSlowHeaderIsRefused();
            Map<String, Long> threads = Host.threads();
            for (int i = 0; i < SWAPS; i++) {
                loaders.add(new WeakReference<>(Host.loader(host.bundle(GUARD))));
                host.swap(GUARD);
                untilSlowHeaderIsRefused();
            }
            // the same version once more
            Bundle bundle = host.bundle(GUARD);
            loaders.add(new WeakReference<>(Host.loader(bundle)));
            bundle.update();
            untilSlowHeaderIsRefused();
            host.swapSideBySide(GUARD);
            untilSlowHeaderIsRefused();
            long sent = source.highest.get();
            Host.await(20, "updates", () -> Long.parseLong(crowd.report().get("lowest")) >= sent);
            Map<String, String> report = crowd.report();
            for (String flaw : List.of("missing", "doubled", "disorder", "closes", "gaps", "wrongAccounts")) {
                assertEquals(flaw + " of " + report, "0", report.get(flaw));
            }
            assertEquals(report.toString(), String.valueOf(DISPLAYS), report.get("connected"));
            Host.await(20, "the threads " + threads, () -> threads.equals(Host.threads()));
        }
        assertEquals("class loaders still reachable", Map.of(), Host.leftOver(Map.of(GUARD, loaders)));
    }

    /** A connection with a header that does not end is closed by the guard in charge. */
    private static void untilSlowHeaderIsRefused() throws Exception {
        try (Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), Host.port())) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHo".getBytes(StandardCharsets.US_ASCII));
            socket.setSoTimeout(100);
            InputStream in = socket.getInputStream();
            Host.await(20, "the end of a connection whose header does not end", () -> ended(in));
        }
    }

    private static boolean ended(InputStream in) throws IOException {
        try {
            return in.read() < 0;
        } catch (SocketTimeoutException open) {
            return false;
        } catch (SocketException reset) {
            return true;
        }
    }
}
