package org.geometryos.compositor.operate;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.geometryos.compositor.transport.api.Link;
import org.geometryos.compositor.transport.api.LinkTap;
import org.junit.jupiter.api.Test;

class MessageWatchTest {
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicReference<LinkTap> tap = new AtomicReference<>();
    private final MessageWatch watch = new MessageWatch(nanos::get, () -> 7);
    private final Link link = (Link) Proxy.newProxyInstance(
            Link.class.getClassLoader(),
            new Class<?>[] {Link.class},
            (self, method, given) -> switch (method.getName()) {
                case "tap" -> tap.compareAndSet(null, (LinkTap) given[0]);
                case "untap" -> {
                    tap.compareAndSet((LinkTap) given[0], null);
                    yield null;
                }
                case "equals" -> self == given[0];
                default -> 0;
            });

    private void message(int bytes) {
        tap.get().message(true, ByteBuffer.allocate(bytes), true);
    }

    @Test
    void messagesAreKeptInOrderWithinTheirBytes() {
        assertThat(watch.look(link)).isTrue();
        tap.get().message(false, ByteBuffer.wrap("{}".getBytes(StandardCharsets.US_ASCII)), true);
        message(MessageWatch.LONGEST + 1);
        assertThat(watch.after(0, 1_000)).extracting(MessageWatch.Seen::number).containsExactly(7L, 8L);
        assertThat(watch.after(7, 1_000).get(0).payload())
                .as("too long to be kept")
                .isNull();
        for (int i = 0; i < 100; i++) {
            message(100_000);
        }
        assertThat(watch.after(0, Integer.MAX_VALUE).stream()
                        .mapToLong(seen -> MessageWatch.OVERHEAD + seen.length())
                        .sum())
                .isLessThanOrEqualTo(MessageWatch.KEPT);
        assertThat(watch.missed(7)).isGreaterThan(1);
        assertThat(watch.missed(0)).as("of an earlier watch, or of none").isZero();
        long newest = watch.after(0, Integer.MAX_VALUE).stream()
                .mapToLong(MessageWatch.Seen::number)
                .max()
                .orElseThrow();
        assertThat(watch.missed(newest)).isZero();
        assertThat(watch.after(0, 1)).as("one at least").hasSize(1);
    }

    @Test
    void whoFollowedAnEarlierWatchGoesOnWithALaterOne() {
        watch.look(link);
        message(1);
        message(2);
        watch.end();
        MessageWatch later = new MessageWatch(nanos::get, () -> 1_000_000);
        later.look(link);
        message(3);
        assertThat(later.after(8, 1_000)).extracting(MessageWatch.Seen::length).containsExactly(3);
        assertThat(later.missed(8)).isZero();
    }

    @Test
    void whoAsksNoMoreIsForgottenAndTheLinkIsFreeAgain() {
        watch.look(link);
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(MessageWatch.FORGOTTEN_SECONDS + 1));
        message(10);
        assertThat(tap.get()).isNull();
        assertThat(watch.after(0, 1_000)).isEmpty();
    }

    @Test
    void anotherOnesTapStaysAndTheEndTakesOursAway() {
        LinkTap other = (sent, payload, text) -> {};
        tap.set(other);
        assertThat(watch.look(link)).isFalse();
        tap.set(null);
        assertThat(watch.look(link)).isTrue();
        watch.end();
        assertThat(tap.get()).isNull();
    }
}
