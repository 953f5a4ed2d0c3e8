package org.geometryos.compositor.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.geometryos.compositor.testkit.http.JettyHost;
import org.geometryos.compositor.testkit.wire.RawPeer;
import org.geometryos.compositor.testkit.wire.RawRequest;
import org.geometryos.compositor.transport.api.Decision;
import org.geometryos.compositor.transport.api.Handshake;
import org.geometryos.compositor.transport.api.Link;
import org.geometryos.compositor.transport.api.LinkHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Messages that the handler does not take yet, and others whose rest does not come. */
class PostponedTest {
    private static final long LIMIT = TimeUnit.SECONDS.toNanos(60);
    private static final long LONG = TimeUnit.SECONDS.toNanos(1);
    private static final int INPUT = 1 << 20;

    private final SocketTransport transport = new SocketTransport(new Settings(
            65_536, 65_536, true, TimeUnit.SECONDS.toNanos(10), Budgets.of(INPUT, 0, TimeUnit.SECONDS.toNanos(60))));
    private final JettyHost host = new JettyHost();
    private final List<RawPeer> peers = new ArrayList<>();
    private final ConcurrentLinkedQueue<String> taken = new ConcurrentLinkedQueue<>();

    /** Takes messages, but for the first so many. */
    private final class Hesitant implements LinkHandler {
        private volatile int refusals;
        private volatile int asked;

        Hesitant(int refusals) {
            this.refusals = refusals;
        }

        @Override
        public Decision handshake(Handshake handshake) {
            return new Decision.Accept(Optional.empty(), Map.of());
        }

        @Override
        public boolean message(Link link, ByteBuffer payload, boolean text) {
            if (++asked <= refusals) {
                assertThat(link.postpone(LONG)).isTrue();
            } else {
                taken.add(StandardCharsets.UTF_8.decode(payload).toString());
            }
            return true;
        }
    }

    @BeforeEach
    void start() throws Exception {
        Served.start(host, transport);
    }

    @AfterEach
    void stop() throws Exception {
        for (RawPeer peer : peers) {
            peer.close();
        }
        transport.stop(1001, "over");
        host.close();
    }

    @Test
    void whatIsPostponedComesAgainWhenTheLinkIsResumedAndAheadOfWhatFollowsIt() throws Exception {
        Hesitant handler = new Hesitant(1);
        transport.add(handler, (Comparable<Object>) other -> 0);
        RawPeer peer = connected();
        peer.send("first");
        peer.send("second");
        until("the first message came", () -> handler.asked > 0);
        transport.links().forEach(Link::resume);
        until("both are taken", () -> taken.size() == 2);
        assertThat(taken).containsExactly("first", "second");
    }

    @Test
    void whatIsPostponedComesAgainByItself() throws Exception {
        transport.add(new Hesitant(2), (Comparable<Object>) other -> 0);
        RawPeer peer = connected();
        peer.send("first");
        peer.send("second");
        until("both are taken", () -> taken.size() == 2);
        assertThat(taken).containsExactly("first", "second");
    }

    @Test
    void whatIsPostponedGoesToTheNextHandler() throws Exception {
        Hesitant leaving = new Hesitant(Integer.MAX_VALUE);
        transport.add(leaving, (Comparable<Object>) other -> 0);
        RawPeer peer = connected();
        peer.send("first");
        peer.send("second");
        until("the first message came", () -> leaving.asked > 0);
        transport.remove(leaving);
        transport.add(new Hesitant(0), (Comparable<Object>) other -> 0);
        until("both are taken", () -> taken.size() == 2);
        assertThat(taken).containsExactly("first", "second");
    }

    @Test
    void whatIsPostponedCountsAsInputUntilItIsTaken() throws Exception {
        Hesitant handler = new Hesitant(Integer.MAX_VALUE);
        transport.add(handler, (Comparable<Object>) other -> 0);
        RawPeer peer = connected();
        peer.send("m".repeat(20_000));
        until("it counts", () -> transport.holdings().health().get(0).used() >= 20_000);
        handler.refusals = 0;
        until("it is taken", () -> taken.size() == 1);
        until("it counts no longer", () -> transport.holdings().health().get(0).used() == 0);
    }

    /**
     * Whoever has a few bytes of a message under way is not among those that go because the others together hold too
     * much.
     */
    @Test
    void nobodyIsClosedForWhatOthersHeldUntilAMomentAgo() throws Exception {
        transport.add(new Hesitant(0), (Comparable<Object>) other -> 0);
        RawPeer small = connected();
        small.write(new byte[] {(byte) 0x81, (byte) 0xfe, 0x20, 0, 0, 0, 0, 0, 'a'});
        until("it counts", () -> transport.holdings().health().get(0).used() > 0);
        long its = transport.holdings().health().get(0).used();
        // as of links that go in the moment in which the transport looks
        transport.holdings().inputChanged(INPUT);
        TimeUnit.MILLISECONDS.sleep(500);
        assertThat(transport.links()).hasSize(1).allMatch(Link::open);
        transport.holdings().inputChanged(-INPUT);
        assertThat(transport.holdings().health().get(0).used()).isEqualTo(its);
    }

    private static void until(String what, BooleanSupplier condition) throws InterruptedException {
        long until = System.nanoTime() + LIMIT;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - until).as(what).isNegative();
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private RawPeer connected() throws Exception {
        RawPeer peer = RawPeer.connect(host.port(), RawRequest.upgrade());
        peers.add(peer);
        until("the link is there", () -> !transport.links().isEmpty());
        return peer;
    }
}
