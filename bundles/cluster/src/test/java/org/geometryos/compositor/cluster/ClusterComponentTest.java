package org.geometryos.compositor.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.geometryos.compositor.api.journal.Fence;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.journal.Verdict;
import org.geometryos.compositor.api.log.Checkpoint;
import org.geometryos.compositor.api.log.SharedLog;
import org.geometryos.compositor.testkit.Changes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;

/** The component with its own threads and a log of one. */
class ClusterComponentTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path data;

    private final List<AutoCloseable> closing = new ArrayList<>();
    /** The journals that are registered, and what became of them. */
    private final List<Journal> journals = new CopyOnWriteArrayList<>();

    private final List<String> events = new CopyOnWriteArrayList<>();
    private final List<Supplier<?>> health = new CopyOnWriteArrayList<>();

    /** A log in memory, with a thread. */
    private static final class ThreadLog implements SharedLog, AutoCloseable {
        private final String epoch;
        private final ExecutorService thread = Executors.newSingleThreadExecutor();
        // of the thread
        private final List<byte[]> records = new ArrayList<>();
        private final List<Position> readings = new ArrayList<>();

        private final class Position implements Reading {
            private final Reader reader;
            private long next;
            private volatile boolean closed;

            private Position(long next, Reader reader) {
                this.next = next;
                this.reader = reader;
            }

            private void tell() {
                while (!closed && next <= records.size()) {
                    long seq = next++;
                    reader.record(seq, records.get((int) seq - 1));
                }
            }

            @Override
            public void close() {
                closed = true;
            }
        }

        private ThreadLog(String epoch) {
            this.epoch = epoch;
        }

        @Override
        public String epoch() {
            return epoch;
        }

        @Override
        public void append(byte[] record) {
            thread.execute(() -> {
                records.add(record);
                List.copyOf(readings).forEach(Position::tell);
            });
        }

        @Override
        public Reading read(long after, Reader reader) {
            Position position = new Position(after + 1, reader);
            thread.execute(() -> {
                readings.add(position);
                position.tell();
            });
            return position;
        }

        @Override
        public CompletionStage<Optional<Checkpoint>> checkpoint() {
            return CompletableFuture.completedFuture(Optional.empty());
        }

        @Override
        public CompletionStage<Void> store(Checkpoint checkpoint) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void close() {
            thread.shutdownNow();
        }
    }

    private ThreadLog log(String epoch) {
        ThreadLog log = new ThreadLog(epoch);
        closing.add(log);
        return log;
    }

    private ClusterComponent component(Map<String, Object> configuration) {
        ClusterComponent component = new ClusterComponent(context(), configuration);
        closing.add(0, component::deactivate);
        return component;
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : closing) {
            each.close();
        }
    }

    private BundleContext context() {
        ClassLoader loader = getClass().getClassLoader();
        return (BundleContext) Proxy.newProxyInstance(
                loader, new Class<?>[] {BundleContext.class}, (self, method, arguments) -> switch (method.getName()) {
                    case "getProperty" -> arguments[0].equals("compositor.data") ? data.toString() : null;
                    case "registerService" -> registered(arguments[1], (Dictionary<?, ?>) arguments[2]);
                    case "toString" -> "context";
                    default -> null;
                });
    }

    private Object registered(Object service, Dictionary<?, ?> properties) {
        if (service instanceof Journal journal) {
            events.add("+" + journal.epoch() + " " + properties.get(Constants.SERVICE_RANKING));
            journals.add(journal);
        } else if (service instanceof Supplier<?> supplier) {
            health.add(supplier);
        }
        AtomicInteger ended = new AtomicInteger();
        return Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ServiceRegistration.class}, (self, method, arguments) -> {
                    if (method.getName().equals("unregister") && ended.getAndIncrement() == 0) {
                        health.remove(service);
                        if (service instanceof Journal journal) {
                            events.add("-" + journal.epoch());
                            journals.remove(journal);
                        }
                    }
                    return null;
                });
    }

    private String healthText() {
        return health.stream().map(each -> each.get().toString()).toList().toString();
    }

    private static void until(BooleanSupplier there, Supplier<String> instead) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!there.getAsBoolean()) {
            assertThat(System.nanoTime() - end).as(instead).isNegative();
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
    }

    private void journalOf(String epoch) {
        until(() -> journals.stream().map(Journal::epoch).toList().equals(List.of(epoch)), events::toString);
    }

    @Test
    void theJournalComesWithTheOthersAndGoesWithTheComponent() throws Exception {
        ClusterComponent component = component(Map.of("host", "a"));
        until(() -> healthText().contains("there is no log to share"), this::healthText);
        assertThat(journals).isEmpty();
        component.setLog(log("one"));
        journalOf("one");
        CompletableFuture<Verdict> verdict = new CompletableFuture<>();
        journals.get(0).append(Changes.view("main"), Fence.NONE).then(verdict::complete);
        assertThat(verdict.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isInstanceOf(Verdict.Counted.class);
        closing.remove(0).close();
        assertThat(events).containsExactly("+one 100", "-one");
        assertThat(health).isEmpty();
    }

    @Test
    void theNextJournalIsThereBeforeTheLastOneGoes() {
        ClusterComponent component = component(Map.of("host", "a"));
        ThreadLog before = log("one");
        component.setLog(before);
        journalOf("one");
        component.setLog(log("two"));
        component.unsetLog(before);
        journalOf("two");
        assertThat(events).containsExactly("+one 100", "+two 100", "-one");
    }

    @Test
    void aWrongConfigurationLeavesTheOldOneInForce() {
        ClusterComponent component = component(Map.of("host", "a"));
        component.setLog(log("one"));
        journalOf("one");
        component.modified(Map.of("host", "two words"));
        assertThat(healthText()).contains("two words").contains("the previous configuration stays in force");
        component.modified(Map.of("host", "a", "isolatedSeconds", "20"));
        assertThat(healthText()).doesNotContain("two words");
        assertThat(events).containsExactly("+one 100");
    }

    @Test
    void withoutANameThisHostSharesNothing() {
        ClusterComponent component = component(Map.of("host", "a"));
        component.setLog(log("one"));
        journalOf("one");
        component.modified(Map.of());
        until(journals::isEmpty, events::toString);
        component.modified(Map.of("host", "b"));
        journalOf("one");
    }
}
