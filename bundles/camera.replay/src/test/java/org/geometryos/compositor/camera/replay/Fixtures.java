package org.geometryos.compositor.camera.replay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.geometryos.compositor.api.camera.CameraSink;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.api.camera.View2d;

/** What the tests share. */
final class Fixtures {
    static final Outcome ACCEPTED = new Outcome.Accepted(OptionalLong.of(1));
    static final Outcome HELD = new Outcome.Refused(Outcome.Reason.HELD, "held by wall");

    private Fixtures() {}

    /** A clock that stands still until it is told. */
    static final class TestClock implements Clock {
        static final long WALL = 1_700_000_000_000_000L;
        long nanos = 5_000_000_000L;

        @Override
        public long nanos() {
            return nanos;
        }

        @Override
        public long micros() {
            return WALL + nanos / 1000;
        }

        void millis(double more) {
            nanos += Math.round(more * 1e6);
        }
    }

    static final class TestSink implements CameraSink {
        final List<CameraUpdate> updates = new CopyOnWriteArrayList<>();
        final List<String> removed = new CopyOnWriteArrayList<>();
        volatile Function<CameraUpdate, Outcome> answer = update -> ACCEPTED;

        @Override
        public Outcome push(CameraUpdate update) {
            updates.add(update);
            return answer.apply(update);
        }

        @Override
        public Outcome remove(String camera) {
            removed.add(camera);
            return ACCEPTED;
        }

        /** The x of the views, which the tests use as a number of the line. */
        List<Integer> lines() {
            return updates.stream()
                    .map(update -> (int) ((View2d) update.view()).x())
                    .toList();
        }

        List<Long> times() {
            return updates.stream()
                    .map(update -> update.time().getAsLong() - TestClock.WALL)
                    .toList();
        }

        List<Boolean> cuts() {
            return updates.stream().map(CameraUpdate::cut).toList();
        }
    }

    static String line(String camera, long time, int number) {
        return line(camera, time, number, "");
    }

    /** @param more further members, with a comma in front */
    static String line(String camera, long time, int number, String more) {
        return "{\"type\":\"camera\",\"camera\":\"" + camera + "\",\"time\":" + time
                + ",\"view\":{\"kind\":\"2d\",\"center\":[" + number + ",0],\"zoom\":1,\"rotation\":0}" + more + "}";
    }

    /** Lines numbered from 0, so many milliseconds apart. */
    static String lines(String camera, int count, int millis) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            lines.add(line(camera, 1_000_000 + i * millis * 1000L, i));
        }
        return String.join("\n", lines) + "\n";
    }

    /** Writes a file as one that has been there for a while; each call gives it another time. */
    static Path write(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setLastModifiedTime(
                file,
                FileTime.from(Instant.now().minusSeconds(3600).plusNanos(System.nanoTime() % 1_000_000_000_000L)));
        return file;
    }

    /** Waits until something holds; fails after 10 s. */
    static void until(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + 10_000_000_000L;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within 10 s: " + what);
            }
            Thread.onSpinWait();
            java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
        }
    }
}
