package example.orbit;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.geometryos.compositor.api.camera.CameraSink;
import org.geometryos.compositor.api.camera.CameraSource;
import org.geometryos.compositor.api.camera.CameraSourceId;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.api.camera.Projection;
import org.geometryos.compositor.api.camera.SourceHealth;
import org.geometryos.compositor.api.camera.View3d;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.api.value.Quaternion;
import org.geometryos.compositor.api.value.Vector3;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/** Lets a camera go round the middle of the stage, 60 times a second. */
@Component(configurationPid = "example.orbit")
@CameraSourceId(id = "orbit", priority = 1)
public final class OrbitCamera implements CameraSource {
    private static final long PERIOD_NANOS = 1_000_000_000 / 60;
    private static final long LATE_NANOS = 500_000_000;
    private static final double HEIGHT = 1.6;
    private static final Projection LENS =
            new Projection.Perspective(0.8, 0.1, OptionalDouble.empty(), OptionalDouble.empty());

    /** What can be configured, in the file {@code conf/example.orbit.cfg}. */
    @interface Config {
        /** Name of the camera. */
        String camera() default "orbit";

        /** Metres, above 0. */
        double radius() default 5;

        /** Duration of a turn, above 0. */
        double seconds() default 20;
    }

    private final String camera;
    private final double radius;
    private final double seconds;
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(work -> new Thread(work, "example-orbit"));
    private volatile CameraSink sink;
    private volatile long moved = System.nanoTime();
    private volatile boolean jumps = true;
    // the clock's thread only
    private long sample;

    @Activate
    public OrbitCamera(Config config) {
        camera = config.camera();
        radius = above0("radius", config.radius());
        seconds = above0("seconds", config.seconds());
        clock.scheduleAtFixedRate(this::move, 0, PERIOD_NANOS, TimeUnit.NANOSECONDS);
    }

    private static double above0(String key, double value) {
        if (!(value > 0)) {
            throw new InvalidValueException(key, value, "must be above 0");
        }
        return value;
    }

    private void move() {
        moved = System.nanoTime();
        CameraSink to = sink;
        if (to == null) {
            return;
        }
        long time = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        double angle = 2 * Math.PI * (time / 1e6 % seconds / seconds);
        // on a circle about the y axis, turned about it by the same angle: it looks at the middle
        View3d view = new View3d(
                new Vector3(radius * Math.sin(angle), HEIGHT, radius * Math.cos(angle)),
                new Quaternion(0, Math.sin(angle / 2), 0, Math.cos(angle / 2)),
                LENS);
        to.push(new CameraUpdate(camera, view)
                        .withTime(time)
                        .withSample(sample++)
                        .withCut(jumps))
                .then(this::told);
    }

    /** On the clock's thread, or later on another one. */
    private void told(Outcome outcome) {
        (outcome.accepted() ? accepted : refused).incrementAndGet();
        // where it goes on after a refusal is somewhere else
        jumps = !outcome.accepted();
    }

    @Override
    public void connected(CameraSink bridge) {
        sink = bridge;
    }

    @Override
    public void disconnected(CameraSink bridge) {
        if (sink == bridge) {
            sink = null;
        }
    }

    @Override
    public SourceHealth health() {
        return System.nanoTime() - moved > LATE_NANOS ? SourceHealth.stale("the clock stands still") : SourceHealth.OK;
    }

    @Override
    public Map<String, Long> counters() {
        Map<String, Long> counters = new LinkedHashMap<>();
        counters.put("moves.accepted", accepted.get());
        counters.put("moves.refused", refused.get());
        return counters;
    }

    @Deactivate
    void stop() {
        clock.shutdownNow();
    }
}
