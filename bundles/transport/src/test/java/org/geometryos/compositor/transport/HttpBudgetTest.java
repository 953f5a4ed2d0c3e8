package org.geometryos.compositor.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.geometryos.compositor.health.Health;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections that are no WebSocket, against Jetty itself; the clock is turned by hand. */
class HttpBudgetTest {
    private static final int MOST = 10;
    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private static final String SLOW = "GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private static final long LIMIT = TimeUnit.SECONDS.toNanos(20);

    private final Settings settings = new Settings(65_536, 0, true, 1, TimeUnit.SECONDS.toNanos(10), 1_000, MOST);
    private final AtomicInteger links = new AtomicInteger();
    private volatile Descriptors descriptors = new Descriptors(0, Long.MAX_VALUE);
    private final HeaderWatch watch = new HeaderWatch(() -> settings, () -> descriptors, links::get);
    private final CountDownLatch answer = new CountDownLatch(1);
    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server, 1, 1);
    private final List<Socket> sockets = new ArrayList<>();

    @BeforeEach
    void startJetty() throws Exception {
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                if (request.getHttpURI().getPath().equals("/slow")) {
                    answer.await();
                }
                Content.Source.consumeAll(request);
                response.setStatus(204);
                callback.succeeded();
                return true;
            }
        });
        server.start();
        WatchConnector watching = new WatchConnector(server, watch);
        server.addConnector(watching);
        watching.start();
    }

    @AfterEach
    void stopJetty() throws Exception {
        answer.countDown();
        for (Socket socket : sockets) {
            socket.close();
        }
        server.stop();
    }

    private static void until(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + LIMIT;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end).as("waited in vain until %s", what).isNegative();
            Thread.onSpinWait();
        }
    }

    private Socket connect(String request) throws IOException {
        Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), connector.getLocalPort());
        sockets.add(socket);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static void readAnswer(Socket socket) throws IOException {
        socket.setSoTimeout(20_000);
        InputStream in = socket.getInputStream();
        StringBuilder answer = new StringBuilder();
        while (answer.indexOf("\r\n\r\n") < 0) {
            int c = in.read();
            assertThat(c).as("a byte after %s", answer).isNotNegative();
            answer.append((char) c);
        }
        assertThat(answer.toString()).startsWith("HTTP/1.1 204");
    }

    private Socket idle() throws IOException {
        Socket socket = connect(REQUEST);
        readAnswer(socket);
        watch.pass(System.nanoTime());
        return socket;
    }

    private static boolean closed(Socket socket) {
        try {
            socket.setSoTimeout(1);
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException open) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    @Test
    void theOneThatIsIdleForLongestMakesRoom() throws IOException {
        List<Socket> idle = new ArrayList<>();
        for (int i = 0; i < MOST; i++) {
            idle.add(idle());
        }
        Socket further = idle();
        until("the oldest is closed", () -> closed(idle.get(0)));
        assertThat(idle.stream().skip(1)).noneMatch(HttpBudgetTest::closed);
        assertThat(closed(further)).isFalse();
        assertThat(watch.size()).isEqualTo(MOST);
    }

    @Test
    void whoIsBeingAnsweredStays() throws IOException {
        Socket busy = connect(SLOW);
        until("it is handled", () -> connector.getConnectedEndPoints().stream().anyMatch(one -> one.getConnection() != null && one.getConnection().getMessagesIn() == 1));
        for (int i = 0; i < 3 * MOST; i++) {
            idle();
        }
        answer.countDown();
        readAnswer(busy);
    }

    @Test
    void connectionsThatNeverAskMakeRoomAsWell() throws IOException {
        Socket first = connect("");
        until("it is seen", () -> watch.size() == 1);
        for (int i = 1; i < 5 * MOST; i++) {
            connect(i % 2 == 0 ? "" : "GET / HT");
        }
        until("the first is closed", () -> closed(first));
        readAnswer(connect(REQUEST));
        until("the limit holds", () -> watch.size() <= MOST);
    }

    @Test
    void mostDescriptorsAreKeptForDisplays() {
        descriptors = new Descriptors(150, 400);
        watch.pass(System.nanoTime());
        // 400 less 150 for other things and 32 that are kept: 218 for sockets
        assertThat(new Settings(65_536, 0, true, 1, 1, 1_000).httpConnections()).isEqualTo(2_000);
        HttpBudget budget = new HttpBudget(() -> new Settings(65_536, 0, true, 1, 1, 1_000), () -> descriptors, () -> 0, links::get);
        budget.look(System.nanoTime());
        assertThat(budget.limit()).isEqualTo(54);
        assertThat(budget.roomForDisplay()).isTrue();
        links.set(210);
        assertThat(budget.limit()).isEqualTo(8);
        assertThat(budget.roomForDisplay()).isTrue();
        links.set(218);
        assertThat(budget.roomForDisplay()).isFalse();
        links.set(217);
        assertThat(budget.roomForDisplay()).isTrue();
    }

    @Test
    void fewerDescriptorsCloseIdleConnectionsAtTheNextLook() throws Exception {
        for (int i = 0; i < MOST; i++) {
            idle();
        }
        // ten of ours among them: 40 less 20 for other things and 32 that are kept
        descriptors = new Descriptors(30, 40);
        watch.pass(System.nanoTime() + TimeUnit.SECONDS.toNanos(1));
        until("only the fewest are left", () -> watch.size() == 8);
    }

    @Test
    void howManyThereAreIsInTheHealth() throws IOException {
        descriptors = new Descriptors(150, 400);
        idle();
        assertThat(watch.health().budgets()).extracting(Health.Budget::name, Health.Budget::used, Health.Budget::limit)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("HTTP connections", 1L, 10L), org.assertj.core.groups.Tuple.tuple("file descriptors", 150L, 400L));
    }

    @Test
    void thisProcessTellsItsDescriptors() {
        Descriptors now = Descriptors.look();
        assertThat(now.open()).isBetween(1L, now.most());
    }
}
