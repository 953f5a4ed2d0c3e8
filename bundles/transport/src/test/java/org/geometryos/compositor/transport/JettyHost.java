package org.geometryos.compositor.transport;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.websocket.core.server.WebSocketServerComponents;

/** Jetty itself, on a free port of this machine. */
final class JettyHost implements AutoCloseable {
    final Server server = new Server();
    final ServerConnector connector = new ServerConnector(server, 1, 1);

    JettyHost() {
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
    }

    /** What the transport is configured with if nothing else matters. */
    static Settings settings(int sendBuffer, boolean busyDetection) {
        return new Settings(65_536, sendBuffer, busyDetection, TimeUnit.SECONDS.toNanos(10), TimeUnit.SECONDS.toNanos(10), 2_000);
    }

    int port() {
        return connector.getLocalPort();
    }

    /** Answers by a handler alone. */
    JettyHost start(Handler handler) throws Exception {
        server.setHandler(handler);
        server.start();
        return this;
    }

    /** With the servlet of a transport, at its two paths. */
    JettyHost start(SocketTransport transport) throws Exception {
        return start(transport, Optional::empty, true);
    }

    /** @param webSocket whether the HTTP service has WebSocket */
    JettyHost start(SocketTransport transport, Supplier<Optional<String>> down, boolean webSocket) throws Exception {
        ServletContextHandler context = new ServletContextHandler();
        ServletHolder servlet = new ServletHolder(new UpgradeServlet(transport, down));
        context.addServlet(servlet, UpgradeServlet.PATH);
        context.addServlet(servlet, UpgradeServlet.STATUS);
        if (webSocket) {
            server.setHandler(context);
            WebSocketServerComponents.ensureWebSocketComponents(server, context);
        }
        return start(context);
    }

    /** What looks at the connections of a server that runs. */
    WatchConnector watch(HeaderWatch watch) throws Exception {
        WatchConnector watching = new WatchConnector(server, watch);
        server.addConnector(watching);
        watching.start();
        return watching;
    }

    @Override
    public void close() throws Exception {
        server.stop();
    }
}
