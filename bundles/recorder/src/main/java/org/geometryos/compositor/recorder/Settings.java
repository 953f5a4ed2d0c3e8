package org.geometryos.compositor.recorder;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.geometryos.compositor.api.value.Names;
import org.geometryos.compositor.configuration.Range;

/**
 * The configuration, checked.
 *
 * @param file the database
 * @param maxAge seconds; 0: no limit
 * @param cameras to record; empty: all
 */
record Settings(boolean enabled, Path file, long maxAge, long maxBytes, int commitMillis, Set<String> cameras) {
    static final long MIN_BYTES = 4L << 20;
    private static final long MAX_BYTES = 1L << 42;
    private static final long MIN_AGE = 60;
    private static final long MAX_AGE = 3_153_600_000L;
    private static final int MIN_COMMIT = 10;
    private static final int MAX_COMMIT = 800;
    private static final String DEFAULT_FILE = "recorder/recordings.db";

    /**
     * @param data the folder for relative names
     * @throws IllegalArgumentException that names key, value and rule
     */
    static Settings of(RecorderConfig config, Path data) {
        return new Settings(
                config.enabled(),
                file(config.file(), data),
                config.maxAge() == 0 ? 0 : Range.check("maxAge", config.maxAge(), MIN_AGE, MAX_AGE),
                Range.check("maxBytes", config.maxBytes(), MIN_BYTES, MAX_BYTES),
                Range.check("commitMillis", config.commitMillis(), MIN_COMMIT, MAX_COMMIT),
                cameras(config.cameras()));
    }

    private static Path file(String name, Path data) {
        // what follows a question mark would be taken for options of the database, a placeholder for a name
        if (name.contains("?") || name.contains("$[")) {
            throw new IllegalArgumentException(
                    "file must not contain ? or an unresolved placeholder $[...], not \"" + name + "\"");
        }
        try {
            return data.resolve(name.isBlank() ? DEFAULT_FILE : name.strip())
                    .toAbsolutePath()
                    .normalize();
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("file must be the name of a file, not \"" + name + "\"", e);
        }
    }

    private static Set<String> cameras(String[] names) {
        Set<String> cameras = new TreeSet<>();
        Arrays.stream(names)
                .flatMap(name -> Arrays.stream(name.split(",")))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .forEach(cameras::add);
        if (cameras.isEmpty() || cameras.equals(Set.of("*"))) {
            return Set.of();
        }
        cameras.forEach(name -> Names.check("cameras", name));
        return Set.copyOf(cameras);
    }
}
