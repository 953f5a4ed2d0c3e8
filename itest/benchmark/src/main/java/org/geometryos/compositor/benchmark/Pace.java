package org.geometryos.compositor.benchmark;

/**
 * When the next update goes out: at fixed times, or as soon as earlier ones have arrived. Updates are numbered from 0
 * and go to the cameras in turn. Times are of {@link System#nanoTime()}.
 */
sealed interface Pace {
    int cameras();

    /**
     * Whether update {@code number} of this pace is to be sent now.
     *
     * @param arrived how many have arrived at every probe
     */
    boolean due(long number, long arrived, long now);

    /** Open loop: whatever the server does, so many a second. @param perSecond over all cameras */
    record Open(int cameras, double perSecond, long began) implements Pace {
        @Override
        public boolean due(long number, long arrived, long now) {
            return now - time(number) >= 0;
        }

        long time(long number) {
            return began + (long) (number * 1e9 / perSecond);
        }
    }

    /** Closed loop: never more than so many on their way. */
    record Closed(int cameras, int outstanding) implements Pace {
        @Override
        public boolean due(long number, long arrived, long now) {
            return number - arrived < outstanding;
        }
    }
}
