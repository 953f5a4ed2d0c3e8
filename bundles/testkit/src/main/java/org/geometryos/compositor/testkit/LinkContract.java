package org.geometryos.compositor.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.geometryos.compositor.transport.api.Batch;
import org.geometryos.compositor.transport.api.Decision;
import org.geometryos.compositor.transport.api.Handshake;
import org.geometryos.compositor.transport.api.Link;
import org.geometryos.compositor.transport.api.LinkHandler;
import org.geometryos.compositor.transport.api.LinkListener;
import org.geometryos.compositor.transport.api.Transport;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Link} keeps, and the {@link Transport}, the {@link Batch} and the calls of {@link LinkListener} and
 * {@link LinkHandler} that belong to it.
 */
public abstract class LinkContract {
    private static final long LIMIT = TimeUnit.SECONDS.toNanos(60);
    private static final int MANY = 2_000;
    private static final byte[] LARGE = "x".repeat(32 * 1024).getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SMALL = {'y'};

    /** The other side of a link. It reads and answers pings and a close unless it is told not to. */
    protected interface Peer {
        void say(String text);

        void close(int code);

        /** Is gone without a close frame. */
        void vanish();

        void reading(boolean on);

        void answering(boolean on);

        /** All text that came, in order. */
        List<String> texts();

        /** The code and the reason of the close frame that came; empty before. */
        Optional<String> closed();

        /** Whether the connection is over. */
        boolean over();
    }

    private final List<String> told = new CopyOnWriteArrayList<>();
    private final List<String> taken = new CopyOnWriteArrayList<>();
    private final AtomicInteger ready = new AtomicInteger();
    private final AtomicBoolean going = new AtomicBoolean(true);

    /** The transport under test, without handler and listeners. */
    protected abstract Transport transport();

    protected abstract void add(LinkHandler handler);

    protected abstract void remove(LinkHandler handler);

    protected abstract void add(LinkListener listener);

    /** A connection whose handshake the handler has let in. */
    protected abstract Peer connect() throws Exception;

    /** Lets a moment pass, a few milliseconds at most. */
    protected abstract void moment();

    private final LinkHandler handler = new LinkHandler() {
        @Override
        public Decision handshake(Handshake handshake) {
            return new Decision.Accept(Optional.empty(), Map.of("first", 1L));
        }

        @Override
        public boolean message(Link link, ByteBuffer payload, boolean text) {
            taken.add((text ? "" : "binary ") + StandardCharsets.UTF_8.decode(payload));
            return going.get();
        }
    };

    private final LinkListener listener = new LinkListener() {
        @Override
        public void opened(Link link) {
            told.add("opened");
        }

        @Override
        public void ready(Link link) {
            ready.incrementAndGet();
        }

        @Override
        public void changed(Link link) {
            told.add("changed");
        }

        @Override
        public void closed(Link link, int code, String reason) {
            told.add("closed " + code + " " + link.attributes().get("first"));
        }
    };

    private Peer peer;

    private Link open() throws Exception {
        add(handler);
        add(listener);
        peer = connect();
        await("the link is there", () -> transport().links().size() == 1 && told.contains("opened"));
        return transport().links().iterator().next();
    }

