package org.geometryos.compositor.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.eclipse.jetty.io.ByteArrayEndPoint;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.OpCode;
import org.geometryos.compositor.transport.api.Decision;
import org.geometryos.compositor.transport.api.Handshake;
import org.geometryos.compositor.transport.api.Link;
import org.geometryos.compositor.transport.api.LinkHandler;
import org.geometryos.compositor.transport.api.LinkListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a link ends, without a server. What the clock would do is done here, with the time that has come by then. */
class LinkEndTest {
    private static final int MANY = 20;
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long HANDOVER = 20 * SECOND;
    private static final long MESSAGE = 30 * SECOND;
    /** A binary frame of 100 bytes with a mask, and one of its bytes. */
    private static final byte[] BEGUN = {(byte) 0x82, (byte) (0x80 | 100), 0, 0, 0, 0, 1};

    private final SocketTransport transport =
            new SocketTransport(new Settings(65_536, 2_048, true, HANDOVER, Budgets.of(0, 0, MESSAGE)));
    private final CountDownLatch clockAsks = new CountDownLatch(1);
    private final CountDownLatch clockGoesOn = new CountDownLatch(1);
    private volatile boolean clockWaits;
    private final ByteArrayEndPoint real = new ByteArrayEndPoint() {
        @Override
        public boolean isOpen() {
            if (clockWaits && Thread.currentThread().getName().equals("compositor-transport-clock")) {
                clockAsks.countDown();
                try {
                    clockGoesOn.await(20, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            return super.isOpen();
        }
    };
    private final Wire wire = Wire.around(real);
    private final List<String> told = new CopyOnWriteArrayList<>();
    private SocketLink link;

    @BeforeEach
    void open() {
        real.setGrowOutput(true);
        real.onOpen();
        transport.add(new LinkListener() {
            @Override
            public void closing(Link closing, int code, String reason) {
                told.add("closing " + code);
            }

            @Override
            public void closed(Link closed, int code, String reason) {
                told.add("closed " + code);
            }
        });
        link = transport.link(new Handshake(true, "/compositor", Map.of(), "127.0.0.1", 1, false), wire);
        link.onOpen(session(), Callback.NOOP);
    }

    @AfterEach
    void stop() {
        // nobody is there who would answer a close
        link.drop();
        link.onClosed(new CloseStatus(1006), Callback.NOOP);
        transport.stop(1001, "over");
    }

    /** Notes what it is asked to close with, and does nothing else. */
    private CoreSession session() {
        return (CoreSession) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {CoreSession.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        told.add("close frame " + arguments[0] + " " + arguments[1]);
                    }
                    return null;
                });
    }

    private Callback tells(String text) {
        return Callback.from(() -> told.add(text), x -> told.add(text + " failed"));
    }

    private void tickIn(long nanos) {
        link.tick(System.nanoTime() + nanos);
    }

    @Test
    void aCloseThatThePeerDoesNotAnswerEndsAfterTenSeconds() {
        link.close(4001, "as asked");
        assertThat(link.open()).isFalse();
        assertThat(told).containsExactly("close frame 4001 as asked");
        tickIn(Closing.LIMIT + SECOND);
        assertThat(link.tcpOpen()).isFalse();
    }

    @Test
    void theFirstCloseCounts() {
        link.close(4001, "first");
        link.close(4002, "second");
        assertThat(told).containsExactly("close frame 4001 first");
        assertThat(link.reply(new byte[1], false)).isFalse();
    }

    @Test
    void theLastMessageGoesOutAndAReasonIsCut() {
        link.close(4001, "r".repeat(200), "bye".getBytes(StandardCharsets.UTF_8), true);
        assertThat(real.takeOutputString()).endsWith("bye");
        assertThat(told).containsExactly("close frame 4001 " + "r".repeat(123));
    }

    @Test
    void aLinkThatIsEvictedIsGoneASecondLater() {
        link.evict(Holdings.TOO_MUCH, "too much");
        assertThat(told).containsExactly("closing 4503", "close frame 4503 too much");
        tickIn(Closing.EVICTION_LIMIT + SECOND);
        assertThat(link.tcpOpen()).isFalse();
    }

    @Test
    void soIsOneThatWasClosingAlready() {
        link.close(1000, "over");
        link.evict(Holdings.TOO_MUCH, "too much");
        assertThat(told).containsExactly("close frame 1000 over");
        tickIn(Closing.EVICTION_LIMIT + SECOND);
        assertThat(link.tcpOpen()).isFalse();
    }

    @Test
    void aLinkThatIsGivenUpIsGoneAtOnceAndHoldsNothing() {
        begins();
        assertThat(link.inputBytes()).isEqualTo(100);
        link.giveUp();
        assertThat(link.tcpOpen()).isFalse();
        assertThat(link.inputBytes()).isZero();
    }

    /** Whoever waits for his turn with a link, such as a queue of subscriptions, may hold it long after it is gone. */
    @Test
    void aLinkThatIsGoneHoldsNothingOfItsConnection() throws InterruptedException {
        goneHoldsNothing(gone -> {
            gone.drop();
            gone.onClosed(new CloseStatus(1006), Callback.NOOP);
        });
    }

    @Test
    void oneThatLingeredHoldsNothingWhenItsSocketIsClosed() throws InterruptedException {
        goneHoldsNothing(gone -> {
            gone.close(4001, "as asked");
            gone.onClosed(new CloseStatus(4001), Callback.NOOP);
            assertThat(gone.tcpOpen()).isTrue();
            gone.tick(System.nanoTime() + Closing.LIMIT + SECOND);
            gone.tick(System.nanoTime() + Closing.LIMIT + SECOND);
        });
    }

    private void goneHoldsNothing(Consumer<SocketLink> ends) throws InterruptedException {
        ByteArrayEndPoint endPoint = new ByteArrayEndPoint();
        endPoint.setGrowOutput(true);
        endPoint.onOpen();
        Wire itsWire = Wire.around(endPoint);
        CoreSession itsSession = session();
        SocketLink gone = transport.link(new Handshake(true, "/compositor", Map.of(), "127.0.0.1", 2, false), itsWire);
        gone.onOpen(itsSession, Callback.NOOP);
        List<WeakReference<?>> its =
                List.of(new WeakReference<>(endPoint), new WeakReference<>(itsWire), new WeakReference<>(itsSession));
        endPoint = null;
        itsWire = null;
        itsSession = null;
        ends.accept(gone);
        long limit = System.nanoTime() + 20 * SECOND;
        while (its.stream().anyMatch(each -> each.get() != null) && System.nanoTime() - limit < 0) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(20);
        }
        assertThat(its).allSatisfy(each -> assertThat((Object) each.get()).isNull());
        assertThat(gone.open()).isFalse();
        assertThat(gone.reply(new byte[1], false)).isFalse();
        gone.abort();
        gone.close(1000, "too late");
        gone.resume();
        gone.flow();
        gone.signal();
        gone.ping();
        gone.later(() -> told.add("ran"));
        gone.tick(System.nanoTime());
        assertThat(told).doesNotContain("ran");
        Reference.reachabilityFence(gone);
    }

