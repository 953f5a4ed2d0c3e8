package org.geometryos.compositor.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.connection.LinkMemory;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.metrics.Durations;
import org.geometryos.compositor.api.metrics.Meter;
import org.geometryos.compositor.api.metrics.Readings;
import org.geometryos.compositor.testkit.FakeClock;
import org.geometryos.compositor.testkit.FakeJournal;
import org.geometryos.compositor.testkit.FakeLink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FiguresTest {
    private static Map<String, Double> read(Figures figures) {
        return read((Meter) figures::read);
    }

    /** What figures say, by name or the value of the label; equal ones add up. */
    static Map<String, Double> read(Meter figures) {
        Map<String, Double> values = new HashMap<>();
        figures.read(new Readings() {
            @Override
            public void counter(String name, String help, double value, String... labels) {
                values.merge(labels.length == 0 ? name : labels[1], value, Double::sum);
            }

            @Override
            public void gauge(String name, String help, double value, String... labels) {
                values.merge(name, value, Double::sum);
            }

            @Override
            public void durations(String name, String help, Durations durations, String... labels) {
                values.merge(name, (double) Arrays.stream(durations.counts()).sum(), Double::sum);
                values.merge(name + " sum", (double) durations.totalNanos(), Double::sum);
            }
        });
        return values;
    }

    /** The accounts of the displays are kept by other code, display by display. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
    void theSumsAreThoseOfTheDisplaysAccounts(int seed) {
        Random random = new Random(seed);
        Stage stage = new Stage(new FakeJournal("first", 40, 40));
        List<FakeLink> links = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            links.add(stage.display(Stage.every("a")));
            links.add(stage.display(Stage.latest("a", "b")));
            links.add(stage.display(Stage.rate(20, "a", "b")));
        }
        for (int i = 0; i < 600; i++) {
            links.get(random.nextInt(links.size())).busy(random.nextBoolean());
            stage.move(random.nextBoolean() ? "a" : "b");
            if (random.nextInt(9) == 0) {
                stage.hold("a", "somebody " + i);
            }
            if (random.nextInt(4) == 0) {
                stage.settle();
            }
            if (random.nextInt(40) == 0) {
                stage.pass(30);
            }
        }
        links.forEach(link -> link.busy(false));
        stage.pass(1_000);
        long delivered = links.stream().mapToLong(FakeLink::delivered).sum();
        long due = links.stream().mapToLong(FakeLink::due).sum();
        long refused = links.stream()
                .mapToLong(link -> LinkMemory.of(link.attributes()).refused())
                .sum();
        Map<String, Double> figures = read(stage.figures);
        assertThat(refused).isPositive();
        assertThat(figures)
                .containsEntry("delivered", (double) delivered)
                .containsEntry("refused", (double) refused)
                .containsEntry("superseded", (double) (due - delivered - refused))
                .containsEntry("compositor_broadcast_displays", 12.0)
                .containsEntry("compositor_broadcast_displays_behind", 0.0);
        assertThat(figures.get("compositor_broadcast_pass_seconds")).isPositive();
    }

    @Test
    void eachDeliveryOfACameraUpdateHasItsAge() {
        Stage stage = new Stage();
        for (int i = 0; i < 40; i++) {
            stage.display(Stage.every("a", "b"));
        }
        FakeLink slow = stage.display(Stage.every("a"));
        slow.busy(true);
        stage.move("a");
        stage.move("b");
        stage.hold("a", "somebody");
        stage.settle();
        assertThat(read(stage.figures)).containsEntry("compositor_update_age_seconds", 80.0);
        slow.busy(false);
        stage.settle();
        assertThat(read(stage.figures)).containsEntry("compositor_update_age_seconds", 81.0);
    }

    @Test
    void theAgeRunsFromTheArrivalToTheSending() {
        FakeClock clock = new FakeClock();
        long now = 1_700_000_000_000_000L;
        Figures figures = new Figures(clock, () -> now);
        CameraState state = Stage.view("a", null).view().orElseThrow();
        figures.begin();
        figures.add(new Entry(
                1,
                new Change.CameraChanged(new CameraState(
                        "a",
                        state.view(),
                        0,
                        now - 2_000,
                        state.sample(),
                        state.timecode(),
                        "s",
                        state.origin(),
                        false))));
        figures.sent(2);
        clock.passMillis(5);
        figures.sent(1);
        figures.sent(0);
        assertThat(read(figures))
                .containsEntry("compositor_update_age_seconds", 3.0)
                .containsEntry("compositor_update_age_seconds sum", 2 * 2e6 + 7e6);
    }

    @Test
    void aBatchOfAnyLengthHasRoom() {
        Figures figures = new Figures(() -> 0, () -> 0);
        figures.begin();
        for (int i = 0; i < 1_000; i++) {
            figures.add(new Entry(i, Stage.view("a", null)));
        }
        figures.sent(3);
        assertThat(read(figures)).containsEntry("compositor_update_age_seconds", 3_000.0);
    }

    @Test
    void countingAllocatesNothing() {
        Figures figures = new Figures(() -> 0, () -> 0);
        Entry entry = new Entry(1, Stage.view("a", null));
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        int turns = 100_000;
        long before = threads.getThreadAllocatedBytes(thread);
        for (int i = 0; i < turns; i++) {
            figures.begin();
            figures.add(entry);
            figures.sent(16);
            figures.account(16, 1, 1);
            figures.passed(20_000);
            figures.members(128, 1);
        }
        assertThat(threads.getThreadAllocatedBytes(thread) - before).isLessThan(turns);
    }
}
