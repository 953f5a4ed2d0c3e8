package org.geometryos.compositor.camera;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.geometryos.compositor.api.camera.CameraSink;
import org.geometryos.compositor.api.camera.CameraSource;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.testkit.FakeJournal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DelayTest {
    private static final long MILLI = 1_000;
    private static final long BEGIN = 1_700_000_000_000_000L;

    private final AtomicLong micros = new AtomicLong(BEGIN);
    private final Delay delay = new Delay(() -> micros.get() * MILLI, micros::get);

    private static CameraUpdate move() {
        return new CameraUpdate("stage", new View2d(1, 2, 1, 0));
    }

    private void pass(long millis) {
        micros.addAndGet(millis * MILLI);
    }

    @Test
    void withoutADelayAnUpdateIsAsItIs() {
        CameraUpdate update = move().withTime(5);
        assertThat(delay.apply(update)).isSameAs(update);
        assertThat(delay.apply(move()).time()).isEmpty();
    }

    @Test
    void itIsTakenOffTheTimeOfTheSample() {
        delay.set(41.7);
        assertThat(delay.apply(move().withTime(BEGIN)).time()).hasValue(BEGIN - 41_700);
    }

    @Test
    void itIsTakenOffTheTimeOfArrivalWhereASampleHasNone() {
        delay.set(20);
        assertThat(delay.apply(move()).time()).hasValue(BEGIN - 20 * MILLI);
        pass(7);
        assertThat(delay.apply(move()).time()).hasValue(BEGIN - 13 * MILLI);
    }

    @Test
    void lessThanZeroIsLater() {
        delay.set(-100);
        assertThat(delay.apply(move().withTime(BEGIN)).time()).hasValue(BEGIN + 100 * MILLI);
    }

    @Test
    void nothingElseOfAnUpdateChanges() {
        delay.set(20);
        CameraUpdate update = move().withTime(BEGIN).withSample(7).withTimecode("01:02:03:04");
        assertThat(delay.apply(update)).isEqualTo(update.withTime(BEGIN - 20 * MILLI));
        assertThat(delay.apply(move().withTime(3)).time()).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(doubles = {80, -80, 0})
    void anotherOneIsReachedSlowlyAndTimeNeverGoesBack(double wanted) {
        delay.set(40);
        long[] last = {0};
        IntStream.range(0, 20).forEach(i -> {
            last[0] = delay.apply(move().withTime(micros.get())).time().getAsLong();
            pass(10);
        });
        delay.set(wanted);
        double most = 10 * MILLI * (1 + Delay.SLEW);
        for (int i = 0; i < 400; i++) {
            long time = delay.apply(move().withTime(micros.get())).time().getAsLong();
            assertThat((double) time - last[0]).isBetween(10 * MILLI * (1 - Delay.SLEW) - 1, most + 1);
            last[0] = time;
            pass(10);
        }
        assertThat(micros.get() - 10 * MILLI - last[0]).isEqualTo(Math.round(wanted * MILLI));
    }

    @Test
    void oneThatComesWhileUpdatesComeIsNoJump() {
        delay.apply(move().withTime(BEGIN));
        delay.set(1_000);
        pass(10);
        assertThat(delay.apply(move().withTime(micros.get())).time().getAsLong())
                .isCloseTo(micros.get() - 500, within(1L));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "", "NaN", "-1000.1", "10001", "Infinity"})
    void whatIsNoDelayIsRefusedWithTheRule(String value) {
        assertThatThrownBy(() -> Delay.check("delay", value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("delay must ")
                .hasMessageContaining(value);
    }

    @Test
    void aSourceSaysItsDelayAndTheConfigurationCountsBefore() {
        FakeJournal journal = new FakeJournal("epoch");
        CameraComponent component =
                new CameraComponent(null, Map.of(), bundle -> true, () -> micros.get() * MILLI, micros::get);
        component.setJournal(journal);
        CameraSink[] sink = new CameraSink[1];
        CameraSource source = new CameraSource() {
            @Override
            public void connected(CameraSink given) {
                sink[0] = given;
            }

            @Override
            public void disconnected(CameraSink given) {
                // nothing to do
            }
        };
        Map<String, Object> properties = Map.of(CameraSource.ID, "crane", CameraSource.DELAY, " 30 ");
        component.addSource(source, properties);
        sink[0].push(move().withTime(BEGIN));
        assertThat(journal.camera("stage").map(DelayTest::time)).hasValue(BEGIN - 30 * MILLI);
        component.modified(Map.of("sourceDelays", new String[] {"other=5", "crane = 10"}));
        pass(TimeUnit.SECONDS.toMillis(10));
        sink[0].push(move().withTime(micros.get()));
        assertThat(journal.camera("stage").map(DelayTest::time)).hasValue(micros.get() - 10 * MILLI);
        component.modified(Map.of("sourceDelays", "crane=many"));
        component.updatedSource(source, Map.of(CameraSource.ID, "crane", CameraSource.DELAY, 99_999));
        pass(TimeUnit.SECONDS.toMillis(10));
        sink[0].push(move());
        assertThat(journal.camera("stage").map(DelayTest::time)).hasValue(micros.get() - 10 * MILLI);
        component.modified(Map.of());
        pass(TimeUnit.SECONDS.toMillis(10));
        sink[0].push(move());
        assertThat(journal.camera("stage").map(DelayTest::time)).hasValue(micros.get());
    }

    private static long time(Entry entry) {
        return entry.change().view().orElseThrow().time();
    }
}
