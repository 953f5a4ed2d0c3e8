package org.geometryos.compositor.cluster;

import java.util.concurrent.TimeUnit;

/**
 * Times in nanoseconds, sizes in bytes.
 *
 * @param beat between two signs of life
 * @param silent after this time without a sign of life a host is gone
 * @param cutOff after this time without anything from the log this host is cut off
 * @param again after this time what did not come back is put again
 * @param checkpoint between two of them
 * @param leave after this time the displays of a host that is gone have left
 * @param underWay bytes of changes that have not come back
 * @param mark at each number that this divides the state is compared
 */
record Limits(long beat, long silent, long cutOff, long again, long checkpoint, long leave, int underWay, int mark) {
    static final Limits DEFAULT = new Limits(
            TimeUnit.MILLISECONDS.toNanos(500),
            TimeUnit.SECONDS.toNanos(2),
            TimeUnit.MILLISECONDS.toNanos(1_500),
            TimeUnit.MILLISECONDS.toNanos(250),
            TimeUnit.SECONDS.toNanos(30),
            TimeUnit.SECONDS.toNanos(60),
            8 << 20,
            1_024);
}
