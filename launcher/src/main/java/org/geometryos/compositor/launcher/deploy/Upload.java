package org.geometryos.compositor.launcher.deploy;

import java.util.Locale;
import java.util.Optional;

/**
 * A file in {@code deploy/} as it was found, and a copy of it that nobody changes.
 *
 * @param file its name, as it may be shown
 * @param stamp changes with whatever else is put in its place, also the same once more
 * @param modified when it was written, milliseconds since 1970
 * @param jar the copy; empty: it is refused
 * @param refusal why it is refused, as the rest of a sentence about the file
 * @param bundle the symbolic name of the bundle it holds or, if it is refused, held before; empty: it is not known
 */
record Upload(String file, String stamp, long modified, Optional<BundleJar> jar, String refusal, String bundle) {
    static Upload bundle(String file, String stamp, long modified, BundleJar jar) {
        return new Upload(file, stamp, modified, Optional.of(jar), "", jar.name());
    }

    static Upload refused(String file, String stamp, String refusal, String bundle) {
        return new Upload(file, stamp, 0, Optional.empty(), refusal, bundle);
    }

    static boolean isJar(String file) {
        return file.toLowerCase(Locale.ROOT).endsWith(".jar");
    }

    /** Of its content. */
    String digest() {
        return stamp.split(" ", 2)[0];
    }

    /** How lines name it. */
    String title() {
        return "deploy/" + file;
    }
}
