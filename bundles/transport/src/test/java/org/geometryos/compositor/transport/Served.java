package org.geometryos.compositor.transport;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.geometryos.compositor.testkit.http.JettyHost;

/** The servlet of a transport in Jetty itself. */
final class Served {
    private Served() {}

    /** What the transport is configured with if nothing else matters. */
    static Settings settings(int sendBuffer, boolean busyDetection) {
        return new Settings(65_536, sendBuffer, busyDetection, TimeUnit.SECONDS.toNanos(10));
    }

    static JettyHost start(JettyHost host, SocketTransport transport) throws Exception {
        return start(host, transport, Optional::empty, true);
    }

    /** @param webSocket whether the HTTP service has WebSocket */
    static JettyHost start(
            JettyHost host, SocketTransport transport, Supplier<Optional<String>> down, boolean webSocket)
            throws Exception {
        return host.start(new UpgradeServlet(transport, down), webSocket, UpgradeServlet.PATH, UpgradeServlet.STATUS);
    }
}
