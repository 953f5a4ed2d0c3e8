package org.geometryos.compositor.benchmark;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.server.ServerWebSocketContainer;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;

/**
 * The peer on the very Jetty that the distribution holds, written as its documentation shows: what a source sends goes
 * to each display, one by one. Ends with its standard input.
 */
public final class PlainBroadcast {
    /** As long as a snapshot with one camera. */
    static final String ANSWER = "{\"type\":\"snapshot\",\"filler\":\"" + "-".repeat(200) + "\"}";

    private PlainBroadcast() {}

    /** A display's end. Public, as Jetty wants it. */
    public static final class Display extends Session.Listener.AbstractAutoDemanding {
        private final Set<Session> displays;

        Display(Set<Session> displays) {
            this.displays = displays;
        }

        @Override
        public void onWebSocketOpen(Session session) {
            super.onWebSocketOpen(session);
            displays.add(session);
        }

        @Override
        public void onWebSocketText(String message) {
            getSession().sendText(ANSWER, Callback.NOOP);
        }

        @Override
        public void onWebSocketClose(int code, String reason) {
            displays.remove(getSession());
        }
    }

    /** A source's end. Public, as Jetty wants it. */
    public static final class Source extends Session.Listener.AbstractAutoDemanding {
        private final Set<Session> displays;

        Source(Set<Session> displays) {
            this.displays = displays;
        }

        @Override
        public void onWebSocketText(String message) {
            displays.forEach(display -> display.sendText(message, Callback.NOOP));
        }
    }

    public static void main(String[] args) throws Exception {
        Set<Session> displays = ConcurrentHashMap.newKeySet();
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(WebSocketUpgradeHandler.from(server, container -> {
            add(container, "/compositor", () -> new Display(displays));
            add(container, "/camera", () -> new Source(displays));
        }));
        server.start();
        System.out.println("ready " + connector.getLocalPort());
        waitForEnd();
        server.stop();
    }

    private static void add(
            ServerWebSocketContainer container, String path, java.util.function.Supplier<Object> endpoint) {
        container.addMapping(path, (request, response, callback) -> {
            response.setAcceptedSubProtocol("compositor.v1.json");
            return endpoint.get();
        });
    }

    /** Until whoever started it is no longer there. */
    static void waitForEnd() throws IOException {
        while (System.in.read() >= 0) {
            // it is still there
        }
    }
}
