package org.geometryos.compositor.api.connection;

import java.util.Locale;

/** How urgent an operator's word to a display is. */
public enum Level {
    INFO,
    WARNING,
    ERROR;

    /** As the protocol writes it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
