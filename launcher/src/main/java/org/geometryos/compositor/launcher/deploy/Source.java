package org.geometryos.compositor.launcher.deploy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.Optional;

/**
 * Where an installed bundle comes from.
 *
 * @param jar what is installed
 * @param upload the file in {@code deploy/}; empty: the distribution's own
 * @param location the bundle's location, which stays the same whatever it comes from
 * @param startLevel at which it starts
 */
record Source(BundleJar jar, Optional<Upload> upload, String location, int startLevel) {
    /** Of bundles that only {@code deploy/} has; behind it comes the symbolic name. */
    static final String DEPLOYED = "deploy:";
    /** Begins the fingerprint of an upload. */
    static final String PRINT = "deploy";

    static Source own(BundleJar jar, String location, int startLevel) {
        return new Source(jar, Optional.empty(), location, startLevel);
    }

    /** The same bundle from a file. */
    Source from(Upload file) {
        return new Source(file.jar().orElseThrow(), Optional.of(file), location, startLevel);
    }

    InputStream open() throws IOException {
        return Files.newInputStream(jar.file());
    }

    /** What changes with its content. */
    String fingerprint() throws IOException {
        if (upload.isPresent()) {
            return PRINT + " " + jar.version() + " " + upload.get().digest() + " "
                    + upload.get().file();
        }
        return jar.file().getFileName() + " " + Files.size(jar.file()) + " "
                + Files.getLastModifiedTime(jar.file()).toMillis();
    }

    /** As a line names it. */
    String title() {
        return (upload.isPresent() ? "" : "the distribution's ") + jar.title();
    }
}
