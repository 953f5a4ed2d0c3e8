package org.geometryos.compositor.camera.replay;

import java.time.Instant;

/** The two clocks a replay needs: one that never jumps, for deadlines, and the one that displays know, for stamps. */
interface Clock {
    Clock SYSTEM = new Clock() {
        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public long micros() {
            Instant now = Instant.now();
            return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
        }
    };

    /** Nanoseconds since an arbitrary instant, never going back. */
    long nanos();

    /** Microseconds since the Unix epoch. */
    long micros();
}
