package org.geometryos.compositor.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.testkit.FakeClock;
import org.geometryos.compositor.testkit.FakeLink;
import org.geometryos.compositor.testkit.FakeTransport;
import org.junit.jupiter.api.Test;

class SubscriptionQueueTest {
    private final FakeClock clock = new FakeClock();
    private final FakeTransport transport = new FakeTransport(clock);
    private final SubscriptionQueue admission = new SubscriptionQueue(clock);
    private final List<Subscriber> begun = new ArrayList<>();

    private Subscriber subscriber() {
        FakeLink link = transport.connect(Map.of("codec", "compositor.v1.json", "session", "s-1"));
        return new Subscriber(link, clock.getAsLong());
    }

    private static void ask(Subscriber subscriber) {
        subscriber
                .link
                .attributes()
                .put("subscription.pending", Map.copyOf(Stage.latest("a").toMap()));
    }

    /** Begins one in so much time. */
    private boolean take(Subscriber subscriber, long millis) {
        begun.add(subscriber);
        clock.passMillis(millis);
        return true;
    }

    @Test
    void thoseWhoAskAreServedInTheirOrderAndOnce() {
        List<Subscriber> all = List.of(subscriber(), subscriber(), subscriber());
        for (Subscriber each : all) {
            assertThat(admission.asks(each)).isFalse();
            ask(each);
            assertThat(admission.asks(each)).isTrue();
            admission.enqueue(each);
            assertThat(admission.asks(each)).isFalse();
        }
        assertThat(admission.mayBegin(clock.getAsLong())).isTrue();
        admission.begin(each -> take(each, 0));
        assertThat(begun).isEqualTo(all);
        assertThat(admission.mayBegin(clock.getAsLong())).isFalse();
        assertThat(admission.nextTurn(clock.getAsLong() + 77)).isEqualTo(clock.getAsLong() + 77);
    }

    @Test
    void beginningsGiveWayAfterASliceAndGoOnNext() {
        for (int i = 0; i < 10; i++) {
            admission.enqueue(subscriber());
        }
        admission.begin(each -> take(each, 2));
        assertThat(begun).hasSize(3);
        assertThat(admission.mayBegin(clock.getAsLong())).isTrue();
    }

    @Test
    void inTheLongRunBeginningsTakeAShareOfTheTime() {
        for (int i = 0; i < 1000; i++) {
            admission.enqueue(subscriber());
        }
        long from = clock.getAsLong();
        long busy = 0;
        while (clock.getAsLong() - from < TimeUnit.SECONDS.toNanos(4)) {
            if (admission.mayBegin(clock.getAsLong())) {
                long before = clock.getAsLong();
                admission.begin(each -> take(each, 5));
                busy += clock.getAsLong() - before;
            } else {
                long next = admission.nextTurn(clock.getAsLong() + TimeUnit.SECONDS.toNanos(1));
                clock.pass(next - clock.getAsLong());
            }
        }
        // a quarter of a second at once, and then one part of three
        assertThat(TimeUnit.NANOSECONDS.toMillis(busy)).isBetween(1200L, 1700L);
    }

    @Test
    void oneForWhomThereIsNoRoomIsTriedAgainLater() {
        Subscriber first = subscriber();
        admission.enqueue(first);
        admission.begin(each -> false);
        assertThat(first.asks).isTrue();
        assertThat(admission.mayBegin(clock.getAsLong())).isFalse();
        long next = admission.nextTurn(clock.getAsLong() + TimeUnit.SECONDS.toNanos(1));
        assertThat(next - clock.getAsLong()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(100));
        clock.passMillis(100);
        admission.begin(each -> take(each, 0));
        assertThat(begun).containsExactly(first);
    }

    @Test
    void oneThatIsForgottenIsNotTriedAgain() {
        Subscriber first = subscriber();
        admission.enqueue(first);
        admission.begin(each -> false);
        admission.forget(first);
        clock.passMillis(100);
        assertThat(admission.mayBegin(clock.getAsLong())).isFalse();
    }

    @Test
    void aSecondsWorthOfChangesComesAtOnceAndMoreAtAPace() {
        Subscriber eager = subscriber();
        eager.subscribed = true;
        int changes = 0;
        while (admission.mayChange(eager)) {
            admission.answered(eager, clock.getAsLong(), 100);
            changes++;
        }
        assertThat(changes).isBetween(100, 102);
        assertThat(admission.pollChange(clock.getAsLong())).isNull();
        long next = admission.nextTurn(clock.getAsLong() + TimeUnit.SECONDS.toNanos(1));
        clock.pass(next - clock.getAsLong());
        assertThat(admission.pollChange(clock.getAsLong())).isSameAs(eager);
        assertThat(admission.mayChange(eager)).isTrue();
        // another one is not held up by it
        Subscriber calm = subscriber();
        calm.subscribed = true;
        assertThat(admission.mayChange(calm)).isTrue();
    }
}
