package org.geometryos.compositor.api.connection;

import java.util.Locale;

/** How the updates of a camera come to a display (protocol, "Delivery and the account"). */
public enum Delivery {
    /** The newest state: what a display has missed is superseded. */
    LATEST,
    /** Each update, in order. */
    EVERY;

    /** As the protocol writes it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException for a word that names no delivery */
    public static Delivery of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
