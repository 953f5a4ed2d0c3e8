package org.geometryos.compositor.connections;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.geometryos.compositor.api.connection.ConnectionListener;
import org.geometryos.compositor.api.connection.Session;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class WorkerTest {
    private final AtomicInteger saved = new AtomicInteger();
    private final Worker worker = new Worker(saved::incrementAndGet);
    private final List<String> told = Collections.synchronizedList(new ArrayList<>());

    private ConnectionListener listener(String name, Runnable before) {
        return new ConnectionListener() {
            @Override
            public void closed(Session session, String reason) {
                before.run();
                told.add(name + " " + reason);
            }
        };
    }

    @Test
    void listenersAreToldInOrderAndOneThatThrowsHarmsNobody() throws InterruptedException {
        worker.add(listener("bad", () -> {
            throw new IllegalStateException("as it should");
        }));
        worker.add(listener("good", () -> {}));
        for (int i = 0; i < 100; i++) {
            String reason = "" + i;
            worker.tell(listener -> listener.closed(null, reason));
        }
        worker.stop();
        assertThat(told).hasSize(100).startsWith("good 0", "good 1").endsWith("good 99");
        assertThat(saved.get()).as("saved at the end").isPositive();
    }

    @Test
    void aSlowListenerMissesTheOldest() throws InterruptedException {
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch busy = new CountDownLatch(1);
        worker.add(listener("slow", () -> {
            busy.countDown();
            try {
                go.await(60, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        worker.tell(listener -> listener.closed(null, "first"));
        assertThat(busy.await(40, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < Worker.MAX_EVENTS + 5; i++) {
            String reason = "" + i;
            worker.tell(listener -> listener.closed(null, reason));
        }
        go.countDown();
        worker.stop();
        assertThat(told).hasSize(Worker.MAX_EVENTS + 1).startsWith("slow first", "slow 5");
    }

    @Test
    void aListenerThatDoesNotReturnDoesNotHoldTheEnd() throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        worker.add(listener("stuck", () -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                told.add("interrupted");
            }
        }));
        worker.tell(listener -> listener.closed(null, "one"));
        worker.stop();
        assertThat(told).startsWith("interrupted");
        assertThat(saved.get()).isPositive();
    }
}
