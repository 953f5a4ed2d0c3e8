package org.geometryos.compositor.operate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.geometryos.compositor.api.camera.Projection;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.camera.View3d;
import org.geometryos.compositor.api.connection.ConnectionManager;
import org.geometryos.compositor.api.metrics.Durations;
import org.geometryos.compositor.api.metrics.Meter;
import org.geometryos.compositor.api.recording.Recorder;
import org.geometryos.compositor.api.recording.RecorderStatus;
import org.geometryos.compositor.api.value.Quaternion;
import org.geometryos.compositor.api.value.Size;
import org.geometryos.compositor.api.value.Vector3;
import org.geometryos.compositor.io.json.JsonWriter;
import org.junit.jupiter.api.Test;

class StateTest {
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicReference<ConnectionManager> connections = new AtomicReference<>();
    private final AtomicReference<Recorder> recorder = new AtomicReference<>();
    private final List<Meter> meters = new ArrayList<>();
    private final Parts parts = new Parts(
            new Part<>("the connection manager", connections::get),
            new Part<>("the camera bridge", () -> null),
            new Part<>("the journal", () -> null),
            new Part<>("the recorder", recorder::get),
            new Part<>("Config Admin", () -> null),
            new Part<>("the component runtime", () -> null),
            meters);
    private final SourcesResource switches =
            new SourcesResource(null, parts, new Configurations(null, parts.configurations()));
    private final State state = new State(
            parts,
            switches,
            new Troubles(new Part<>("the transport", () -> null), nanos::get, () -> 0),
            new HostFigures("1.2.3"),
            nanos::get);

    private Map<String, Object> look() {
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
        return state.get(Map.of());
    }

    /** Answers each call alike. */
    private static <T> T answering(Class<T> type, AtomicInteger calls, Object answer) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, given) -> {
            calls.incrementAndGet();
            if (answer instanceof RuntimeException e) {
                throw e;
            }
            return answer;
        }));
    }

    @Test
    void aPartThatIsAwayIsNull() throws Exception {
        assertThat(look())
                .containsKeys("time", "host", "metrics")
                .containsEntry("connections", null)
                .containsEntry("sessions", null)
                .containsEntry("displays", null)
                .containsEntry("cameras", null)
                .containsEntry("sources", null)
                .containsEntry("recorder", null);
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        JsonWriter.write(json, look());
        assertThat(json.toString(StandardCharsets.UTF_8)).contains("\"recorder\":null", "\"version\":\"1.2.3\"");
    }

    @Test
    void aPartThatGoesInTheMiddleIsNullToo() {
        ConnectionManager manager =
                answering(ConnectionManager.class, new AtomicInteger(), new IllegalStateException("stopped"));
        connections.set(manager);
        assertThat(look()).containsEntry("connections", null).containsEntry("sessions", null);
    }

    @Test
    void manyPagesCostNoMoreThanOne() {
        AtomicInteger calls = new AtomicInteger();
        RecorderStatus status = new RecorderStatus(
                true, "recordings.db", Optional.of("e"), 7, 1, 6, 0, 4096, Optional.of("the disk is full"));
        recorder.set(answering(Recorder.class, calls, status));
        Map<String, Object> first = look();
        assertThat(state.get(Map.of())).isSameAs(first);
        assertThat(calls).hasValue(1);
        assertThat((Map<?, ?>) first.get("recorder"))
                .isEqualTo(Map.of(
                        "enabled",
                        true,
                        "file",
                        "recordings.db",
                        "recording",
                        false,
                        "behind",
                        1L,
                        "written",
                        6L,
                        "missed",
                        0L,
                        "bytes",
                        4096L,
                        "problem",
                        "the disk is full"));
    }

    @Test
    void ratesAndAgesAreThoseSinceTheSampleBefore() {
        Durations ages = new Durations();
        AtomicLong updates = new AtomicLong(100);
        meters.add(readings -> {
            readings.counter("compositor_camera_updates_total", "", updates.get(), "camera", "a");
            readings.counter("compositor_deliveries_total", "", updates.get() * 3, "outcome", "delivered");
            readings.counter("compositor_deliveries_total", "", 1_000_000, "outcome", "superseded");
            readings.durations("compositor_update_age_seconds", "", ages);
        });
        meters.add(readings -> {
            throw new IllegalStateException("gone");
        });
        ages.record(TimeUnit.SECONDS.toNanos(9), 1_000);
        assertThat(look()).containsEntry("metrics", Map.of());
        updates.addAndGet(50);
        ages.record(TimeUnit.MICROSECONDS.toNanos(900), 98);
        ages.record(TimeUnit.MICROSECONDS.toNanos(4_900), 2);
        assertThat(look().get("metrics"))
                .isEqualTo(Map.of("updatesPerSecond", 50.0, "deliveredPerSecond", 150.0, "ageP50", 1.0, "ageP99", 5.0));
        // the part was replaced, and counts anew
        updates.set(1);
        assertThat(look()).containsEntry("metrics", Map.of());
    }

    @Test
    void viewsHaveTheNamesOfTheProtocol() {
        assertThat(Views.of(new View2d(1, 2, 3, 4, Optional.of(new Size(5, 6)))).toString())
                .isEqualTo("{kind=2d, center=[1.0, 2.0], zoom=3.0, rotation=4.0, size=[5.0, 6.0]}");
        View3d view = new View3d(
                new Vector3(1, 2, 3),
                Quaternion.IDENTITY,
                new Projection.Perspective(1, 0.1, OptionalDouble.of(100), OptionalDouble.empty()));
        assertThat(Views.of(view).toString())
                .isEqualTo("{kind=3d, position=[1.0, 2.0, 3.0], orientation=[0.0, 0.0, 0.0, 1.0], "
                        + "projection={type=perspective, yfov=1.0, znear=0.1, zfar=100.0}}");
    }
}
