package org.geometryos.compositor.benchmark;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;

/**
 * The peer: a WebSocket endpoint on plain Jetty, written as its documentation shows, that does for each display what
 * the bridge does for an idle one: an answer to the first message, then a text message and a ping in each interval. It
 * keeps no sessions, no sequence, no account, no deadline for pongs. Argument: the interval in milliseconds. Ends with
 * its standard input.
 */
public final class PlainEndpoint {
    /** As long as a welcome of the bridge. */
    private static final String WELCOME = "{\"type\":\"welcome\",\"filler\":\"" + "-".repeat(400) + "\"}";

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private PlainEndpoint() {}

    /** One display's end. Public, as Jetty wants it. */
    public static final class Endpoint extends Session.Listener.AbstractAutoDemanding {
        private final ScheduledThreadPoolExecutor clock;
        private final long intervalMillis;
        private volatile ScheduledFuture<?> beat;

        Endpoint(ScheduledThreadPoolExecutor clock, long intervalMillis) {
            this.clock = clock;
            this.intervalMillis = intervalMillis;
        }

        @Override
        public void onWebSocketOpen(Session session) {
            super.onWebSocketOpen(session);
            beat = clock.scheduleAtFixedRate(this::beat, intervalMillis, intervalMillis, TimeUnit.MILLISECONDS);
        }

        @Override
        public void onWebSocketText(String message) {
            getSession().sendText(WELCOME, Callback.NOOP);
        }

        @Override
        public void onWebSocketClose(int code, String reason) {
            beat.cancel(false);
        }

        private void beat() {
            Instant now = Instant.now();
            long micros = now.getEpochSecond() * 1_000_000 + now.getNano() / 1000;
            getSession()
                    .sendText(
                            "{\"type\":\"heartbeat\",\"time\":" + micros
                                    + ",\"seq\":0,\"delivered\":0,\"superseded\":0,\"refused\":0}",
                            Callback.NOOP);
            getSession().sendPing(NOTHING.slice(), Callback.NOOP);
        }
    }

    public static void main(String[] args) throws Exception {
        long intervalMillis = Long.parseLong(args[0]);
        ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1, work -> new Thread(work, "plain-clock"));
        clock.setRemoveOnCancelPolicy(true);
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(WebSocketUpgradeHandler.from(
                server,
                container -> container.addMapping("/compositor", (request, response, callback) -> {
                    response.setAcceptedSubProtocol("compositor.v1.json");
                    return new Endpoint(clock, intervalMillis);
                })));
        server.start();
        System.out.println("ready " + connector.getLocalPort());
        PlainBroadcast.waitForEnd();
        clock.shutdownNow();
        server.stop();
    }
}
