package org.geometryos.compositor.standby;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Who serves what over HTTP, as far as a client must not take its absence for an answer. */
enum Owner {
    TRANSPORT(false, "/compositor", "/compositor/status"),
    SETTINGS(false, "/compositor/settings", "/compositor/settings/schema.json"),
    MODELS(false, "/models/*"),
    TILES_FILES(false, "/tiles/*"),
    OBSERVE(false, "/compositor/health", "/health/live", "/health/ready"),
    METRICS(false, "/metrics"),
    OPERATE(false, "/compositor/admin/*", "/compositor/recordings", "/compositor/recordings/*"),
    WALL(false, "/compositor/walls", "/compositor/walls/*"),
    /** The empty pattern is the root alone. */
    WEB(
            true,
            "",
            "/2d",
            "/2d/*",
            "/2D/*",
            "/3d",
            "/3d/*",
            "/3D/*",
            "/wall/*",
            "/Wall/*",
            "/WALL/*",
            "/walls",
            "/walls/*",
            "/Walls",
            "/recordings",
            "/recordings/*",
            "/Recordings",
            "/admin",
            "/admin/*",
            "/Admin",
            "/index.html",
            "/assets/*",
            "/compositor-client.js",
            "/compositor-timers.js");

    private static final String PREFIX = "org.geometryos.compositor.";

    final boolean pages;
    final String[] patterns;

    Owner(boolean pages, String... patterns) {
        this.pages = pages;
        this.patterns = patterns;
    }

    String bundle() {
        return PREFIX + name().toLowerCase(Locale.ROOT).replace('_', '.');
    }

    static Optional<Owner> of(String bundle) {
        return Arrays.stream(values())
                .filter(owner -> owner.bundle().equals(bundle))
                .findFirst();
    }
}
