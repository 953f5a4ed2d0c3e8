package org.geometryos.compositor.io.http.send;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SlotsTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private final AtomicLong now = new AtomicLong(1);
    private final AtomicInteger cut = new AtomicInteger();
    private final Slots slots = new Slots(64, now::get);

    private Optional<Slots.Slot> take(String key, String address) {
        return slots.take(key, address, cut::incrementAndGet);
    }

    private List<Slots.Slot> takeAll(String key, String address) {
        List<Slots.Slot> taken = new ArrayList<>();
        for (Optional<Slots.Slot> slot = take(key, address); slot.isPresent(); slot = take(key, address)) {
            taken.add(slot.get());
        }
        return taken;
    }

    @Test
    void oneKeyFromManyAddressesLeavesAQuarterToOthers() {
        for (int i = 0; i < 1_000; i++) {
            take("hostile", "10.0.0." + i);
        }
        assertThat(slots.taken()).isEqualTo(48);
        assertThat(takeAll("innocent", "192.0.2.1")).hasSize(4);
        assertThat(takeAll("other", "192.0.2.2")).hasSize(4);
    }

    @Test
    void oneAddressWithManyKeysLeavesAQuarterToOthers() {
        for (int i = 0; i < 1_000; i++) {
            take("hostile-" + i, "10.0.0.1");
        }
        assertThat(slots.taken()).isEqualTo(48);
        assertThat(takeAll("innocent", "192.0.2.1")).isNotEmpty();
    }

    @Test
    void withoutKeysTheAddressAloneCounts() {
        assertThat(takeAll("", "10.0.0.1")).hasSize(48);
        assertThat(takeAll("", "192.0.2.1")).hasSize(4);
    }

    @Test
    void whatIsGivenBackCanBeTakenAgainAndOnce() {
        List<Slots.Slot> taken = takeAll("a", "10.0.0.1");
        taken.forEach(Slots.Slot::release);
        taken.forEach(Slots.Slot::release);
        assertThat(slots.taken()).isZero();
        assertThat(takeAll("a", "10.0.0.1")).hasSize(48);
    }

    @Test
    void whileOthersWaitTheSlowOnesEnd() {
        List<Slots.Slot> taken = takeAll("a", "10.0.0.1");
        for (int i = 0; i < 6; i++) {
            now.addAndGet(SECOND);
            // one that reads 100 KB/s, one that reads 10 KB/s, the others nothing
            taken.get(0).sent(100_000);
            taken.get(1).sent(10_000);
        }
        assertThat(cut).hasValue(0);
        assertThat(take("a", "10.0.0.1")).isPresent();
        assertThat(cut).hasValue(47);
        assertThat(slots.taken()).isEqualTo(2);
    }

    @Test
    void aFastBeginningDoesNotExcuseAStandstill() {
        List<Slots.Slot> taken = takeAll("a", "10.0.0.1");
        taken.forEach(slot -> slot.sent(50_000_000));
        now.addAndGet(6 * SECOND);
        assertThat(take("a", "10.0.0.1")).isEmpty();
        now.addAndGet(6 * SECOND);
        assertThat(take("a", "10.0.0.1")).isPresent();
        assertThat(cut).hasValue(48);
    }

    @Test
    void whileNobodyWaitsSlowOnesGoOn() {
        take("a", "10.0.0.1");
        now.addAndGet(600 * SECOND);
        assertThat(take("b", "10.0.0.2")).isPresent();
        assertThat(cut).hasValue(0);
    }
}
