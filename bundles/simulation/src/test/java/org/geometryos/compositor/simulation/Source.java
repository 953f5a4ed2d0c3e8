package org.geometryos.compositor.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.api.camera.CameraSink;
import org.geometryos.compositor.api.camera.CameraSource;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.View2d;

/** A source that moves a camera at a rate, pauses, and tries other cameras. */
final class Source implements CameraSource {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    final String id;
    final int priority;
    private final World world;
    private final SplittableRandom random;
    private final int number;
    private int camera;
    private CameraSink sink;
    private long pausesUntil = Timeline.START;
    private long sample;
    private boolean stopped;

    Source(World world, int number, SplittableRandom random) {
        this.world = world;
        this.number = number;
        this.random = random;
        this.id = "source-" + number;
        this.priority = random.nextInt(3) * 6;
        this.camera = number % world.scenario.cameras();
    }

    void start() {
        world.time.after(random.nextLong(SECOND / world.scenario.hertz()), this::push);
        world.time.after(random.nextLong(4 * SECOND), this::act);
    }

    void rest() {
        stopped = true;
    }

    private void push() {
        if (stopped) {
            return;
        }
        world.time.after(SECOND / world.scenario.hertz(), this::push);
        if (sink != null && pausesUntil - world.time.getAsLong() <= 0) {
            long n = ++sample;
            sink.push(new CameraUpdate(
                    Names.camera(camera),
                    new View2d(n % 977, number, 1.5, 0),
                    random.nextInt(4) == 0 ? OptionalLong.empty() : OptionalLong.of(world.time.micros()),
                    OptionalLong.of(n),
                    false,
                    Optional.empty()));
            world.updates++;
        }
    }

    private void act() {
        if (stopped) {
            return;
        }
        world.time.after(random.nextLong(10 * SECOND), this::act);
        int dice = random.nextInt(10);
        if (dice == 0) {
            pausesUntil = world.time.getAsLong() + random.nextLong(9 * SECOND);
            world.history.note(id, "pauses");
        } else if (dice == 1) {
            camera = random.nextInt(world.scenario.cameras());
            world.history.note(id, "moves camera " + Names.camera(camera));
        } else if (dice == 2) {
            camera = number % world.scenario.cameras();
        } else if (dice == 3) {
            world.leaves(this, random.nextLong(3 * SECOND));
        } else if (dice == 4 && sink != null) {
            world.truth.mayRenew(camera);
            sink.renew(Names.camera(camera));
        }
    }

    private final List<CameraSink> sinks = new ArrayList<>();

    @Override
    public void connected(CameraSink given) {
        sinks.add(given);
        sink = given;
    }

    @Override
    public void disconnected(CameraSink given) {
        sinks.remove(given);
        sink = sinks.isEmpty() ? null : sinks.get(sinks.size() - 1);
    }

    /** The same in each run. */
    @Override
    public int hashCode() {
        return number;
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }
}
