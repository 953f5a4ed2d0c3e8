package org.geometryos.compositor.benchmark;

/**
 * How the displays of a load generator stand. Counters run from its start.
 *
 * @param asked displays asked for so far
 * @param ready those that got the answer to their first message and are still connected
 * @param failed those that never got so far, or that the server dropped later
 * @param failure what happened to the first of the failed; empty if there is none
 * @param connectSeconds from the last {@code connect} until all it asked for were ready or had failed
 * @param texts text messages received
 * @param textBytes their payload
 * @param pings WebSocket pings received, and answered
 */
record LoadReport(int asked, int ready, int failed, String failure, double connectSeconds, long texts, long textBytes, long pings) {}