    @Test
    void aMessageThatDoesNotEndClosesItsLink() {
        begins();
        tickIn(MESSAGE / 2);
        assertThat(link.open()).isTrue();
        tickIn(MESSAGE + SECOND);
        assertThat(told).containsExactly("closing 4408", "close frame 4408 a message was not complete within 30 s");
    }

    private void begins() {
        FrameScan scan = new FrameScan();
        scan.take(ByteBuffer.wrap(BEGUN), 0, BEGUN.length);
        link.scanned(scan);
    }

    @Test
    void aMessageThatNobodyTakesInTimeClosesItsLink() {
        link.onFrame(new Frame(OpCode.TEXT, "hello"), Callback.NOOP);
        assertThat(link.inputSince()).isNotZero();
        tickIn(HANDOVER / 2);
        assertThat(link.open()).isTrue();
        tickIn(HANDOVER + SECOND);
        assertThat(told).containsExactly("closing 1012", "close frame 1012 no endpoint takes messages at the moment");
    }

    @Test
    void aCloseThatThePeerBeginsIsThePeers() {
        link.onFrame(new Frame(OpCode.CLOSE), tells("answered"));
        assertThat(told).containsExactly("answered");
        assertThat(link.closedByPeer()).isTrue();
        assertThat(link.peerClosed()).isTrue();
        assertThat(link.open()).isFalse();
        link.close(4001, "too late");
        assertThat(told).hasSize(1);
    }

    @Test
    void anAnswerToOurCloseIsNotThePeersClose() {
        link.close(4001, "as asked");
        link.onFrame(new Frame(OpCode.CLOSE), tells("taken"));
        assertThat(told).containsExactly("close frame 4001 as asked", "taken");
        assertThat(link.closedByPeer()).isFalse();
        assertThat(link.peerClosed()).isTrue();
    }

    @Test
    void aCloseDuringAPauseIsAnsweredWhenOurSideCloses() {
        pausingHandler();
        link.onFrame(new Frame(OpCode.TEXT, "hello"), Callback.NOOP);
        link.onFrame(new Frame(OpCode.CLOSE), tells("taken"));
        assertThat(told).isEmpty();
        assertThat(link.open()).isTrue();
        link.close(4001, "as asked");
        assertThat(told).containsExactly("close frame 4001 as asked", "taken");
        assertThat(link.closedByPeer()).isFalse();
    }

