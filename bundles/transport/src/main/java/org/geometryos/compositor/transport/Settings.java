package org.geometryos.compositor.transport;

import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.configuration.Range;

/** The configuration, checked. */
record Settings(int messageBytes, int sendBuffer, boolean busyDetection, long handoverNanos, Budgets budgets) {

    private static final int MESSAGE_SECONDS = 10;

    /** With the default of what is not given. */
    Settings(int messageBytes, int sendBuffer, boolean busyDetection, long handoverNanos) {
        this(
                messageBytes,
                sendBuffer,
                busyDetection,
                handoverNanos,
                Budgets.of(0, 0, TimeUnit.SECONDS.toNanos(MESSAGE_SECONDS)));
    }

    /** @throws IllegalArgumentException that names key, value and rule */
    static Settings of(TransportConfig config) {
        return new Settings(
                Range.check("messageBytes", config.messageBytes(), 1024, 1 << 20),
                Range.check("sendBuffer", config.sendBuffer(), 0, 1 << 24),
                config.busyDetection(),
                TimeUnit.SECONDS.toNanos(Range.check("handoverSeconds", config.handoverSeconds(), 1, 600)),
                Budgets.of(
                        config.inputBytes(),
                        config.unsentBytes(),
                        TimeUnit.SECONDS.toNanos(Range.check("messageSeconds", config.messageSeconds(), 1, 600))));
    }
}
