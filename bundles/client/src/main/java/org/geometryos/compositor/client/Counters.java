package org.geometryos.compositor.client;

import java.util.Map;

/**
 * What a client has seen since it was made.
 *
 * @param received messages, good or not
 * @param bytes of them
 * @param ignored camera messages that were not above that camera's last number (repeated at a resume)
 * @param unreadable messages that could not be read, or that this version does not know
 * @param gaps {@code gap} messages
 * @param sent messages
 * @param refused requests and updates that never left: too many outstanding, too long, not connected
 * @param timeouts requests not answered in time
 * @param connects {@code welcome} messages
 * @param reconnects of them, after the first
 * @param resumes of them, with the session as it was
 * @param watchdog connections given up because nothing came in
 * @param listenerFailures exceptions thrown by the listener
 * @param closes ended connections and failed attempts, by code (1006: without a close)
 */
public record Counters(
        long received,
        long bytes,
        long ignored,
        long unreadable,
        long gaps,
        long sent,
        long refused,
        long timeouts,
        long connects,
        long reconnects,
        long resumes,
        long watchdog,
        long listenerFailures,
        Map<Integer, Long> closes) {}
