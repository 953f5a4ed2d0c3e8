package org.geometryos.compositor.cluster.nats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.geometryos.compositor.api.log.SharedLog;
import org.geometryos.compositor.health.GuardedLoop;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The engine and a real server. */
class JetStreamEngineTest {
    private static final long LIMIT = TimeUnit.SECONDS.toNanos(30);
    private static final String STREAM = "wall-1";
    private static final Settings.Stream FILE = new Settings.Stream(1, true, 64L << 20);

    @TempDir
    Path folder;

    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final AtomicInteger connects = new AtomicInteger();
    private volatile Runnable whenConnected = () -> {};
    private NatsServer server;
    private JetStreamEngine engine;

    private void begin(Optional<Settings.User> user, String... options) throws IOException {
        server = NatsServer.start(folder, options);
        engine = connect(user);
    }

    private JetStreamEngine connect(Optional<Settings.User> user) throws IOException {
        return new JetStreamEngine(
                new Settings(List.of(server.url()), "wall", user, Optional.empty(), Optional.empty(), FILE),
                new JetStreamEngine.Events() {
                    @Override
                    public void connected() {
                        connects.incrementAndGet();
                        whenConnected.run();
                    }

                    @Override
                    public void disconnected() {
                        // the next one counts
                    }

                    @Override
                    public void failed(String what) {
                        failures.add(what);
                    }
                });
    }

    @AfterEach
    void end() throws InterruptedException {
        if (engine != null) {
            engine.close();
        }
        if (server != null) {
            server.close();
        }
    }

    private static void until(String what, BooleanSupplier there) {
        long end = System.nanoTime() + LIMIT;
        while (!there.getAsBoolean()) {
            assertThat(System.nanoTime() - end).as(what).isNegative();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    private void append(String text) {
        engine.publish(STREAM, text.getBytes(StandardCharsets.UTF_8));
    }

    private static Engine.Sink into(List<String> told) {
        return new Engine.Sink() {
            @Override
            public void record(long seq, byte[] record) {
                told.add(seq + " " + new String(record, StandardCharsets.UTF_8));
            }

            @Override
            public void quiet() {
                told.add("quiet");
            }
        };
    }

    @Test
    void aStreamIsMadeOnceAndItsRecordsAreReadFromANumberOn() throws IOException {
        begin(Optional.empty());
        assertThat(engine.info(STREAM)).isEmpty();
        engine.make(STREAM);
        engine.make(STREAM);
        assertThat(engine.streams("wall-")).containsExactly(STREAM);
        Engine.Info empty = engine.info(STREAM).orElseThrow();
        assertThat(empty.first()).isEqualTo(1);
        assertThat(empty.last()).isZero();
        append("a");
        append("b");
        append("c");
        List<String> told = new CopyOnWriteArrayList<>();
        Engine.Tap tap = engine.tap(STREAM, 2, into(told));
        until("records", () -> told.contains("3 c"));
        assertThat(told).contains("2 b").doesNotContain("1 a");
        until("the servers are heard of", () -> told.contains("quiet"));
        tap.close();
        assertThat(engine.info(STREAM).orElseThrow().made()).isEqualTo(empty.made());
        until("acknowledgements", () -> engine.unacknowledged() == 0);
        assertThat(failures).isEmpty();
    }

    @Test
    void manyRecordsComeInOrderWithoutAHole() throws IOException {
        begin(Optional.empty());
        engine.make(STREAM);
        List<String> told = new CopyOnWriteArrayList<>();
        AtomicInteger next = new AtomicInteger(1);
        engine.tap(STREAM, 1, new Engine.Sink() {
            @Override
            public void record(long seq, byte[] record) {
                if (seq != next.getAndIncrement()) {
                    told.add("hole before " + seq);
                }
            }

            @Override
            public void quiet() {
                // more comes
            }
        });
        for (int i = 0; i < 20_000; i++) {
            until("room", () -> engine.unacknowledged() < 1 << 20);
            engine.publish(STREAM, new byte[400]);
        }
        until("all records", () -> next.get() > 20_000);
        assertThat(told).isEmpty();
    }

    @Test
    void whatIsForgottenIsGoneFromTheBeginning() throws IOException {
        begin(Optional.empty());
        engine.make(STREAM);
        append("a");
        append("b");
        append("c");
        until("acknowledgements", () -> engine.unacknowledged() == 0);
        engine.forget(STREAM, 3);
        assertThat(engine.info(STREAM).orElseThrow().first()).isEqualTo(3);
        engine.forget(STREAM, 4);
        Engine.Info info = engine.info(STREAM).orElseThrow();
        assertThat(info.first()).isEqualTo(4);
        assertThat(info.last()).isEqualTo(3);
    }

    @Test
    void aCheckpointTakesThePlaceOfTheOneBefore() throws IOException {
        begin(Optional.empty());
        engine.make(STREAM);
        assertThat(engine.stored(STREAM)).isEmpty();
        assertThat(engine.storedSeq(STREAM)).isZero();
        byte[] large = new byte[3 << 20];
        new Random(1).nextBytes(large);
        engine.store(STREAM, new Engine.Stored(7, large));
        engine.store(STREAM, new Engine.Stored(9, large));
        assertThat(engine.storedSeq(STREAM)).isEqualTo(9);
        Engine.Stored stored = engine.stored(STREAM).orElseThrow();
        assertThat(stored.seq()).isEqualTo(9);
        assertThat(stored.content()).isEqualTo(large);
        engine.store(STREAM, new Engine.Stored(11, new byte[] {1}));
        assertThat(engine.stored(STREAM).orElseThrow().content()).containsExactly(1);
    }

    @Test
    void aReadingGoesOnWhenTheServerComesBack() throws Exception {
        begin(Optional.empty());
        engine.make(STREAM);
        List<String> told = new CopyOnWriteArrayList<>();
        NatsLog log = new NatsLog(STREAM, "epoch", engine, System::nanoTime, () -> {}, () -> {});
        whenConnected = log::reconnected;
        GuardedLoop loop = GuardedLoop.of("readings", () -> {
                    log.work();
                    return TimeUnit.MILLISECONDS.toNanos(20);
                })
                .start();
        try {
            log.read(0, new SharedLog.Reader() {
                @Override
                public void record(long seq, byte[] record) {
                    told.add(seq + " " + new String(record, StandardCharsets.UTF_8));
                }

                @Override
                public void gone(long first) {
                    told.add("gone " + first);
                }
            });
            append("a");
            until("the first record", () -> told.contains("1 a"));
            until("it is stored", () -> engine.unacknowledged() == 0);
            server.kill();
            until("the loss is seen", () -> !engine.connected());
            append("lost");
            server.begin();
            until("a new connection", engine::connected);
            long last = engine.info(STREAM).orElseThrow().last();
            append("b");
            until("the next record", () -> told.contains(last + 1 + " b"));
            assertThat(told).doesNotHaveDuplicates();
        } finally {
            loop.stop(5_000);
            log.close();
        }
    }

    @Test
    void aUserIsToldToTheServers() throws IOException {
        begin(Optional.of(new Settings.User("bridge", "right")), "authorization { user: bridge, password: right }");
        engine.make(STREAM);
        assertThatThrownBy(() -> connect(Optional.of(new Settings.User("bridge", "wrong"))))
                .isInstanceOf(IOException.class)
                .hasMessageNotContaining("wrong");
    }

    @Test
    void serversThatTakeNoLargeRecordsAreRefused() {
        assertThatThrownBy(() -> begin(Optional.empty(), "max_payload: 65536"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("max_payload")
                .hasMessageContaining("65536");
    }
}
