package org.geometryos.compositor.models;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.geometryos.compositor.configuration.Range;

/** The configuration, checked. */
record Settings(Path folder, boolean cameras, long maxModelBytes, int maxFiles, long maxTotalBytes, boolean uploads) {

    Settings(Path folder, boolean cameras, long maxModelBytes, int maxFiles, long maxTotalBytes) {
        this(folder, cameras, maxModelBytes, maxFiles, maxTotalBytes, true);
    }

    /**
     * @param data what a relative folder is relative to
     * @throws IllegalArgumentException that names key, value and rule
     */
    static Settings of(ModelsConfig config, Path data) {
        return new Settings(
                folder(config.folder().strip(), data),
                config.cameras(),
                Range.check("maxModelBytes", config.maxModelBytes(), 1024, 1 << 30),
                Range.check("maxFiles", config.maxFiles(), 1, 10_000),
                Range.check("maxTotalBytes", config.maxTotalBytes(), 1024, 1L << 40),
                config.uploads());
    }

    private static Path folder(String folder, Path data) {
        try {
            return data.resolve(folder.isEmpty() ? "models" : folder)
                    .toAbsolutePath()
                    .normalize();
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("folder must be the name of a folder, not \"" + folder + "\"");
        }
    }
}
