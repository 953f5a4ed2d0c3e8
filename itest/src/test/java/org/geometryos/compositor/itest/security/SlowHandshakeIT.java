package org.geometryos.compositor.itest.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.itest.Waiting;
import org.geometryos.compositor.itest.outside.DistributionProcess;
import org.geometryos.compositor.itest.outside.RawClient;
import org.geometryos.compositor.testkit.wire.RawRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Clients that send their request's header a byte a second neither stay nor hold up others. */
@Tag("long")
class SlowHandshakeIT {
    private static final int HEADER_SECONDS = 3;
    private static final int SLOW = 1_000;
    private static final int CONNECTS = 40;
    private static final Duration LIMIT = Duration.ofSeconds(40);
    private static final RawRequest STATUS = RawRequest.get("/compositor/status");

    private static DistributionProcess distribution;

    @BeforeAll
    static void startTheDistribution() throws Exception {
        distribution = DistributionProcess.fresh("slow-handshake");
        distribution.configure("org.geometryos.compositor.http.guard", "headerSeconds = " + HEADER_SECONDS);
        distribution.start();
    }

    @AfterAll
    static void stopTheDistribution() throws Exception {
        distribution.close();
    }

    @Test
    void thousandSlowClientsDelayNobodyAndAreGoneAfterTheLimit() throws Exception {
        median(CONNECTS, SlowHandshakeIT::connect); // warms up
        long calm = median(CONNECTS, SlowHandshakeIT::connect);
        try (SlowClients slow = new SlowClients(distribution.port())) {
            Waiting.until(LIMIT, () -> SLOW + " slow clients, there are " + slow.open, () -> slow.open >= SLOW);
            List<Long> there = new ArrayList<>();
            long attacked = median(CONNECTS, () -> {
                there.add((long) slow.open);
                return connect();
            });
            // all of them are closed and come again at about the same time
            assertTrue(
                    there.stream().filter(open -> open >= SLOW / 2).count() >= CONNECTS / 2,
                    () -> "slow clients while it was measured: " + there);
            slow.again = false;
            Waiting.until(LIMIT, () -> slow.open + " slow clients to be closed", () -> slow.open == 0);
            System.out.println("median connect " + calm / 1000 + " us, beside " + SLOW + " slow clients "
                    + attacked / 1000 + " us; a slow client stayed at most "
                    + TimeUnit.NANOSECONDS.toMillis(slow.longest) + " ms, " + slow.closed + " were closed");
            assertTrue(
                    attacked - calm < TimeUnit.MILLISECONDS.toNanos(500),
                    "a connect takes " + calm + " ns, and beside slow clients " + attacked + " ns");
            assertTrue(
                    slow.longest < TimeUnit.SECONDS.toNanos(HEADER_SECONDS + 10),
                    "a slow client stayed " + slow.longest + " ns");
        }
        Waiting.until(
                LIMIT,
                () -> "a line about it; it printed:\n" + distribution.log(),
                () -> distribution
                        .log()
                        .contains("connections that did not complete their request header within " + HEADER_SECONDS
                                + " s"));
    }

    /** How long a display takes from its connect to the answer of its handshake, in nanoseconds. */
    private static long connect() throws IOException {
        long start = System.nanoTime();
        try (RawClient client = RawClient.connect(distribution.port(), "compositor.v1.json")) {
            return System.nanoTime() - start;
        }
    }

    private static long median(int n, Callable<Long> measured) throws Exception {
        long[] values = new long[n];
        for (int i = 0; i < n; i++) {
            values[i] = measured.call();
        }
        Arrays.sort(values);
        return values[n / 2];
    }

    @Test
    void connectionThatWaitsBetweenRequestsStays() throws Exception {
        try (RawClient waiting = new RawClient(distribution.port())) {
            assertEquals(200, waiting.ask(STATUS).status());
            for (int i = 0; i < 2; i++) {
                try (RawClient slow = new RawClient(distribution.port())) {
                    untilCut(slow);
                }
            }
            assertEquals(200, waiting.ask(STATUS).status());
        }
    }

