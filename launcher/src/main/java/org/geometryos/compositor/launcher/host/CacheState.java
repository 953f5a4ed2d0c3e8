package org.geometryos.compositor.launcher.host;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.geometryos.compositor.io.files.Moved;

/**
 * What earlier versions kept in the data areas of bundles, which are a part of the bundle cache. It is looked for by
 * name, as neither a cache that is damaged nor one of which nothing is known may take it along when it is made anew.
 */
final class CacheState {

    /** Where it belongs, below the data folder; the file's name is that in the data area. */
    private static final List<Path> FILES =
            List.of(Path.of("scene", "scene.json"), Path.of("connections", "displays.json"));

    private CacheState() {}

    /** Moves it to where it belongs. Of several the latest counts. */
    static void rescue(DataFolder data) throws StartException {
        Path cache = data.path("cache");
        try (DirectoryStream<Path> bundles = Files.newDirectoryStream(cache, "bundle*")) {
            for (Path bundle : bundles) {
                for (Path file : FILES) {
                    Moved.here(bundle.resolve("data").resolve(file.getFileName()), data.path(file.toString()));
                }
            }
        } catch (IOException e) {
            throw new StartException(
                    "cannot look for the state of earlier versions in " + cache + ": " + DataFolder.reason(e), e);
        }
    }
}
