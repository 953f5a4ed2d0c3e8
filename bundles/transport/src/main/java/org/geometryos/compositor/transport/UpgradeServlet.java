package org.geometryos.compositor.transport;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EventListener;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.http.BadMessageException;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.Configuration;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.eclipse.jetty.websocket.core.exception.WebSocketException;
import org.eclipse.jetty.websocket.core.server.ServerUpgradeRequest;
import org.eclipse.jetty.websocket.core.server.ServerUpgradeResponse;
import org.eclipse.jetty.websocket.core.server.WebSocketMappings;
import org.eclipse.jetty.websocket.core.server.WebSocketNegotiator;
import org.eclipse.jetty.websocket.core.server.WebSocketServerComponents;
import org.geometryos.compositor.transport.api.Decision;
import org.geometryos.compositor.transport.api.Handshake;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes handshakes at {@code /compositor} and questions about them at {@code /compositor/status}. */
final class UpgradeServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(UpgradeServlet.class);
    static final String PATH = "/compositor";
    static final String STATUS = PATH + "/status";
    private static final String PAGE_ORIGIN = "x-page-origin";

    private static final List<String> REMEMBERED = List.of("host", "origin", "user-agent");
    /** Characters of each. */
    private static final int MAX_REMEMBERED = 256;
    /** What is to be enabled in the HTTP service. */
    private static final String WEBSOCKET_PROPERTY = "org.apache.felix.jetty.websocket.enable";

    private static final String NOT_ENABLED = "WebSocket is not enabled in the HTTP service: set " + WEBSOCKET_PROPERTY
            + "=true in the configuration org.apache.felix.http, or as a framework property";

    private final transient SocketTransport transport;
    private final transient Supplier<Optional<String>> down;
    private final AtomicBoolean complained = new AtomicBoolean();

    /** @param down tells which parts of the host are down, if any is */
    UpgradeServlet(SocketTransport transport, Supplier<Optional<String>> down) {
        this.transport = transport;
        this.down = down;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        boolean status = isStatus(request);
        Handshake handshake = handshake(request, !status);
        if (!status && !"websocket".equalsIgnoreCase(request.getHeader("Upgrade"))) {
            response.setHeader("Upgrade", "websocket");
            response.setHeader("Connection", "Upgrade");
            text(response, 426, "this is a WebSocket endpoint");
            return;
        }
        Decision decision = transport.handshake(handshake);
        if (decision instanceof Decision.Accept && !enabled(request)) {
            if (!complained.getAndSet(true)) {
                LOG.error("no display can connect: {}", NOT_ENABLED);
            }
            decision = new Decision.Refuse(503, Map.of("Retry-After", "60"), NOT_ENABLED);
        }
        if (status) {
            status(response, handshake, decision);
        } else if (decision instanceof Decision.Refuse refusal) {
            refusal.headers().forEach(response::setHeader);
            text(response, refusal.status(), refusal.reason());
        } else {
            upgrade(request, response, handshake, (Decision.Accept) decision);
        }
    }

    /** HTTP's own service of HEAD and OPTIONS would answer on behalf of doGet. */
    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setHeader("Cache-Control", "no-store");
        if ("GET".equals(request.getMethod())) {
            doGet(request, response);
        } else if ("OPTIONS".equals(request.getMethod()) && isStatus(request)) {
            preflight(request, response);
        } else {
            response.setHeader("Allow", "GET");
            text(response, 405, request.getMethod() + " is not taken here, only GET");
        }
    }

    /** Whether the HTTP service has what an upgrade needs; without it Jetty would answer 500. */
    private static boolean enabled(HttpServletRequest request) {
        return ServletContextRequest.getServletContextRequest(request)
                        .getServletContextHandler()
                        .getContext()
                        .getAttribute(WebSocketServerComponents.WEBSOCKET_COMPONENTS_ATTRIBUTE)
                != null;
    }

    private static boolean isStatus(HttpServletRequest request) {
        return request.getServletPath().equals(STATUS);
    }

    /** A browser asks whether a page may ask for the status with a key in a header (CORS). */
    private void preflight(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Map<String, String> allowed = transport.statusHeaders(handshake(request, false));
        if (allowed.keySet().stream().noneMatch("Access-Control-Allow-Origin"::equalsIgnoreCase)) {
            text(response, 403, "pages of this origin may not ask for the status");
            return;
        }
        allowed.forEach(response::setHeader);
        response.setHeader("Access-Control-Allow-Methods", "GET");
        response.setHeader("Access-Control-Allow-Headers", "authorization, x-api-key");
        response.setStatus(204);
    }

    private static void text(HttpServletResponse response, int status, String reason) throws IOException {
        response.setStatus(status);
        response.setContentType("text/plain; charset=utf-8");
        response.getOutputStream().write((reason + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private void status(HttpServletResponse response, Handshake handshake, Decision decision) throws IOException {
        int code = 200;
        String word = "ok";
        String reason = "a connection would be taken";
        String retryAfter = null;
        if (decision instanceof Decision.Refuse refusal) {
            code = refusal.status();
            word = switch (code) {
                case 401 -> "unauthorized";
                case 403 -> "forbidden";
                case 503 -> "unavailable";
                default -> "refused";
            };
            reason = refusal.reason();
            retryAfter = refusal.headers().get("Retry-After");
            refusal.headers().forEach(response::setHeader);
        } else {
            // it tells what a connection gets; how the host is, its health tells
            reason += down.get().map(ill -> ", but " + ill).orElse("");
        }
        transport.statusHeaders(handshake).forEach(response::setHeader);
        response.setStatus(code);
        response.setContentType("application/json");
        String json = "{\"status\":\"" + word + "\",\"reason\":\"" + escape(reason) + "\""
                + (retryAfter == null ? "" : ",\"retryAfter\":" + Integer.parseInt(retryAfter)) + "}";
        response.getOutputStream().write(json.getBytes(StandardCharsets.UTF_8));
    }

    private static String escape(String text) {
        StringBuilder json = new StringBuilder();
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        return json.toString();
    }

    private static Handshake handshake(HttpServletRequest request, boolean upgrade) {
        Map<String, List<String>> headers = new TreeMap<>();
        for (String name : Collections.list(request.getHeaderNames())) {
            headers.computeIfAbsent(name.toLowerCase(Locale.ROOT), n -> new ArrayList<>())
                    .addAll(Collections.list(request.getHeaders(name)));
        }
        // to a server of its own a browser says its origin with a handshake, but not with a question for the status
        if (!upgrade && headers.containsKey(PAGE_ORIGIN)) {
            headers.putIfAbsent("origin", headers.get(PAGE_ORIGIN));
        }
        // the peer as the socket knows it, not as a forwarding header tells it
        String address = request.getRemoteAddr();
        int port = request.getRemotePort();
        if (ServletContextRequest.getServletContextRequest(request)
                        .getConnectionMetaData()
                        .getConnection()
                        .getEndPoint()
                        .getRemoteSocketAddress()
                instanceof InetSocketAddress peer) {
            InetAddress ip = peer.getAddress();
            address = ip == null ? peer.getHostString() : ip.getHostAddress();
            port = peer.getPort();
        }
        return new Handshake(
                upgrade,
                request.getRequestURI(),
                request.getQueryString() == null ? "" : request.getQueryString(),
                Collections.unmodifiableMap(headers),
                address,
                port,
                request.isSecure());
    }

    /** What a link remembers of its handshake: no secret, and no text that is longer than need be. */
    private static Handshake remembered(Handshake handshake) {
        Map<String, List<String>> headers = new TreeMap<>();
        for (String name : REMEMBERED) {
            handshake.header(name).ifPresent(value -> headers.put(name, List.of(cut(value))));
        }
        return new Handshake(
                handshake.upgrade(),
                cut(handshake.path()),
                cut(handshake.query()),
                Collections.unmodifiableMap(headers),
                handshake.remoteAddress(),
                handshake.remotePort(),
                handshake.secure());
    }

    private static String cut(String text) {
        return text.length() <= MAX_REMEMBERED ? text : text.substring(0, MAX_REMEMBERED);
    }

    private void upgrade(
            HttpServletRequest request, HttpServletResponse response, Handshake handshake, Decision.Accept accept)
            throws IOException {
        ServletContextRequest core = ServletContextRequest.getServletContextRequest(request);
        EndPoint real = core.getConnectionMetaData().getConnection().getEndPoint();
        Wire wire = Wire.around(real);
        SocketLink link = transport.link(remembered(handshake), wire);
        link.attributes().putAll(accept.attributes());
        int sendBuffer = transport.settings().sendBuffer();
        try {
            if (sendBuffer > 0) {
                wire.sendBuffer(sendBuffer);
            }
        } catch (IOException e) {
            LOG.debug("{} is closed already", link, e);
            return;
        }
        WebSocketMappings mappings = WebSocketMappings.ensureMappings(core.getServletContextHandler());
        Callback.Completable done = new Callback.Completable();
        try {
            if (mappings.upgrade(
                    new Negotiator(link, accept, transport.messageBytes()),
                    new WiredRequest(core, wire),
                    core.getServletContextResponse(),
                    done,
                    null)) {
                done.join();
            } else {
                response.setHeader("Sec-WebSocket-Version", "13");
                text(response, 400, "not a WebSocket handshake of version 13");
            }
        } catch (WebSocketException | BadMessageException | CompletionException e) {
            LOG.debug("handshake failed", e);
            if (!response.isCommitted()) {
                text(response, 400, "not a WebSocket handshake");
            }
        }
    }

    @Override
    public void destroy() {
        // the HTTP service takes the servlet away: its sockets go with it
        transport.closeAll(1012, "the HTTP service restarts");
    }

    /** Takes what was decided already. */
    private record Negotiator(SocketLink link, Decision.Accept accept, int messageBytes)
            implements WebSocketNegotiator {
        @Override
        public FrameHandler negotiate(ServerUpgradeRequest request, ServerUpgradeResponse response, Callback callback) {
            accept.subprotocol().ifPresent(response::setAcceptedSubProtocol);
            response.setExtensions(List.of());
            return link;
        }

        @Override
        @SuppressWarnings("removal") // its default would end a link that cannot write for a while
        public void customize(Configuration configuration) {
            configuration.setAutoFragment(false);
            configuration.setIdleTimeout(Duration.ZERO);
            configuration.setWriteTimeout(Duration.ZERO);
            configuration.setMaxFrameSize(messageBytes);
        }
    }

    /** The request, with our end point below its connection. */
    private static final class WiredRequest extends Request.Wrapper {
        private final ConnectionMetaData metaData;

        WiredRequest(Request request, Wire wire) {
            super(request);
            Connection connection =
                    new WiredConnection(request.getConnectionMetaData().getConnection(), wire);
            this.metaData = new ConnectionMetaData.Wrapper(request.getConnectionMetaData()) {
                @Override
                public Connection getConnection() {
                    return connection;
                }
            };
        }

        @Override
        public ConnectionMetaData getConnectionMetaData() {
            return metaData;
        }
    }

    private record WiredConnection(Connection real, Wire wire) implements Connection {
        @Override
        public void addEventListener(EventListener listener) {
            real.addEventListener(listener);
        }

        @Override
        public void removeEventListener(EventListener listener) {
            real.removeEventListener(listener);
        }

        @Override
        public void onOpen() {
            real.onOpen();
        }

        @Override
        public void onClose(Throwable cause) {
            real.onClose(cause);
        }

        @Override
        public EndPoint getEndPoint() {
            return wire;
        }

        @Override
        public void close() {
            real.close();
        }

        @Override
        public boolean onIdleExpired(TimeoutException timeout) {
            return real.onIdleExpired(timeout);
        }

        @Override
        public long getMessagesIn() {
            return real.getMessagesIn();
        }

        @Override
        public long getMessagesOut() {
            return real.getMessagesOut();
        }

        @Override
        public long getBytesIn() {
            return real.getBytesIn();
        }

        @Override
        public long getBytesOut() {
            return real.getBytesOut();
        }

        @Override
        public long getCreatedTimeStamp() {
            return real.getCreatedTimeStamp();
        }
    }
}
