package org.geometryos.compositor.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.transport.api.Batch;
import org.geometryos.compositor.transport.api.Link;
import org.geometryos.compositor.transport.api.Transport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IdleCollectionTest {
    private static final long TURN = TimeUnit.SECONDS.toNanos(4);

    private long now = System.nanoTime();
    private int collections;
    private Counts transport = new Counts();
    private final IdleCollection idle = new IdleCollection(() -> transport, () -> now, () -> collections++);

    private static final class Counts implements Transport {
        private int size;
        private long bytes;

        @Override
        public Collection<Link> links() {
            return List.of();
        }

        @Override
        public int size() {
            return size;
        }

        @Override
        public long bytesSent() {
            return bytes;
        }

        @Override
        public Optional<Link> link(long id) {
            return Optional.empty();
        }

        @Override
        public Batch batch() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int messageBytes() {
            return 0;
        }
    }

    private void connect(int count) {
        transport.size += count;
        transport.bytes += count * 2_000L;
        for (int i = 0; i < count; i++) {
            idle.opened(null);
        }
    }

    private void disconnect(int count) {
        transport.size -= count;
        for (int i = 0; i < count; i++) {
            idle.closed(null, 1000, "");
        }
    }

    private void pass(int turns, int bytesPerSecondAndDisplay) {
        for (int i = 0; i < turns; i++) {
            now += TURN;
            transport.bytes += 4L * bytesPerSecondAndDisplay * transport.size;
            idle.look();
        }
    }

    @BeforeEach
    void start() {
        pass(4, 0);
        assertThat(collections).as("what the start left").isEqualTo(1);
        collections = 0;
    }

    @Test
    void whenManyHaveComeAndNothingIsShownItIsCollectedOnce() {
        connect(5_000);
        pass(3, 20);
        assertThat(collections).isZero();
        pass(1, 20);
        assertThat(collections).isEqualTo(1);
        pass(100, 20);
        assertThat(collections).isEqualTo(1);
    }

    @Test
    void whenManyHaveGoneItIsCollectedAgain() {
        connect(5_000);
        pass(5, 20);
        disconnect(5_000);
        pass(5, 0);
        assertThat(collections).isEqualTo(2);
    }

    @Test
    void nothingIsCollectedWhileDisplaysGetUpdates() {
        connect(5_000);
        // one a second
        pass(100, 250);
        assertThat(collections).isZero();
        pass(4, 20);
        assertThat(collections).isEqualTo(1);
    }

    @Test
    void nothingIsCollectedWhileTheyStillCome() {
        for (int i = 0; i < 20; i++) {
            connect(300);
            pass(1, 0);
        }
        assertThat(collections).isZero();
    }

    @Test
    void aFewAreNotWorthIt() {
        connect(IdleCollection.MANY - 1);
        pass(50, 20);
        assertThat(collections).isZero();
        connect(1);
        pass(5, 20);
        assertThat(collections).isEqualTo(1);
    }

    @Test
    void aTransportThatIsReplacedIsNoUpdate() {
        connect(5_000);
        pass(2, 20);
        transport = null;
        now += TURN;
        idle.look();
        transport = new Counts();
        pass(2, 0);
        assertThat(collections).isEqualTo(1);
    }
}
