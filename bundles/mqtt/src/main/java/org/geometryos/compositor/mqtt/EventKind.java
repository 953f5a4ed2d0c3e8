package org.geometryos.compositor.mqtt;

import java.util.Locale;

/** What goes out one by one. */
enum EventKind {
    /** A camera has another holder. */
    CONTROL,
    /** A display came, changed or went. */
    PRESENCE,
    /** A transaction on the scene. */
    SCENE,
    /** A camera is gone. */
    REMOVED;

    /** As it stands in topics. */
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
