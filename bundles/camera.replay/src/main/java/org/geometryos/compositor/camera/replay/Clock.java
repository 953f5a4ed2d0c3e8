package org.geometryos.compositor.camera.replay;

import org.geometryos.compositor.api.value.TimeOfDay;

/** The two clocks a replay needs: one that never jumps, for deadlines, and the one that displays know, for stamps. */
interface Clock {
    Clock SYSTEM = new Clock() {
        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public long micros() {
            return TimeOfDay.micros();
        }
    };

    /** Nanoseconds since an arbitrary instant, never going back. */
    long nanos();

    /** Microseconds since the Unix epoch. */
    long micros();
}
