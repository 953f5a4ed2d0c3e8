package org.geometryos.compositor.testkit.http;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.Servlet;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.server.WebSocketServerComponents;

/** Jetty itself on a free port of this machine, and sockets to it. */
public final class JettyHost implements AutoCloseable {
    private static final int READ_MILLIS = 20_000;
    private static final long LIMIT = TimeUnit.SECONDS.toNanos(30);

    public final Server server = new Server();
    public final ServerConnector connector;
    /** The paths of the requests that were handled. */
    public final Queue<String> handled = new ConcurrentLinkedQueue<>();
    /** What the answer to {@code /slow} waits for. */
    public final CountDownLatch slow = new CountDownLatch(1);

    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    public JettyHost() {
        this(1, new HttpConnectionFactory());
    }

    public JettyHost(int selectors, ConnectionFactory... factories) {
        connector = new ServerConnector(server, 1, selectors, factories);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
    }

    public int port() {
        return connector.getLocalPort();
    }

    /** Answers every request with 204. */
    public JettyHost start() throws Exception {
        server.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                handled.add(request.getHttpURI().getPath());
                if (request.getHttpURI().getPath().equals("/slow")) {
                    slow.await();
                }
                Content.Source.consumeAll(request);
                response.setStatus(204);
                callback.succeeded();
                return true;
            }
        });
        server.start();
        return this;
    }

    /**
     * With servlets.
     *
     * @param webSocket whether the HTTP service has WebSocket
     */
    public JettyHost start(Servlet servlet, boolean webSocket, String... paths) throws Exception {
        ServletContextHandler context = new ServletContextHandler();
        ServletHolder holder = new ServletHolder(servlet);
        for (String path : paths) {
            context.addServlet(holder, path);
        }
        server.setHandler(context);
        if (webSocket) {
            WebSocketServerComponents.ensureWebSocketComponents(server, context);
        }
        server.start();
        return this;
    }

    /** What Felix does with what a factory of connectors made. */
    public <C extends Connector> C add(C made) throws Exception {
        server.addConnector(made);
        made.start();
        return made;
    }

    @Override
    public void close() throws Exception {
        slow.countDown();
        for (Socket socket : sockets) {
            socket.close();
        }
        server.stop();
    }

    // ---- sockets to it

    /** Closed at the end. */
    public Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), port());
        sockets.add(socket);
        return socket;
    }

    /** All that comes until the other side closes. */
    public String exchange(String request) throws IOException {
        try (Socket socket = connect()) {
            socket.setSoTimeout(READ_MILLIS);
            send(socket, request);
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    public static void send(Socket socket, String bytes) throws IOException {
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Reads an answer without a body, which must be 204. */
    public static void readAnswer(Socket socket) throws IOException {
        socket.setSoTimeout(READ_MILLIS);
        InputStream in = socket.getInputStream();
        StringBuilder answer = new StringBuilder();
        while (answer.indexOf("\r\n\r\n") < 0) {
            int c = in.read();
            assertThat(c).as("a byte after %s", answer).isNotNegative();
            answer.append((char) c);
        }
        assertThat(answer.toString()).startsWith("HTTP/1.1 204");
    }

    public static boolean closed(Socket socket) {
        try {
            socket.setSoTimeout(1);
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException open) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    public static void until(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + LIMIT;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end)
                    .as("waited in vain until %s", what)
                    .isNegative();
            Thread.onSpinWait();
        }
    }
}
