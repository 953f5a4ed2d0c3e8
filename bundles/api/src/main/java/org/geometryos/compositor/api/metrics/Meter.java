package org.geometryos.compositor.api.metrics;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * A part that has figures; registered as a service (whiteboard). What a part counts on the way of an update it counts
 * in fields of its own, such as {@link Durations}, and tells when it is asked.
 */
@ConsumerType
public interface Meter {

    /**
     * Tells all figures as they stand. Called on the thread of whoever reads, one call at a time and in all up to a few
     * times a second; it must not block. What is told before an exception counts, and the exception is logged.
     *
     * @param readings takes the figures; of no use after the call
     */
    void read(Readings readings);
}
