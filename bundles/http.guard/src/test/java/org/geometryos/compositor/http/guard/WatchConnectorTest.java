package org.geometryos.compositor.http.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.geometryos.compositor.testkit.http.JettyHost;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WatchConnectorTest {
    private static final int MANY = 60;

    private final Settings settings = new Settings(TimeUnit.SECONDS.toNanos(10), 1_000, 1_000);
    private final JettyHost host = new JettyHost();
    private QueuedThreadPool pool;
    private int before;
    private WatchConnector watching;

    @BeforeEach
    void start() throws Exception {
        pool = (QueuedThreadPool) host.server.getThreadPool();
        pool.setIdleTimeout(2_000);
        host.start();
        before = pool.getMaxEvictCount();
        watching = host.add(
                new WatchConnector(host.server, new HeaderWatch(() -> settings), new Restarting(), () -> true));
    }

    @AfterEach
    void stop() throws Exception {
        host.close();
    }

    @Test
    void threadsThatAreNotNeededAnyMoreGoTogether() throws InterruptedException {
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(MANY);
        List<Runnable> tasks = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            tasks.add(() -> {
                begun.countDown();
                try {
                    end.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        tasks.forEach(pool::execute);
        begun.await();
        assertThat(pool.getThreads()).isGreaterThanOrEqualTo(MANY);
        end.countDown();
        // one at a time would take a minute
        JettyHost.until("the threads are gone", () -> pool.getThreads() < MANY / 2);
    }

    @Test
    void aServerIsLeftAsItWas() throws Exception {
        assertThat(pool.getMaxEvictCount()).isEqualTo(pool.getMaxThreads());
        watching.stop();
        assertThat(pool.getMaxEvictCount()).isEqualTo(before);
    }
}
