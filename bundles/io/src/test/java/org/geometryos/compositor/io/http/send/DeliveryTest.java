package org.geometryos.compositor.io.http.send;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against Jetty with few threads, over sockets. */
class DeliveryTest {
    private static final int SIZE = 8 << 20;
    private static final int SLOTS = 64;
    private static final int LIMIT_MILLIS = 30_000;

    @TempDir
    Path folder;

    private final byte[] content = new byte[SIZE];
    private final AtomicLong late = new AtomicLong();
    private final Slots slots = new Slots(SLOTS, () -> System.nanoTime() + late.get());
    private final Server server = new Server(new QueuedThreadPool(8));
    private final ServerConnector connector = new ServerConnector(server, 1, 1);
    private final List<Socket> sockets = new ArrayList<>();

    @BeforeEach
    void startJetty() throws Exception {
        new Random(1).nextBytes(content);
        Path file = Files.write(folder.resolve("model"), content);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler();
        ServletHolder holder = new ServletHolder(new HttpServlet() {
            private static final long serialVersionUID = 1L;

            @Override
            protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
                String key = request.getHeader("X-Key") == null ? "" : request.getHeader("X-Key");
                if (request.getServletPath().equals("/file")) {
                    Delivery.send(
                            request,
                            response,
                            FileChannel.open(file),
                            10,
                            SIZE,
                            slots,
                            key,
                            () -> response.setContentLength(SIZE - 10));
                } else {
                    Delivery.send(
                            request,
                            response,
                            request.getServletPath().equals("/small") ? new byte[] {'a', 'b'} : content,
                            slots,
                            key);
                }
            }
        });
        holder.setAsyncSupported(true);
        context.addServlet(holder, "/*");
        context.addServlet(holder, "/file");
        context.addServlet(holder, "/bytes");
        context.addServlet(holder, "/small");
        server.setHandler(context);
        server.start();
    }

    @AfterEach
    void stopJetty() throws Exception {
        closeAll();
        server.stop();
    }

    private void closeAll() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private Socket ask(String path, String key) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4_096);
        socket.connect(new InetSocketAddress("127.0.0.1", connector.getLocalPort()));
        sockets.add(socket);
        socket.setSoTimeout(LIMIT_MILLIS);
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nX-Key: " + key
                                + "\r\nConnection: close\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** The whole answer: status line and headers as text, and the body. */
    private static byte[] body(Socket socket, int status) throws IOException {
        byte[] all = socket.getInputStream().readAllBytes();
        String text = new String(all, StandardCharsets.ISO_8859_1);
        assertThat(text).startsWith("HTTP/1.1 " + status);
        return Arrays.copyOfRange(all, text.indexOf("\r\n\r\n") + 4, all.length);
    }

    private void untilTaken(int number) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LIMIT_MILLIS);
        while (slots.taken() != number) {
            assertThat(System.nanoTime() - until)
                    .as("%d slots are taken", slots.taken())
                    .isNegative();
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    @Test
    void everythingArrivesAndNothingIsLeft() throws Exception {
        assertThat(body(ask("/bytes", "a"), 200)).isEqualTo(content);
        assertThat(body(ask("/file", "a"), 200)).isEqualTo(Arrays.copyOfRange(content, 10, SIZE));
        assertThat(body(ask("/small", "a"), 200)).containsExactly('a', 'b');
        untilTaken(0);
    }

    @Test
    void readersThatDoNotReadKeepNobodyElse() throws Exception {
        for (int i = 0; i < 3 * SLOTS; i++) {
            ask(i % 2 == 0 ? "/bytes" : "/file", "hostile");
        }
        untilTaken(SLOTS - SLOTS / 4);
        // all are from one address here; who is told from whom by the key has another one
        Slots.Slot kept = slots.take("innocent", "192.0.2.1", () -> {}).orElseThrow();
        kept.release();
        assertThat(body(ask("/small", "innocent"), 200)).hasSize(2);
        assertThat(new String(body(ask("/bytes", "hostile"), 503), StandardCharsets.US_ASCII))
                .contains("too many answers");
    }

    @Test
    void whoDoesNotReadEndsWhileOthersWait() throws Exception {
        for (int i = 0; i < SLOTS; i++) {
            ask("/bytes", "hostile");
        }
        untilTaken(SLOTS - SLOTS / 4);
        // what the kernel took at once counts for the first time span, nothing for the second
        late.addAndGet(TimeUnit.SECONDS.toNanos(600));
        assertThat(body(ask("/file", "innocent"), 200)).hasSize(SIZE - 10);
        closeAll();
        untilTaken(0);
    }
}
