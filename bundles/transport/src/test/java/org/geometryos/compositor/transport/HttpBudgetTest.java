package org.geometryos.compositor.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.geometryos.compositor.health.Health;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections that are no WebSocket, against Jetty itself; the clock is turned by hand. */
class HttpBudgetTest {
    private static final int MOST = 10;
    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private static final String SLOW = "GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private final Settings settings = new Settings(65_536, 0, true, 1, TimeUnit.SECONDS.toNanos(10), 1_000, MOST);
    private final AtomicInteger links = new AtomicInteger();
    private volatile Descriptors descriptors = new Descriptors(0, Long.MAX_VALUE);
    private final HeaderWatch watch = new HeaderWatch(() -> settings, () -> descriptors, links::get);
    private final JettyHost host = new JettyHost();

    @BeforeEach
    void startJetty() throws Exception {
        host.start().watch(watch);
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
        JettyHost.readAnswer(socket);
        watch.pass(System.nanoTime());
        return socket;
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
    void whoIsBeingAnsweredStays() throws IOException {
        Socket busy = connect(SLOW);
        JettyHost.until("it is handled", () -> host.connector.getConnectedEndPoints().stream().anyMatch(one -> one.getConnection() != null && one.getConnection().getMessagesIn() == 1));
        for (int i = 0; i < 3 * MOST; i++) {
            idle();
        }
        host.slow.countDown();
        JettyHost.readAnswer(busy);
    }

    @Test
    void connectionsThatNeverAskMakeRoomAsWell() throws IOException {
        Socket first = connect("");
        JettyHost.until("it is seen", () -> watch.size() == 1);
        for (int i = 1; i < 5 * MOST; i++) {
            connect(i % 2 == 0 ? "" : "GET / HT");
        }
        JettyHost.until("the first is closed", () -> JettyHost.closed(first));
        JettyHost.readAnswer(connect(REQUEST));
        JettyHost.until("the limit holds", () -> watch.size() <= MOST);
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
        JettyHost.until("only the fewest are left", () -> watch.size() == 8);
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
