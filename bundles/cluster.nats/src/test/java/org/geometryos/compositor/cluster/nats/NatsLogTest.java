package org.geometryos.compositor.cluster.nats;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.geometryos.compositor.api.log.Checkpoint;
import org.geometryos.compositor.api.log.SharedLog;
import org.geometryos.compositor.testkit.FakeClock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NatsLogTest {
    private static final String STREAM = "wall-1";

    private final FakeClock clock = new FakeClock();
    private final FakeEngine engine = new FakeEngine();
    private final NatsLog log = new NatsLog(STREAM, "epoch", engine, clock, () -> {}, () -> {});
    private final List<String> told = new ArrayList<>();
    private final SharedLog.Reader reader = new SharedLog.Reader() {
        @Override
        public void record(long seq, byte[] record) {
            told.add(seq + " " + new String(record, StandardCharsets.UTF_8));
        }

        @Override
        public void gone(long first) {
            told.add("gone " + first);
        }
    };

    @BeforeEach
    void make() throws IOException {
        engine.make(STREAM);
    }

    private void append(String text) {
        log.append(text.getBytes(StandardCharsets.UTF_8));
    }

    private void pass(long millis) {
        for (long past = 0; past < millis; past += 50) {
            clock.passMillis(50);
            log.work();
            engine.settle();
        }
    }

    private <T> T done(CompletionStage<T> stage) {
        log.workAtCheckpoints();
        return stage.toCompletableFuture().join();
    }

    @Test
    void readsOnBehindAPosition() {
        append("a");
        append("b");
        append("c");
        log.read(1, reader);
        pass(100);
        append("d");
        pass(100);
        assertThat(told).containsExactly("2 b", "3 c", "4 d");
        assertThat(log.highest()).isEqualTo(4);
        assertThat(engine.tapped).isEqualTo(1);
    }

    @Test
    void aReadingThatTheServersForgotBeginsAnewWhereItWas() {
        log.read(0, reader);
        append("a");
        pass(100);
        engine.tapsAreDead = true;
        append("b");
        pass(500);
        assertThat(told).containsExactly("1 a");
        pass(600);
        engine.tapsAreDead = false;
        pass(300);
        assertThat(told).containsExactly("1 a", "2 b");
        assertThat(engine.openTaps()).isEqualTo(1);
    }

    @Test
    void aNewConnectionBeginsReadingsAnewAtOnce() {
        log.read(0, reader);
        append("a");
        pass(300);
        log.reconnected();
        append("b");
        pass(100);
        assertThat(told).containsExactly("1 a", "2 b");
        assertThat(engine.tapped).isEqualTo(2);
    }

    @Test
    void withoutALeaderItTriesAgain() {
        engine.noLeader = true;
        log.read(0, reader);
        pass(2_000);
        engine.noLeader = false;
        append("a");
        pass(300);
        assertThat(told).containsExactly("1 a");
    }

    @Test
    void whoComesTooLateIsToldSo() throws IOException {
        append("a");
        append("b");
        append("c");
        engine.forget(STREAM, 3);
        log.read(1, reader);
        pass(300);
        assertThat(told).containsExactly("gone 3");
        assertThat(engine.openTaps()).isZero();
    }

    @Test
    void aReadingThatIsClosedIsToldNothing() {
        SharedLog.Reading reading = log.read(0, reader);
        append("a");
        pass(100);
        reading.close();
        append("b");
        pass(100);
        assertThat(told).containsExactly("1 a");
        assertThat(engine.openTaps()).isZero();
    }

    @Test
    void aReaderMayCloseWhileItIsTold() {
        SharedLog.Reading[] reading = new SharedLog.Reading[1];
        reading[0] = log.read(0, new SharedLog.Reader() {
            @Override
            public void record(long seq, byte[] record) {
                told.add(String.valueOf(seq));
                reading[0].close();
            }

            @Override
            public void gone(long first) {
                told.add("gone");
            }
        });
        append("a");
        append("b");
        pass(100);
        assertThat(told).containsExactly("1");
    }

    @Test
    void theNewestCheckpointCountsAndTheLogGoesBackToTheOneBefore() throws IOException {
        for (int i = 0; i < 10; i++) {
            append("x");
        }
        assertThat(done(log.checkpoint())).isEmpty();
        done(log.store(new Checkpoint(4, new byte[] {4})));
        assertThat(engine.info(STREAM).orElseThrow().first()).isEqualTo(1);
        done(log.store(new Checkpoint(8, new byte[] {8})));
        assertThat(engine.info(STREAM).orElseThrow().first())
                .as("who begins with the one before goes on behind it")
                .isEqualTo(5);
        done(log.store(new Checkpoint(6, new byte[] {6})));
        assertThat(done(log.checkpoint()).orElseThrow().seq()).isEqualTo(8);
    }

    @Test
    void whoAsksAgainForACheckpointWaitsForTheSame() {
        CompletionStage<?> first = log.checkpoint();
        assertThat(log.checkpoint()).isSameAs(first);
        log.workAtCheckpoints();
        assertThat(log.checkpoint()).isNotSameAs(first);
    }

    @Test
    void checkpointsThatPileUpAreRefused() {
        List<CompletionStage<?>> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            all.add(log.store(new Checkpoint(i + 1, new byte[1])));
        }
        assertThat(all)
                .filteredOn(each -> each.toCompletableFuture().isCompletedExceptionally())
                .hasSize(6);
        log.close();
        assertThat(all).allMatch(each -> each.toCompletableFuture().isDone());
    }
}