    private void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + LIMIT;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end)
                    .as("waited in vain until %s; told: %s, taken: %s", what, told, taken)
                    .isNegative();
            moment();
        }
    }

    /** So long as it takes for what must not come to come. */
    private void aWhile() {
        for (int i = 0; i < 60; i++) {
            moment();
        }
    }

    private Batch batch(byte[]... messages) {
        Batch batch = transport().batch();
        for (byte[] message : messages) {
            batch.add(message, true);
        }
        return batch;
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Sends large messages to a peer that does not read until the link takes no more and stays so. @return how many it
     * took
     */
    private long fill(Link link, long owner) {
        peer.reading(false);
        Batch batch = batch(LARGE);
        boolean busy = false;
        for (int i = 0; i < MANY; i++) {
            Link.Sent sent = link.send(owner, batch, link.cursor() + 1, 0, 0);
            if (busy && sent == Link.Sent.BUSY) {
                return link.cursor();
            }
            busy = sent == Link.Sent.BUSY;
            assertThat(sent).isIn(Link.Sent.TAKEN, Link.Sent.BUSY);
            if (busy) {
                // what the peer was reading at that moment
                aWhile();
                ready.set(0);
            }
        }
        throw new AssertionError("the link took " + MANY + " messages that nobody reads");
    }

    // ---- links and batches

    @Test
    void aLinkIsThereWithWhatTheHandlerGaveIt() throws Exception {
        Link link = open();
        assertThat(link.open()).isTrue();
        assertThat(link.attributes()).containsEntry("first", 1L);
        assertThat(link.handshake().path()).isEqualTo("/compositor");
        assertThat(link.handshake().loopback()).isTrue();
        assertThat(transport().link(link.id())).containsSame(link);
        assertThat(link.cursor() + link.delivered() + link.due() + link.roundTrip() + link.stuckSince())
                .isZero();
        assertThat(link.closedByPeer()).isFalse();
        connect();
        await("the second is there", () -> transport().links().size() == 2);
        assertThat(transport().links())
                .extracting(Link::id)
                .allMatch(id -> id >= link.id())
                .doesNotHaveDuplicates();
    }

    @Test
    void aListenerThatComesLaterIsToldOfTheLinksThereAre() throws Exception {
        Link link = open();
        List<Long> seen = new CopyOnWriteArrayList<>();
        add(new LinkListener() {
            @Override
            public void opened(Link opened) {
                seen.add(opened.id());
            }
        });
        assertThat(seen).containsExactly(link.id());
    }

    @Test
    void aBatchIsWhatWasAddedSinceItWasCleared() {
        Batch batch = batch(SMALL, LARGE);
        assertThat(batch.messages()).isEqualTo(2);
        assertThat(batch.size()).isGreaterThan(LARGE.length + SMALL.length);
        int without = batch.size();
        batch.ping();
        assertThat(batch.size()).isGreaterThan(without);
        assertThat(batch.messages()).isEqualTo(2);
        assertThatThrownBy(batch::ping).isInstanceOf(IllegalStateException.class);
        batch.clear();
        assertThat(batch.size()).isZero();
        assertThat(batch.messages()).isZero();
        batch.ping();
        assertThat(batch.size()).isEqualTo(transport().batch().ping().size());
        assertThat(batch.clear().add(SMALL, false).size()).isEqualTo(SMALL.length + 2);
    }

    @Test
    void aChangedAttributeIsToldAtOnce() throws Exception {
        Link link = open();
        link.signal();
        assertThat(told).endsWith("changed");
        assertThat(ready).hasValue(0);
    }

    // ---- the stream

    @Test
    void whatIsTakenArrivesInOrderAndMovesPositionAndAccount() throws Exception {
        Link link = open();
        long owner = link.acquire();
        link.begin(10, 2, 3);
        assertThat(List.of(link.cursor(), link.delivered(), link.due())).containsExactly(10L, 2L, 3L);
        long before = link.bytesSent();
        Batch batch = batch(text("a"), LARGE, text("b"));
        assertThat(link.takes(batch.size())).isTrue();
        assertThat(link.send(owner, batch, 13, 5, 7)).isEqualTo(Link.Sent.TAKEN);
        assertThat(List.of(link.cursor(), link.delivered(), link.due())).containsExactly(13L, 5L, 7L);
        assertThat(link.bytesSent() - before).isEqualTo(batch.size());
        await("all came", () -> peer.texts().size() == 3);
        assertThat(peer.texts()).containsExactly("a", new String(LARGE, StandardCharsets.US_ASCII), "b");
        assertThat(link.send(owner, batch.clear().add(text("c"), true), 14, 6, 8))
                .isEqualTo(Link.Sent.TAKEN);
        await("the batch is used again", () -> peer.texts().size() == 4);
        assertThat(peer.texts()).endsWith("c");
    }

    @Test
    void anOlderOwnerIsRefusedAndMovesNothing() throws Exception {
        Link link = open();
        long first = link.acquire();
        long second = link.acquire();
        assertThat(second).isGreaterThan(first);
        link.begin(4, 5, 6);
        assertThat(link.send(first, batch(SMALL), 9, 9, 9)).isEqualTo(Link.Sent.NOT_OWNER);
        assertThat(List.of(link.cursor(), link.delivered(), link.due())).containsExactly(4L, 5L, 6L);
        assertThat(link.send(second, batch(text("mine")), 5, 6, 7)).isEqualTo(Link.Sent.TAKEN);
        await("it came", () -> !peer.texts().isEmpty());
        assertThat(peer.texts()).containsExactly("mine");
    }

    @Test
    void aBusyLinkTakesNothingAndSaysWhenItCanTakeMore() throws Exception {
        Link link = open();
        long owner = link.acquire();
        long cursor = fill(link, owner);
        assertThat(link.stuckSince()).isNotZero();
        assertThat(link.takes(1)).isFalse();
        assertThat(link.send(owner, batch(SMALL), cursor + 9, 9, 9)).isEqualTo(Link.Sent.BUSY);
        assertThat(link.send(owner - 1, batch(SMALL), cursor + 9, 9, 9))
                .as("an older owner of a busy link")
                .isEqualTo(Link.Sent.NOT_OWNER);
        assertThat(link.cursor()).isEqualTo(cursor);
        assertThat(link.delivered()).isZero();
        assertThat(ready).hasValue(0);
        peer.reading(true);
        await("it is ready", () -> ready.get() > 0);
        assertThat(link.stuckSince()).isZero();
        assertThat(link.send(owner, batch(text("end")), cursor + 1, 1, 1)).isEqualTo(Link.Sent.TAKEN);
        await("the end came", () -> peer.texts().contains("end"));
        assertThat(peer.texts()).as("what was taken and no more").hasSize((int) cursor + 1);
    }

    @Test
    void whoAskedWhetherItTakesMoreIsToldToo() throws Exception {
        Link link = open();
        fill(link, link.acquire());
        link.acquire();
        assertThat(link.takes(0)).isFalse();
        peer.reading(true);
        await("it is ready", () -> ready.get() > 0);
        assertThat(link.takes(0)).isTrue();
    }

    @Test
    void anUnansweredPingMakesALinkBusyUntilTheAnswerComes() throws Exception {
        Link link = open();
        long owner = link.acquire();
        peer.answering(false);
        Batch batch = batch(text("a")).ping();
        assertThat(link.send(owner, batch, 1, 1, 1)).isEqualTo(Link.Sent.TAKEN);
        await("it is busy", () -> link.send(owner, batch(text("b")), link.cursor(), 1, 1) == Link.Sent.BUSY);
        assertThat(link.takes(1)).isFalse();
        assertThat(link.replyAt(link.cursor(), text("beside"), true))
                .as("a missing receipt keeps the stream back alone")
                .isTrue();
        assertThat(link.roundTrip()).isZero();
        peer.answering(true);
        await("it is ready", () -> ready.get() > 0);
        assertThat(link.roundTrip()).isPositive();
        assertThat(link.send(owner, batch(text("c")), 2, 2, 2)).isEqualTo(Link.Sent.TAKEN);
    }

    // ---- beside the stream

    @Test
    void aPingMeasuresTheRoundTripHoweverFastThePongIs() throws Exception {
        open();
        for (int i = 1; i < 30; i++) {
            connect();
        }
        await("all links are there", () -> transport().links().size() == 30);
        transport().links().forEach(Link::ping);
        for (Link link : transport().links()) {
            await("the pong came", () -> link.roundTrip() > 0);
        }
    }

    @Test
    void repliesGoOutBesideTheStream() throws Exception {
        Link link = open();
        assertThat(link.reply(text("r1"), true)).isTrue();
        assertThat(link.reply(text("r2"), true)).isTrue();
        await("both came", () -> peer.texts().size() == 2);
        assertThat(peer.texts()).containsExactly("r1", "r2");
        assertThat(link.cursor()).isZero();
    }

    @Test
    void atMostSixtyFourRepliesWaitAndTheyGoBeforeTheStream() throws Exception {
        Link link = open();
        long owner = link.acquire();
        long cursor = fill(link, owner);
        for (int i = 0; i < 64; i++) {
            assertThat(link.reply(text("r" + i), true)).as("reply %d", i).isTrue();
        }
        assertThat(link.reply(text("r64"), true)).isFalse();
        assertThat(link.send(owner, batch(SMALL), cursor, 0, 0)).isEqualTo(Link.Sent.BUSY);
        peer.reading(true);
        await("all came", () -> peer.texts().contains("r63"));
        await("it is ready", () -> ready.get() > 0);
        assertThat(link.send(owner, batch(text("end")), cursor + 1, 0, 0)).isEqualTo(Link.Sent.TAKEN);
        await("the end came", () -> peer.texts().contains("end"));
        assertThat(peer.texts()).hasSize((int) cursor + 65).endsWith("r62", "r63", "end");
    }

    @Test
    void atMostAMebibyteOfRepliesWaits() throws Exception {
        Link link = open();
        fill(link, link.acquire());
        byte[] half = new byte[600_000];
        Arrays.fill(half, (byte) 'h');
        assertThat(link.reply(half, true)).isTrue();
        assertThat(link.reply(half, true)).isFalse();
        assertThat(link.reply(SMALL, true)).isTrue();
    }

    @Test
    void aReplyAtAPositionGoesOutThereAlone() throws Exception {
        Link link = open();
        long owner = link.acquire();
        assertThat(link.send(owner, batch(text("a")), 7, 1, 1)).isEqualTo(Link.Sent.TAKEN);
        await("the link is free", () -> link.takes(1));
        assertThat(link.replyAt(6, text("of 6"), true)).isFalse();
        assertThat(link.replyAt(7, text("of 7"), true)).isTrue();
        await("the link is free again", () -> link.takes(1));
        assertThat(link.send(owner, batch(text("b")), 8, 2, 2)).isEqualTo(Link.Sent.TAKEN);
        await("all came", () -> peer.texts().contains("b"));
        assertThat(peer.texts()).containsExactly("a", "of 7", "b");
    }

    @Test
    void aFullOrClosedLinkTakesNoReplyAtAPosition() throws Exception {
        Link link = open();
        long cursor = fill(link, link.acquire());
        assertThat(link.replyAt(cursor, text("late"), true)).isFalse();
        peer.reading(true);
        await("it is ready", () -> ready.get() > 0);
        link.close(4001, "enough");
        assertThat(link.replyAt(cursor, text("later"), true)).isFalse();
        await("the peer is told", () -> peer.closed().isPresent());
        assertThat(peer.texts()).doesNotContain("late", "later");
    }

    @Test
    void noMessageIsHandedOutWhileRepliesWait() throws Exception {
        Link link = open();
        fill(link, link.acquire());
        assertThat(link.reply(SMALL, true)).isTrue();
        peer.say("hello");
        aWhile();
        assertThat(taken).isEmpty();
        peer.reading(true);
        await("it is handed out", () -> !taken.isEmpty());
        assertThat(taken).containsExactly("hello");
    }

    // ---- what comes in

    @Test
    void messagesAreHandedOutOneAfterTheOther() throws Exception {
        open();
        List<String> said = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            said.add("m" + i);
            peer.say("m" + i);
        }
        await("all are handed out", () -> taken.size() == 50);
        assertThat(taken).isEqualTo(said);
    }

    @Test
    void aBriefMessageIsOfferedOnceAndTheOrderStays() throws Exception {
        open();
        remove(handler);
        List<String> offered = new CopyOnWriteArrayList<>();
        add(new LinkHandler() {
            @Override
            public Decision handshake(Handshake handshake) {
                return handler.handshake(handshake);
            }

            @Override
            public boolean message(Link link, ByteBuffer payload, boolean text) {
                return handler.message(link, payload, text);
            }

            @Override
            public boolean brief(Link link, ByteBuffer payload, boolean text) {
                String said = StandardCharsets.UTF_8.decode(payload.duplicate()).toString();
                offered.add(said);
                return said.startsWith("b") && handler.message(link, payload, text);
            }
        });
        List<String> said = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            said.add((i % 3 == 0 ? "m" : "b") + i);
            peer.say(said.get(i));
            if (i % 5 == 0) {
                // so that some come alone, and others several at a time
                await("it is handed out", () -> taken.size() == said.size());
            }
        }
        await("all are handed out", () -> taken.size() == said.size());
        assertThat(taken).isEqualTo(said);
        assertThat(offered).doesNotHaveDuplicates().anyMatch(brief -> brief.startsWith("b"));
    }

    @Test
    void aHandlerThatHasEnoughGetsNoMoreUntilItResumes() throws Exception {
        Link link = open();
        going.set(false);
        peer.say("a");
        peer.say("b");
        await("the first is handed out", () -> !taken.isEmpty());
        aWhile();
        assertThat(taken).containsExactly("a");
        long then = link.receivedAt();
        aWhile();
        assertThat(link.receivedAt() - then)
                .as("a link whose input waits stays young")
                .isPositive();
        going.set(true);
        link.resume();
        await("the second is handed out", () -> taken.size() == 2);
        assertThat(taken).containsExactly("a", "b");
    }

    @Test
    void aResumeThatComesBeforeTheHandlerReturnsCounts() throws Exception {
        Link link = open();
        remove(handler);
        add(new LinkHandler() {
            @Override
            public Decision handshake(Handshake handshake) {
                return handler.handshake(handshake);
            }

            @Override
            public boolean message(Link from, ByteBuffer payload, boolean text) {
                handler.message(from, payload, text);
                from.resume();
                return false;
            }
        });
        peer.say("a");
        peer.say("b");
        await("both are handed out", () -> taken.size() == 2);
        assertThat(link.open()).isTrue();
    }

    @Test
    void withoutAHandlerMessagesWaitForTheNextOne() throws Exception {
        Link link = open();
        remove(handler);
        peer.say("a");
        peer.say("b");
        aWhile();
        assertThat(taken).isEmpty();
        assertThat(link.open()).isTrue();
        add(handler);
        await("both are handed out", () -> taken.size() == 2);
        assertThat(taken).containsExactly("a", "b");
    }

    @Test
    void aLinkThatRestsHandsNothingOutUntilItsTimeIsOver() throws Exception {
        Link link = open();
        link.rest(TimeUnit.SECONDS.toNanos(1));
        peer.say("a");
        assertThat(taken).isEmpty();
        await("it is handed out", () -> !taken.isEmpty());
    }

    // ---- the end

    @Test
    void theFirstCloseCountsAndNothingFollowsIt() throws Exception {
        Link link = open();
        long owner = link.acquire();
        assertThat(link.reply(text("before"), true)).isTrue();
        link.close(4001, "enough");
        assertThat(link.open()).isFalse();
        link.close(4002, "again");
        assertThat(link.reply(text("after"), true)).isFalse();
        assertThat(link.send(owner, batch(text("after")), 1, 1, 1)).isEqualTo(Link.Sent.CLOSED);
        assertThat(link.takes(1)).as("sending tells").isTrue();
        assertThat(link.cursor()).isZero();
        await("the peer is told", () -> peer.closed().isPresent());
        assertThat(peer.closed()).contains("4001 enough");
        await("listeners are told", () -> told.contains("closed 4001 1"));
        assertThat(peer.texts()).containsExactly("before");
        assertThat(link.closedByPeer()).isFalse();
        assertThat(transport().links()).isEmpty();
        assertThat(transport().link(link.id())).isEmpty();
        link.signal();
        assertThat(told).as("nobody is told of a link that is gone").doesNotContain("changed");
    }

    @Test
    void aLastMessageGoesRightBeforeTheClose() throws Exception {
        Link link = open();
        link.close(4001, "enough", text("goodbye"), true);
        await("the peer is told", () -> peer.closed().isPresent());
        assertThat(peer.texts()).containsExactly("goodbye");
    }

    @Test
    void aLongReasonIsCutBetweenCharacters() throws Exception {
        Link link = open();
        link.close(4001, "é".repeat(100));
        await("the peer is told", () -> peer.closed().isPresent());
        assertThat(peer.closed()).contains("4001 " + "é".repeat(61));
    }

    @Test
    void anAbortedLinkIsGoneWithoutAWord() throws Exception {
        Link link = open();
        link.abort();
        await("listeners are told", () -> told.contains("closed 1006 1"));
        await("the peer sees it", () -> peer.over());
        assertThat(peer.closed()).isEmpty();
        assertThat(link.open()).isFalse();
        assertThat(link.closedByPeer()).isFalse();
    }

    @Test
    void whoBeginsToCloseIsTold() throws Exception {
        Link link = open();
        peer.say("last");
        peer.close(4321);
        await("listeners are told", () -> told.contains("closed 4321 1"));
        assertThat(taken).containsExactly("last");
        assertThat(link.closedByPeer()).isTrue();
        assertThat(link.open()).isFalse();
    }

    @Test
    void aCloseWaitsForTheMessagesBeforeIt() throws Exception {
        Link link = open();
        going.set(false);
        peer.say("a");
        peer.say("b");
        peer.close(4321);
        await("the first is handed out", () -> !taken.isEmpty());
        aWhile();
        assertThat(told).containsExactly("opened");
        going.set(true);
        link.resume();
        await("listeners are told", () -> told.contains("closed 4321 1"));
        assertThat(taken).containsExactly("a", "b");
    }

    @Test
    void aPeerThatIsLostIsNoCloseOfItsOwn() throws Exception {
        Link link = open();
        peer.vanish();
        await("listeners are told", () -> told.contains("closed 1006 1"));
        assertThat(link.closedByPeer()).isFalse();
        assertThat(link.open()).isFalse();
    }
}