    private void pausingHandler() {
        transport.add(
                new LinkHandler() {
                    @Override
                    public Decision handshake(Handshake handshake) {
                        return new Decision.Accept(Optional.empty(), Map.of());
                    }

                    @Override
                    public boolean message(Link from, ByteBuffer payload, boolean text) {
                        return false;
                    }
                },
                (Comparable<Object>) other -> 0);
    }

    @Test
    void whoeverIsToldOfTheEndIsToldOnce() {
        link.onClosed(new CloseStatus(1006), Callback.NOOP);
        link.onClosed(new CloseStatus(1000, "again"), Callback.NOOP);
        assertThat(told).containsExactly("closed 1006");
        assertThat(link.open()).isFalse();
        assertThat(transport.links()).isEmpty();
    }

    @Test
    void aLinkThatIsGoneWithWhatNobodyTookNeedsTheClockNoMore() {
        link.onFrame(new Frame(OpCode.TEXT, "hello"), Callback.NOOP);
        assertThat(link.tick(System.nanoTime())).isTrue();
        real.close();
        link.onClosed(new CloseStatus(1006), Callback.NOOP);
        assertThat(link.tick(System.nanoTime())).isFalse();
    }

    @Test
    void norDoesOneThatRested() {
        link.rest(HANDOVER);
        assertThat(link.tick(System.nanoTime())).isTrue();
        real.close();
        link.onClosed(new CloseStatus(1006), Callback.NOOP);
        assertThat(link.tick(System.nanoTime())).isFalse();
    }

    @Test
    void whatLingersWhenTheTransportStopsIsClosed() {
        lingers();
        transport.stop(1001, "over");
        assertThat(link.tcpOpen()).isFalse();
    }

    @Test
    void soIsWhatTheClockLooksAtInThatMoment() throws InterruptedException {
        clockWaits = true;
        lingers();
        assertThat(clockAsks.await(20, TimeUnit.SECONDS)).isTrue();
        transport.stop(1001, "over");
        clockGoesOn.countDown();
        assertThat(link.tcpOpen()).isFalse();
    }

    @Test
    void soIsWhatBeginsToLingerLater() {
        transport.stop(1001, "over");
        assertThat(link.tcpOpen()).isFalse();
        ByteArrayEndPoint next = new ByteArrayEndPoint();
        SocketLink late =
                transport.link(new Handshake(true, "/compositor", Map.of(), "127.0.0.1", 1, false), Wire.around(next));
        late.lingers();
        assertThat(late.tcpOpen()).isFalse();
    }

    @Test
    void whenClosingAllTakesTooLongThoseThatAreServedAreToldAndTheRestIsDropped() {
        List<SocketLink> all = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            ByteArrayEndPoint end = new ByteArrayEndPoint();
            end.setGrowOutput(true);
            SocketLink each = transport.link(
                    new Handshake(true, "/compositor", Map.of(), "127.0.0.1", 1, false), Wire.around(end));
            each.onOpen(session(), Callback.NOOP);
            all.add(each);
        }
        SocketLink served = all.get(MANY / 2);
        assertThat(served.send(0, transport.batch(), 1, 1, 1)).isEqualTo(Link.Sent.TAKEN);
        List<Link> closing = new CopyOnWriteArrayList<>();
        transport.add(new LinkListener() {
            @Override
            public void closing(Link each, int code, String reason) {
                closing.add(each);
                LockSupport.parkNanos(SECOND / 3);
            }
        });
        transport.stop(1001, "over");
        assertThat(closing).hasSizeLessThan(MANY).first().isSameAs(served);
        assertThat(all).noneMatch(SocketLink::tcpOpen);
    }

    /** The link is gone, and its socket is still read until the peer is done. */
    private void lingers() {
        link.close(4001, "as asked");
        link.onClosed(new CloseStatus(4001), Callback.NOOP);
        assertThat(transport.links()).isEmpty();
        assertThat(link.tcpOpen()).isTrue();
    }

    @Test
    void whatWasSentToALinkCountsAlsoWhenItIsGone() {
        link.reply("hello".getBytes(StandardCharsets.UTF_8), true);
        long sent = transport.bytesSent();
        assertThat(sent).isEqualTo(link.bytesSent()).isPositive();
        link.onClosed(new CloseStatus(1006), Callback.NOOP);
        assertThat(transport.size()).isZero();
        assertThat(transport.bytesSent()).isEqualTo(sent);
        link.onClosed(new CloseStatus(1006), Callback.NOOP);
        assertThat(transport.bytesSent()).isEqualTo(sent);
    }
}
