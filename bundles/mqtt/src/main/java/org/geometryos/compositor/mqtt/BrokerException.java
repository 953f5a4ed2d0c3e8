package org.geometryos.compositor.mqtt;

import java.io.IOException;

/** The broker refuses, or does not speak MQTT. The message is fit for an operator. */
final class BrokerException extends IOException {
    private static final long serialVersionUID = 1L;

    private final boolean version;

    BrokerException(String message) {
        this(message, false);
    }

    /** @param version whether another version of MQTT may be taken */
    BrokerException(String message, boolean version) {
        super(message);
        this.version = version;
    }

    boolean version() {
        return version;
    }
}
