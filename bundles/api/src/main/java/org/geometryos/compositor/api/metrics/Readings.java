package org.geometryos.compositor.api.metrics;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Takes the figures of a {@link Meter}. The thread of the call alone.
 *
 * <p>A name consists of letters, digits and {@code _}, and begins with a letter; it says its unit at the end
 * ({@code _seconds}, {@code _bytes}). All figures of one name are of one kind and have the labels of the same names. A
 * figure that is told more than once with the same labels is the sum of all, so that equal parts need not know of one
 * another. At most 200 label values (or combinations of them) are kept of one name: the sum of all others stands under
 * the label value {@code other}. A label never holds what is secret, nor what comes anew with each connection.
 *
 * <p>The methods throw {@link IllegalArgumentException}, which names value and rule, for a name, label or value that
 * breaks one.
 */
@ProviderType
public interface Readings {

    /**
     * What only grows, until its part begins anew at 0.
     *
     * @param name ends with {@code _total}
     * @param help one sentence
     * @param value 0 or more
     * @param labels names and values in turn
     */
    void counter(String name, String help, double value, String... labels);

    /**
     * What goes up and down.
     *
     * @param help one sentence
     * @param labels names and values in turn
     */
    void gauge(String name, String help, double value, String... labels);

    /**
     * How long something took, each time.
     *
     * @param name ends with {@code _seconds}
     * @param help one sentence
     * @param labels names and values in turn
     */
    void durations(String name, String help, Durations durations, String... labels);
}
