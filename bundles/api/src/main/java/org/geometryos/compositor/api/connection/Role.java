package org.geometryos.compositor.api.connection;

import java.util.Locale;

/** What a session may do; each role includes the ones before it. */
public enum Role {
    /** Receive. */
    VIEW,
    /** Also drive cameras and the scene. */
    CONTROL,
    /** Also run the bridge. */
    ADMIN;

    public boolean includes(Role other) {
        return compareTo(other) >= 0;
    }

    /** As the protocol writes it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException for a word that names no role */
    public static Role of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
