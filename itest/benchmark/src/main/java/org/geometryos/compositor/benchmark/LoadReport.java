package org.geometryos.compositor.benchmark;

/**
 * How the sockets of a load generator stand. Counters run from its start, latency and lateness from the last
 * {@code begin}.
 *
 * @param asked sockets asked for so far
 * @param ready those that got the answers to their first messages and are still connected
 * @param failed those that never got so far, or that the server dropped later
 * @param failure what happened to the first of the failed; empty if there is none
 * @param connectSeconds from the last {@code connect} until all it asked for were ready or had failed
 * @param texts text messages received
 * @param textBytes their payload
 * @param pings WebSocket pings received, and answered
 * @param updates camera messages that the sources sent, and packets of trackers
 * @param deliveries camera messages that displays received
 * @param deliveryBytes their payload
 * @param latency from a camera's sample time, which is when its source sends it, to its arrival at a probe
 * @param lateness of the sources behind their own schedule
 */
record LoadReport(
        int asked,
        int ready,
        int failed,
        String failure,
        double connectSeconds,
        long texts,
        long textBytes,
        long pings,
        long updates,
        long deliveries,
        long deliveryBytes,
        Quantiles latency,
        Quantiles lateness) {

    /** Microseconds; all 0 if nothing was counted. */
    record Quantiles(long count, long p50, long p99, long p999, long greatest) {

        static Quantiles of(Histogram micros) {
            return new Quantiles(
                    micros.count(),
                    micros.quantile(0.5),
                    micros.quantile(0.99),
                    micros.quantile(0.999),
                    micros.greatest());
        }
    }
}