    @Test
    void slowHeaderOfASecondRequestIsCut() throws Exception {
        try (RawClient client = new RawClient(distribution.port())) {
            assertEquals(200, client.ask(STATUS).status());
            untilCut(client);
        }
    }

    @Test
    void displayThatIsSilentAfterItsHandshakeIsNotTakenForASlowOne() throws Exception {
        try (RawClient display = RawClient.display(distribution.port(), "silent");
                RawClient slow = new RawClient(distribution.port())) {
            untilCut(slow);
            display.send("{\"type\":\"ping\",\"t0\":1}");
            display.await("pong");
        }
    }

    /** Sends a header line that has no end until the server has had enough. */
    private static void untilCut(RawClient client) {
        long start = System.nanoTime();
        Waiting.until(LIMIT, "the end of a connection whose header goes on and on", () -> {
            try {
                client.write(new byte[] {'G'});
                return false;
            } catch (IOException cut) {
                return true;
            }
        });
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        assertTrue(millis >= TimeUnit.SECONDS.toMillis(HEADER_SECONDS) - 100, "cut after " + millis + " ms already");
    }

    /**
     * Many sockets in one thread, each of which sends a byte a second; who is closed comes again, as long as that is
     * wanted.
     */
    private static final class SlowClients implements AutoCloseable {
        private static final byte[] HEADER =
                ("GET /compositor HTTP/1.1\r\nX-Long: " + "x".repeat(1000)).getBytes(StandardCharsets.US_ASCII);

        private final InetSocketAddress server;
        private final Selector selector = Selector.open();
        private final Thread thread = new Thread(this::run, "slow-clients");
        volatile boolean again = true;
        volatile int open;
        volatile long longest;
        volatile int closed;
        private volatile boolean over;

        /** A socket's start, the time of its next byte, and how many it has sent. */
        private static final class Slow {
            private final long since = System.nanoTime();
            private long next = since;
            private int sent;
        }

        SlowClients(int port) throws IOException {
            server = new InetSocketAddress("127.0.0.1", port);
            thread.start();
        }

        private void run() {
            ByteBuffer in = ByteBuffer.allocate(4096);
            try {
                while (!over) {
                    for (int i = 0; again && open < SLOW && i < 50; i++) {
                        SocketChannel channel = SocketChannel.open(server);
                        channel.configureBlocking(false);
                        channel.register(selector, SelectionKey.OP_READ, new Slow());
                        open++;
                    }
                    selector.select(20);
                    for (Iterator<SelectionKey> keys = selector.selectedKeys().iterator();
                            keys.hasNext();
                            keys.remove()) {
                        read(keys.next(), in.clear());
                    }
                    for (SelectionKey key : selector.keys()) {
                        drip(key);
                    }
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        private void read(SelectionKey key, ByteBuffer in) {
            try {
                if (((SocketChannel) key.channel()).read(in) < 0) {
                    gone(key);
                }
            } catch (IOException reset) {
                gone(key);
            }
        }

        private void drip(SelectionKey key) {
            Slow slow = (Slow) key.attachment();
            if (!key.isValid() || System.nanoTime() - slow.next < 0) {
                return;
            }
            slow.next += TimeUnit.SECONDS.toNanos(1);
            try {
                ((SocketChannel) key.channel()).write(ByteBuffer.wrap(HEADER, slow.sent++, 1));
            } catch (IOException reset) {
                gone(key);
            }
        }

        private void gone(SelectionKey key) {
            if (key.isValid()) {
                longest = Math.max(longest, System.nanoTime() - ((Slow) key.attachment()).since);
                closed++;
                open--;
                shut(key);
            }
        }

        private static void shut(SelectionKey key) {
            try {
                key.cancel();
                key.channel().close();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void close() throws Exception {
            over = true;
            thread.join();
            selector.keys().forEach(SlowClients::shut);
            selector.close();
        }
    }
}
