package org.geometryos.compositor.itest.hosts;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import org.ops4j.pax.url.mvn.MavenResolver;
import org.ops4j.pax.url.mvn.MavenResolvers;

/** Containers of others, out of a Maven repository. */
final class Downloads {
    private Downloads() {}

    /** A file of a repository, the local one first. A test that cannot have it is skipped with the reason. */
    static Path file(String group, String artifact, String type, String version) {
        return file(group, artifact, null, type, version);
    }

    /** @param classifier null: none */
    static Path file(String group, String artifact, String classifier, String type, String version) {
        try (MavenResolver resolver = MavenResolvers.createMavenResolver(null, "org.ops4j.pax.url.mvn")) {
            File file = resolver.resolve(group, artifact, classifier, type, version);
            return file.toPath();
        } catch (IOException e) {
            return abort(group + ":" + artifact + ":" + version + " cannot be had: " + e.getMessage());
        }
    }
}
