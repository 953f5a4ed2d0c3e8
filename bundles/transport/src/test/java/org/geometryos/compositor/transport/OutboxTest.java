package org.geometryos.compositor.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.util.Callback;
import org.geometryos.compositor.transport.api.Link.Sent;
import org.geometryos.compositor.transport.api.SocketWriter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OutboxTest {
    private static final byte[] CLOSE = {(byte) Framing.CLOSE, 2, 3, (byte) 0xe8};

    private final SlowChannel channel = new SlowChannel();
    private final Box box = new Box(channel);
    private long mine;

    /** An outbox on a socket that takes as much as it is told. */
    private static final class Box extends Outbox {
        /** What went through the layer below, and not to the channel. */
        private final ByteArrayOutputStream rest = new ByteArrayOutputStream();

        private final Deque<Runnable> underWay = new ArrayDeque<>();
        private final List<String> told = new ArrayList<>();
        private final List<Integer> pieces = new ArrayList<>();
        private final SlowChannel channel;
        private Runnable whenWritten = () -> {};
        private Callback last;
        private SocketWriter writer;
        private boolean atOnce;
        private boolean full;
        private boolean watches = true;
        private int kept;
        private long now = 1_000_000;
        private long position;

        Box(SlowChannel channel) {
            super(channel);
            this.channel = channel;
        }

        @Override
        long nanos() {
            return now;
        }

        @Override
        public void begin(long newPosition, long delivered, long due) {
            position = newPosition;
        }

        @Override
        public long cursor() {
            return position;
        }

        @Override
        SocketWriter writer() {
            return writer;
        }

        @Override
        boolean holdsTooMuch() {
            return full;
        }

        @Override
        boolean missesReceipts() {
            return watches;
        }

        @Override
        void ready() {
            told.add("ready");
        }

        @Override
        void repliesAreOut() {
            told.add("replies are out");
        }

        @Override
        void keeps(byte[][] arrays) {
            kept += arrays.length;
        }

        @Override
        void keepsNoLonger(byte[][] arrays) {
            kept -= arrays.length;
        }

        @Override
        void writeThrough(Callback callback, ByteBuffer... buffers) {
            last = callback;
            Runnable write = () -> {
                int bytes = 0;
                for (ByteBuffer buffer : buffers) {
                    byte[] all = new byte[buffer.remaining()];
                    buffer.get(all);
                    bytes += all.length;
                    rest.writeBytes(all);
                }
                pieces.add(bytes);
                whenWritten.run();
                callback.succeeded();
            };
            if (atOnce) {
                write.run();
            } else {
                underWay.add(write);
            }
        }

        @Override
        void drop() {
            told.add("dropped");
        }

        /** The socket takes what it was written, and so much more directly. */
        void drains(int room) {
            if (channel != null) {
                channel.room(room);
            }
            underWay.remove().run();
        }
    }

    @BeforeEach
    void open() {
        box.opens();
        mine = box.acquire();
    }

    private static FrameBatch batch(String... messages) {
        FrameBatch batch = new FrameBatch(() -> true, () -> null);
        for (String message : messages) {
            batch.add(message.getBytes(StandardCharsets.UTF_8), true);
        }
        return batch;
    }

    private Sent send(String... messages) {
        return box.send(mine, batch(messages), box.position + messages.length, 0, 0);
    }

    private static byte[] reply(String text) {
        return Framing.frame(Framing.TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * What the peer has got: first what the kernel took directly, then the rest, as here nothing is taken directly in
     * between.
     */
    private List<String> peerHas() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(channel.taken());
        all.writeBytes(box.rest.toByteArray());
        return frames(all.toByteArray());
    }

    private static List<String> frames(byte[] bytes) {
        List<String> frames = new ArrayList<>();
        ByteBuffer from = ByteBuffer.wrap(bytes);
        while (from.hasRemaining()) {
            int first = from.get() & 0xff;
            int length = from.get() & 0xff;
            length = length == 126 ? from.getShort() & 0xffff : length == 127 ? (int) from.getLong() : length;
            byte[] payload = new byte[Math.min(length, from.remaining())];
            from.get(payload);
            frames.add(
                    switch (first) {
                        case Framing.TEXT, Framing.BINARY -> new String(payload, StandardCharsets.UTF_8);
                        case Framing.PONG -> "pong " + new String(payload, StandardCharsets.UTF_8);
                        case Framing.PING -> "ping";
                        case Framing.CLOSE -> "close";
                        default -> "garbage " + first;
                    });
        }
        return frames;
    }

    // ---- the stream

    @Test
    void aBatchGoesOutAsAWholeAndMovesThePosition() {
        assertThat(send("one", "two")).isEqualTo(Sent.TAKEN);
        assertThat(peerHas()).containsExactly("one", "two");
        assertThat(box.position).isEqualTo(2);
        assertThat(box.bytesSent()).isEqualTo(channel.taken().length);
        assertThat(box.sentAt()).isEqualTo(box.now);
        assertThat(box.stuckSince()).isZero();
        assertThat(box.told).isEmpty();
    }

    @Test
    void aWriterTakesThePlaceOfTheChannelWhileItIsThere() {
        List<Integer> written = new ArrayList<>();
        box.writer = (to, bytes) -> {
            assertThat(to).isSameAs(channel);
            written.add(to.write(bytes));
            return written.get(written.size() - 1);
        };
        assertThat(send("one")).isEqualTo(Sent.TAKEN);
        assertThat(written).containsExactly(channel.taken().length);
        box.writer = null;
        assertThat(send("two")).isEqualTo(Sent.TAKEN);
        assertThat(written).hasSize(1);
        box.writer = (to, bytes) -> {
            throw new IOException("broken pipe");
        };
        assertThat(send("three")).isEqualTo(Sent.TAKEN);
        assertThat(peerHas()).containsExactly("one", "two");
        assertThat(box.told).containsExactly("dropped");
    }

    // ---- several links at a time

    /** Writes to two at a time, and takes of each as many bytes as it is told. */
    private static final class Pair implements SocketWriter {
        private final List<Integer> counts = new ArrayList<>();
        private final Map<SocketChannel, Integer> takes = new HashMap<>();

        @Override
        public int write(SocketChannel to, ByteBuffer bytes) throws IOException {
            return to.write(bytes);
        }

        @Override
        public int together() {
            return 2;
        }

        @Override
        public void writeAll(SocketChannel[] channels, int count, ByteBuffer bytes, int[] taken) {
            counts.add(count);
            for (int i = 0; i < count; i++) {
                taken[i] = takes.getOrDefault(channels[i], bytes.remaining());
                if (taken[i] > 0) {
                    try {
                        channels[i].write(bytes.duplicate().limit(bytes.position() + taken[i]));
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                }
            }
        }
    }

    private final Pair pair = new Pair();
    private final FrameBatch shared = new FrameBatch(() -> true, () -> pair);

    private Box another() {
        Box another = new Box(new SlowChannel());
        another.opens();
        return another;
    }

    private Sent share(Box with) {
        return with.send(with.acquire(), shared, with.position + 1, 0, 0);
    }

    private void shared(String text) {
        shared.clear().add(text.getBytes(StandardCharsets.UTF_8), true).together();
    }

    @Test
    void linksThatTakeABatchTogetherGetItWhenThereAreEnoughOrAtTheEnd() {
        Box second = another();
        Box third = another();
        shared("one");
        assertThat(share(box)).isEqualTo(Sent.TAKEN);
        assertThat(channel.taken()).isEmpty();
        assertThat(box.position).isEqualTo(1);
        assertThat(share(box)).as("one write at a time").isEqualTo(Sent.BUSY);
        assertThat(share(second)).isEqualTo(Sent.TAKEN);
        assertThat(frames(channel.taken())).containsExactly("one");
        assertThat(frames(second.channel.taken())).containsExactly("one");
        assertThat(share(third)).isEqualTo(Sent.TAKEN);
        assertThat(third.channel.taken()).isEmpty();
        shared.flush();
        assertThat(frames(third.channel.taken())).containsExactly("one");
        assertThat(third.bytesSent()).isEqualTo(third.channel.taken().length);
        assertThat(pair.counts).containsExactly(2, 1);
        shared.flush();
        assertThat(pair.counts).hasSize(2);
        assertThat(box.told).as("it asked while it was busy").containsExactly("ready");
        assertThat(share(box)).isEqualTo(Sent.TAKEN);
    }

    @Test
    void whatIsAddedOrClearedFollowsWhatLinksHaveTaken() {
        shared("one");
        share(box);
        shared.ping();
        assertThat(frames(channel.taken())).containsExactly("one");
        Box second = another();
        share(second);
        shared.clear();
        assertThat(frames(second.channel.taken())).containsExactly("one", "ping");
        Box third = another();
        shared.add("two".getBytes(StandardCharsets.UTF_8), true);
        share(third);
        assertThat(frames(third.channel.taken())).as("not together").containsExactly("two");
    }

    @Test
    void repliesWaitBehindABatchThatWaits() {
        shared("one");
        share(box);
        assertThat(box.enqueue(reply("a reply"))).isTrue();
        assertThat(channel.taken()).isEmpty();
        shared.flush();
        assertThat(peerHas()).containsExactly("one", "a reply");
    }

    @Test
    void whatASocketDoesNotTakeOfItIsKept() {
        Box second = another();
        pair.takes.put(channel, 2);
        channel.room(2);
        pair.takes.put(second.channel, SocketWriter.NOTHING);
        second.channel.room(1);
        shared("one");
        share(box);
        share(second);
        assertThat(box.kept).isEqualTo(1);
        assertThat(second.kept).isEqualTo(1);
        shared.clear();
        box.underWay.remove().run();
        second.underWay.remove().run();
        assertThat(peerHas()).containsExactly("one");
        assertThat(second.channel.taken()).hasSize(1);
        assertThat(second.rest.size()).isEqualTo(4);
    }

    @Test
    void aSocketOfWhichNobodyKnowsWhatItTookIsDropped() {
        pair.takes.put(channel, SocketWriter.UNKNOWN);
        Box second = another();
        shared("one");
        share(box);
        share(second);
        assertThat(box.told).containsExactly("dropped");
        assertThat(frames(second.channel.taken())).containsExactly("one");
    }

    @Test
    void longMessagesAreWrittenOneByOne() {
        shared.clear().add(new byte[20_000], false).together();
        share(box);
        assertThat(pair.counts).isEmpty();
        assertThat(channel.taken()).hasSizeGreaterThan(20_000);
    }

    // ---- the stream by itself

    @Test
    void anEmptyBatchMovesThePositionAlone() {
        assertThat(box.send(mine, batch(), 7, 0, 0)).isEqualTo(Sent.TAKEN);
        assertThat(box.position).isEqualTo(7);
        assertThat(channel.taken()).isEmpty();
        assertThat(send("one")).isEqualTo(Sent.TAKEN);
    }

    @Test
    void beforeItOpensAndAfterItShutsNothingIsTaken() {
        Box other = new Box(channel);
        assertThat(other.open()).isFalse();
        assertThat(other.shut()).as("was open").isFalse();
        assertThat(other.send(other.acquire(), batch("one"), 1, 0, 0)).isEqualTo(Sent.CLOSED);
        assertThat(box.shut()).isTrue();
        assertThat(box.shut()).as("a second time").isFalse();
        assertThat(send("one")).isEqualTo(Sent.CLOSED);
        assertThat(channel.taken()).isEmpty();
        assertThat(box.position).isZero();
    }

    @Test
    void whatTheKernelDoesNotTakeIsKeptAndTheStreamWaits() {
        channel.room(4);
        assertThat(send("one", "two")).isEqualTo(Sent.TAKEN);
        assertThat(box.position).isEqualTo(2);
        assertThat(box.kept).isEqualTo(1);
        assertThat(box.unsent()).hasDimensions(1, 10);
        assertThat(box.stuckSince()).isEqualTo(box.now);
        assertThat(send("three")).isEqualTo(Sent.BUSY);
        assertThat(box.position).isEqualTo(2);
        assertThat(box.takes(1)).isFalse();

        box.drains(Integer.MAX_VALUE);
        assertThat(peerHas()).containsExactly("one", "two");
        assertThat(box.kept).isZero();
        assertThat(box.unsent()).isEmpty();
        assertThat(box.stuckSince()).isZero();
        assertThat(box.told).containsExactly("ready");
        assertThat(send("three")).isEqualTo(Sent.TAKEN);
    }

    @Test
    void aBatchMayBeCutAnywhere() {
        byte[] whole = new byte[20_000];
        Arrays.fill(whole, (byte) 'w');
        String longer = new String(whole, StandardCharsets.UTF_8);
        int size = batch("one", longer, "two").size();
        // around each border between frames, between header and payload, and in between
        for (int cut : new int[] {0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 5_000, 20_008, 20_009, 20_010, 20_011, size - 1}) {
            SlowChannel slow = new SlowChannel();
            Box one = new Box(slow);
            one.opens();
            slow.room(cut);
            FrameBatch batch = batch("one", longer, "two");
            assertThat(one.send(one.acquire(), batch, 3, 0, 0)).isEqualTo(Sent.TAKEN);
            // the batch belongs to the stream again
            batch.clear().add("something else that is longer".getBytes(StandardCharsets.UTF_8), true);
            one.drains(Integer.MAX_VALUE);
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.writeBytes(slow.taken());
            all.writeBytes(one.rest.toByteArray());
            assertThat(frames(all.toByteArray())).as("cut at %d", cut).containsExactly("one", longer, "two");
            assertThat(one.kept).isZero();
        }
    }

    @Test
    void whatIsLongIsOfferedPieceByPiece() {
        byte[] payload = new byte[3 * Outbox.PIECE + 1];
        FrameBatch batch = new FrameBatch(() -> true, () -> null).add(payload, false);
        channel.room(Outbox.PIECE + 100);
        assertThat(box.send(mine, batch, 1, 0, 0)).isEqualTo(Sent.TAKEN);
        assertThat(channel.longest()).isLessThanOrEqualTo(Outbox.PIECE);
        while (!box.underWay.isEmpty()) {
            box.drains(Integer.MAX_VALUE);
        }
        assertThat(box.pieces).hasSize(2).allMatch(bytes -> bytes <= Outbox.PIECE);
        assertThat(peerHas()).containsExactly(new String(payload, StandardCharsets.UTF_8));
    }

    @Test
    void onlyTheOwnerStreams() {
        long other = box.acquire();
        assertThat(send("one")).isEqualTo(Sent.NOT_OWNER);
        assertThat(channel.taken()).isEmpty();
        assertThat(box.send(other, batch("two"), 1, 0, 0)).isEqualTo(Sent.TAKEN);
        channel.room(0);
        box.send(other, batch("three"), 2, 0, 0);
        assertThat(send("four")).as("told even while the socket is not free").isEqualTo(Sent.NOT_OWNER);
    }

    @Test
    void whoeverAcquiresTheStreamWaitsForTheBatchThatIsBeingHandedOver() throws Exception {
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        channel.whileWriting(() -> {
            writing.countDown();
            try {
                assertThat(go.await(30, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        Thread streaming = new Thread(() -> send("one"), "streaming");
        streaming.start();
        assertThat(writing.await(30, TimeUnit.SECONDS)).isTrue();
        AtomicLong seen = new AtomicLong(-1);
        Thread acquiring = new Thread(
                () -> {
                    box.acquire();
                    seen.set(box.position);
                },
                "acquiring");
        acquiring.start();
        assertThat(seen).hasValue(-1);
        go.countDown();
        acquiring.join(TimeUnit.SECONDS.toMillis(30));
        streaming.join(TimeUnit.SECONDS.toMillis(30));
        assertThat(seen).as("the position behind the batch").hasValue(1);
        channel.whileWriting(() -> {});
        assertThat(send("two")).isEqualTo(Sent.NOT_OWNER);
    }

    @Test
    void whileAllLinksHoldTooMuchOnlyShortBatchesAreTaken() {
        box.full = true;
        String longer = "a".repeat(Outbox.LONG_BATCH);
        assertThat(box.takes(Outbox.LONG_BATCH + 1)).isFalse();
        assertThat(send(longer)).isEqualTo(Sent.BUSY);
        assertThat(box.takes(Outbox.LONG_BATCH)).isTrue();
        assertThat(send("one")).isEqualTo(Sent.TAKEN);
        box.full = false;
        assertThat(send(longer)).isEqualTo(Sent.TAKEN);
    }

    @Test
    void whoeverWasToldThatThereIsNoRoomIsToldWhenThereIs() {
        channel.room(0);
        send("one");
        assertThat(box.takes(1)).isFalse();
        box.drains(Integer.MAX_VALUE);
        assertThat(box.told).containsExactly("ready");
        box.offer();
        assertThat(box.told).as("once").hasSize(1);
    }

    // ---- receipts

    @Test
    void aMissingReceiptMakesItBusyUntilItComes() {
        FrameBatch batch = batch("one").ping();
        long token = batch.pingToken();
        box.now = token;
        assertThat(box.send(mine, batch, 1, 0, 0)).isEqualTo(Sent.TAKEN);
        assertThat(send("two")).as("at first").isEqualTo(Sent.TAKEN);
        box.now = token + Receipts.ARRIVAL_LIMIT + 1;
        assertThat(send("three")).isEqualTo(Sent.BUSY);
        assertThat(box.takes(1)).isFalse();
        box.offer();
        assertThat(box.told).isEmpty();
        assertThat(box.arrived(token)).isTrue();
        box.offer();
        assertThat(box.told).containsExactly("ready");
        assertThat(send("three")).isEqualTo(Sent.TAKEN);
    }

    @Test
    void repliesGoOutWhateverReceiptIsMissing() {
        box.pinged(box.now);
        box.now += 2 * Receipts.ARRIVAL_LIMIT;
        assertThat(send("one")).isEqualTo(Sent.BUSY);
        assertThat(box.enqueue(reply("reply"))).isTrue();
        assertThat(peerHas()).containsExactly("reply");
    }

    @Test
    void noReceiptIsMissedThatCannotCome() {
        box.pinged(box.now);
        box.now += 2 * Receipts.ARRIVAL_LIMIT;
        box.watches = false;
        assertThat(send("one")).isEqualTo(Sent.TAKEN);
    }

    @Test
    void thePingOfABatchThatIsRefusedIsNotWaitedFor() {
        channel.room(0);
        send("one");
        FrameBatch batch = batch("two").ping();
        assertThat(box.send(mine, batch, 2, 0, 0)).isEqualTo(Sent.BUSY);
        assertThat(box.awaits(batch.pingToken())).isFalse();
    }

    @Test
    void aReceiptThatIsFasterThanTheThreadThatPingedCounts() {
        channel.whileWriting(() -> assertThat(box.arrived(box.now)).isTrue());
        box.ping();
        box.now += 2 * Receipts.ARRIVAL_LIMIT;
        assertThat(box.overdue()).isFalse();
        assertThat(peerHas()).containsExactly("ping");
    }

    @Test
    void aPingThatFindsNoRoomIsNotWaitedFor() {
        channel.room(0);
        send("one");
        for (int i = 0; i < Outbox.MAX_REPLIES; i++) {
            box.enqueue(reply("r"));
        }
        box.ping();
        box.now += 2 * Receipts.ARRIVAL_LIMIT;
        assertThat(box.overdue()).isFalse();
    }

    @Test
    void onceItIsShutNothingIsPinged() {
        box.shut();
        box.ping();
        assertThat(box.awaits(box.now)).isFalse();
        assertThat(channel.taken()).isEmpty();
    }

    // ---- beside the stream

    @Test
    void aReplyGoesOutAtOnce() {
        assertThat(box.enqueue(reply("one"))).isTrue();
        assertThat(peerHas()).containsExactly("one");
        assertThat(box.repliesWait()).isFalse();
        assertThat(box.told).containsExactly("replies are out");
    }

    @Test
    void repliesWaitBehindTheRestOfABatchAndBeforeTheNext() {
        channel.room(3);
        send("one");
        box.enqueue(reply("first reply"));
        box.enqueue(reply("second reply"));
        assertThat(box.repliesWait()).isTrue();
        assertThat(send("two")).isEqualTo(Sent.BUSY);
        assertThat(box.told).isEmpty();

        // replies are out of room, too
        box.drains(0);
        assertThat(box.repliesWait()).as("they are in one write").isFalse();
        assertThat(send("two")).isEqualTo(Sent.BUSY);
        assertThat(box.told).as("the socket is not free").isEmpty();
        box.drains(0);
        assertThat(box.told).containsExactly("replies are out", "ready");
        assertThat(peerHas()).containsExactly("one", "first reply", "second reply");
    }

    @Test
    void aBatchThatWaitsForNoRepliesTellsOfNone() {
        channel.room(0);
        send("one");
        box.drains(Integer.MAX_VALUE);
        assertThat(box.told).isEmpty();
    }

    @Test
    void aReplyThatComesWhileABatchIsBeingWrittenGoesOutBehindIt() {
        channel.whileWriting(() -> {
            channel.whileWriting(() -> {});
            box.enqueue(reply("reply"));
            assertThat(channel.taken()).isEmpty();
        });
        assertThat(send("one")).isEqualTo(Sent.TAKEN);
        assertThat(peerHas()).containsExactly("one", "reply");
        assertThat(box.told).containsExactly("replies are out");
    }

    @Test
    void repliesHaveABound() {
        channel.room(0);
        send("one");
        for (int i = 0; i < Outbox.MAX_REPLIES; i++) {
            assertThat(box.enqueue(reply("r"))).isTrue();
        }
        assertThat(box.enqueue(reply("r"))).isFalse();
        box.drains(Integer.MAX_VALUE);
        assertThat(box.enqueue(reply("r"))).isTrue();
    }

    @Test
    void soHaveTheirBytes() {
        channel.room(0);
        send("one");
        byte[] half = new byte[(int) Outbox.MAX_REPLY_BYTES / 2];
        assertThat(box.enqueue(half)).isTrue();
        assertThat(box.enqueue(half)).isTrue();
        assertThat(box.enqueue(new byte[1])).isFalse();
        assertThat(box.repliesWait()).isTrue();
    }

    @Test
    void ofManyAnswersToPingsTheLastTakesThePlaceOfThoseBeforeIt() {
        channel.room(0);
        send("one");
        for (int i = 0; i < 3 * Outbox.PONGS; i++) {
            box.answer(Framing.frame(Framing.PONG, Integer.toString(i).getBytes(StandardCharsets.UTF_8)));
            box.writeReplies();
        }
        box.drains(Integer.MAX_VALUE);
        List<String> expected = new ArrayList<>(List.of("one"));
        for (int i = 0; i < Outbox.PONGS; i++) {
            expected.add("pong " + i);
        }
        expected.add("pong " + (3 * Outbox.PONGS - 1));
        // the kernel took nothing at first, so that the rest of the batch is what came last here
        assertThat(frames(box.rest.toByteArray())).containsExactly("one");
        assertThat(frames(channel.taken())).isEqualTo(expected.subList(1, expected.size()));
        assertThat(box.repliesWait()).isFalse();
    }

    // ---- closing

    @Test
    void theCloseFrameFollowsWhatWaitsAndNothingFollowsIt() {
        channel.room(3);
        send("one");
        box.shut();
        box.enqueue(reply("last message"));
        List<String> over = new ArrayList<>();
        box.jettyWrites(Callback.from(() -> over.add("succeeded"), x -> over.add("failed")), ByteBuffer.wrap(CLOSE));
        assertThat(box.closeFrameWritten()).isFalse();
        box.drains(0);
        box.drains(0);
        assertThat(over).as("its bytes are on their way").isEmpty();
        assertThat(box.closeFrameWritten()).isFalse();
        box.enqueue(reply("too late"));
        box.drains(Integer.MAX_VALUE);
        assertThat(over).containsExactly("succeeded");
        assertThat(box.closeFrameWritten()).isTrue();
        assertThat(peerHas()).containsExactly("one", "last message", "close");
        assertThat(send("two")).isEqualTo(Sent.CLOSED);
        assertThat(box.underWay).isEmpty();
    }

    @Test
    void aBatchThatFindsTheCloseFrameGoneIsNotTaken() {
        // Jetty closes by itself, which the link learns later
        box.atOnce = true;
        box.jettyWrites(Callback.NOOP, ByteBuffer.wrap(CLOSE));
        assertThat(box.open()).isTrue();
        assertThat(send("one")).isEqualTo(Sent.CLOSED);
        assertThat(box.position).isZero();
        assertThat(peerHas()).containsExactly("close");
    }

    @Test
    void aCloseFrameThatCannotBeWrittenIsNotWritten() {
        List<String> over = new ArrayList<>();
        box.jettyWrites(Callback.from(() -> over.add("succeeded"), x -> over.add("failed")), ByteBuffer.wrap(CLOSE));
        box.last.failed(new IOException("broken pipe"));
        assertThat(over).containsExactly("failed");
        assertThat(box.closeFrameWritten()).isFalse();
        assertThat(box.told).containsExactly("dropped");
    }

    // ---- a socket that fails

    @Test
    void aSocketThatFailsIsDroppedAndNothingIsWrittenAnyMore() {
        channel.room(-1);
        assertThat(send("one")).isEqualTo(Sent.TAKEN);
        assertThat(box.told).containsExactly("dropped");
        channel.room(Integer.MAX_VALUE);
        assertThat(send("two")).isEqualTo(Sent.BUSY);
        box.enqueue(reply("reply"));
        assertThat(channel.taken()).isEmpty();
        assertThat(box.acquire()).as("the stream itself is not stuck").isGreaterThan(mine);
    }

    @Test
    void aReplyThatFailsDropsTheSocketToo() {
        channel.room(-1);
        box.enqueue(reply("reply"));
        assertThat(box.told).containsExactly("dropped");
    }

    @Test
    void aRestThatFailsIsNotKept() {
        channel.room(0);
        send("one");
        assertThat(box.kept).isEqualTo(1);
        box.last.failed(new IOException("broken pipe"));
        assertThat(box.kept).isZero();
        assertThat(box.unsent()).isEmpty();
        assertThat(box.told).containsExactly("dropped");
    }

    // ---- under TLS

    private Box tls() {
        Box tls = new Box(null);
        tls.opens();
        return tls;
    }

    @Test
    void underTlsAllGoesThroughTheLayer() {
        Box tls = tls();
        long owner = tls.acquire();
        assertThat(tls.send(owner, batch("one", "two"), 2, 0, 0)).isEqualTo(Sent.TAKEN);
        tls.enqueue(reply("reply"));
        assertThat(tls.send(owner, batch("three"), 3, 0, 0)).isEqualTo(Sent.BUSY);
        tls.drains(0);
        tls.drains(0);
        assertThat(frames(tls.rest.toByteArray())).containsExactly("one", "two", "reply");
        assertThat(tls.told).containsExactly("replies are out", "ready");
    }

    @Test
    void underTlsManyShortWritesInARowDoNotPileUpOnTheStack() {
        Box tls = tls();
        tls.atOnce = true;
        long owner = tls.acquire();
        // each write finds a further reply when it ends
        int[] left = {20_000};
        tls.whenWritten = () -> {
            if (left[0]-- > 0) {
                tls.enqueue(reply("r"));
            }
        };
        assertThat(tls.send(owner, batch("u"), 1, 0, 0)).isEqualTo(Sent.TAKEN);
        assertThat(tls.pieces).hasSize(20_001);
        assertThat(tls.repliesWait()).isFalse();
        assertThat(tls.kept).isZero();
    }
}
