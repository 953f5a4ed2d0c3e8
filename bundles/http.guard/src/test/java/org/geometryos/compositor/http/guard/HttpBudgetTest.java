package org.geometryos.compositor.http.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.geometryos.compositor.health.Health;
import org.geometryos.compositor.testkit.http.JettyHost;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections that are no WebSocket, against Jetty itself; the clock is turned by hand. */
class HttpBudgetTest {
    private static final int MOST = 10;
    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private static final String SLOW = "GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private final Settings settings = new Settings(TimeUnit.SECONDS.toNanos(10), 1_000, MOST);
    private final AtomicInteger links = new AtomicInteger();
    private volatile Descriptors descriptors = new Descriptors(0, Long.MAX_VALUE);
    private final HeaderWatch watch = new HeaderWatch(() -> settings, () -> descriptors, links::get);
    private final JettyHost host = new JettyHost();

    @BeforeEach
    void startJetty() throws Exception {
        host.start().add(new WatchConnector(host.server, watch, new Restarting(), () -> true));
    }

    @AfterEach
    void stopJetty() throws Exception {
        host.close();
    }

    private Socket connect(String request) throws IOException {
        Socket socket = host.connect();
        JettyHost.send(socket, request);
        return socket;
    }

    private Socket idle() throws IOException {
        Socket socket = connect(REQUEST);
        answered(socket, 1);
        return socket;
    }

    /** Reads the answer, and waits until Jetty is done with it: it has a few things to do after its last byte. */
    private void answered(Socket socket, int requests) throws IOException {
        JettyHost.readAnswer(socket);
        JettyHost.until(
                "it waits for a further request",
                () -> host.connector.getConnectedEndPoints().stream()
                        .filter(one -> one.getRemoteSocketAddress() instanceof InetSocketAddress from
                                && from.getPort() == socket.getLocalPort())
                        .allMatch(one -> one.getConnection() instanceof HttpConnection http
                                && http.getMessagesIn() == requests
                                && http.getParser().isStart()));
        watch.pass(System.nanoTime());
    }

    @Test
    void theOneThatIsIdleForLongestMakesRoom() throws IOException {
        List<Socket> idle = new ArrayList<>();
        for (int i = 0; i < MOST; i++) {
            idle.add(idle());
        }
        Socket further = idle();
        JettyHost.until("the oldest is closed", () -> JettyHost.closed(idle.get(0)));
        assertThat(idle.stream().skip(1)).noneMatch(JettyHost::closed);
        assertThat(JettyHost.closed(further)).isFalse();
        assertThat(watch.size()).isEqualTo(MOST);
    }

    @Test
    void whoAskedLatelyIsNotTheOneIdleForLongest() throws IOException {
        List<Socket> idle = new ArrayList<>();
        for (int i = 0; i < MOST; i++) {
            idle.add(idle());
        }
        // a short request, over before the clock looks
        JettyHost.send(idle.get(0), REQUEST);
        answered(idle.get(0), 2);
        idle();
        JettyHost.until("the second is closed", () -> JettyHost.closed(idle.get(1)));
        assertThat(JettyHost.closed(idle.get(0))).isFalse();
    }

    @Test
    void whoIsBeingAnsweredStays() throws IOException {
        Socket busy = connect(SLOW);
        JettyHost.until(
                "it is handled",
                () -> host.connector.getConnectedEndPoints().stream()
                        .anyMatch(one -> one.getConnection() != null
                                && one.getConnection().getMessagesIn() == 1));
        for (int i = 0; i < 3 * MOST; i++) {
            idle();
        }
        host.slow.countDown();
        JettyHost.readAnswer(busy);
    }

    @Test
    void connectionsThatNeverAskMakeRoomAsWell() throws IOException {
        AtomicInteger seen = new AtomicInteger();
        host.connector.addEventListener(new Connection.Listener() {
            @Override
            public void onOpened(Connection connection) {
                seen.incrementAndGet();
            }

            @Override
            public void onClosed(Connection connection) {
                // whoever it was
            }
        });
        Socket first = connect("");
        JettyHost.until("it is seen", () -> watch.size() == 1);
        for (int i = 1; i < 5 * MOST; i++) {
            connect(i % 2 == 0 ? "" : "GET / HT");
        }
        JettyHost.until("the first is closed", () -> JettyHost.closed(first));
        // Jetty opens them in whichever order, and who comes first of those that have not asked goes first
        JettyHost.until("all are seen", () -> seen.get() == 5 * MOST);
        JettyHost.readAnswer(connect(REQUEST));
        JettyHost.until("the limit holds", () -> watch.size() <= MOST);
    }

    @Test
    void ofThoseInTheMiddleOfTheirHeaderTheOldestGoes() throws IOException {
        List<Socket> begun = new ArrayList<>();
        for (int i = 0; i < MOST; i++) {
            begun.add(connect("GET / HT"));
            int seen = i + 1;
            JettyHost.until(
                    "its beginning is seen",
                    () -> host.connector.getConnectedEndPoints().stream()
                                    .filter(one -> one.getConnection() instanceof HttpConnection http
                                            && http.getParser().inHeaderState()
                                            && !http.getParser().isStart())
                                    .count()
                            == seen);
            watch.pass(System.nanoTime());
        }
        connect("");
        JettyHost.until("the oldest is closed", () -> JettyHost.closed(begun.get(0)));
        assertThat(begun.stream().skip(1)).noneMatch(JettyHost::closed);
    }

    @Test
    void mostDescriptorsAreKeptForDisplays() {
        descriptors = new Descriptors(150, 400);
        watch.pass(System.nanoTime());
        // 400 less 150 for other things and 32 that are kept: 218 for sockets
        HttpBudget budget = new HttpBudget(() -> new Settings(1, 1_000, 2_000), () -> descriptors, () -> 0, links::get);
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
        JettyHost.until("only the fewest are left", () -> watch.size() == 8);
    }

    @Test
    void howManyThereAreIsInTheHealth() throws IOException {
        descriptors = new Descriptors(150, 400);
        idle();
        assertThat(watch.health().budgets())
                .extracting(Health.Budget::name, Health.Budget::used, Health.Budget::limit)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("HTTP connections", 1L, 10L),
                        org.assertj.core.groups.Tuple.tuple("file descriptors", 150L, 400L));
    }

    @Test
    void thisProcessTellsItsDescriptors() {
        Descriptors now = Descriptors.look();
        assertThat(now.open()).isBetween(1L, now.most());
    }
}
