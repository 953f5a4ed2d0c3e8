package org.geometryos.compositor.itest.swap;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.InputStream;
import java.net.URI;
import javax.inject.Inject;
import org.geometryos.compositor.itest.framework.Copies;
import org.geometryos.compositor.itest.framework.Distribution;
import org.geometryos.compositor.itest.framework.Host;
import org.geometryos.compositor.itest.framework.RawHttp;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;

/** Another version of a bundle that is installed beside the one that runs, as somebody may do on a console. */
@RunWith(PaxExam.class)
public class SideBySideIT {
    @Inject
    private BundleContext context;

    @Configuration
    public Option[] configuration() {
        return Distribution.framework();
    }

    @Test
    public void aSecondVersionDoesNotRunAndTheFirstGoesOn() throws Exception {
        Host host = new Host(context);
        host.awaitReady();
        for (String name : new String[] {"journal", "camera", "connections", "transport"}) {
            Bundle first = host.bundle(name);
            Bundle second;
            try (InputStream jar =
                    Copies.versioned(URI.create(first.getLocation()).toURL(), "0.1.1")) {
                second = context.installBundle("second:" + name, jar);
            }
            BundleException refused = assertThrows(BundleException.class, second::start);
            assertTrue(refused.getMessage(), refused.getMessage().contains("ingleton"));
            assertEquals(Bundle.INSTALLED, second.getState());
            assertEquals(Bundle.ACTIVE, first.getState());
            assertEquals(200, Host.status());
            String health = RawHttp.get("/compositor/health").text();
            assertTrue(
                    health,
                    health.contains("\"version\":\"0.1.1\",\"state\":\"installed\",\"from\":\"second:" + name + "\""));
            second.uninstall();
        }
    }
}
