package org.geometryos.compositor.transport;

import java.util.concurrent.TimeUnit;

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
                range("messageBytes", config.messageBytes(), 1024, 1 << 20),
                range("sendBuffer", config.sendBuffer(), 0, 1 << 24),
                config.busyDetection(),
                TimeUnit.SECONDS.toNanos(range("handoverSeconds", config.handoverSeconds(), 1, 600)),
                Budgets.of(
                        config.inputBytes(),
                        config.unsentBytes(),
                        TimeUnit.SECONDS.toNanos(range("messageSeconds", config.messageSeconds(), 1, 600))));
    }

    private static int range(String key, int value, int low, int high) {
        if (value < low || value > high) {
            throw new IllegalArgumentException(key + " must lie in [" + low + ", " + high + "], not " + value);
        }
        return value;
    }
}
