package org.geometryos.compositor.api.scene;

import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A bundle that offers models to displays: register it as an OSGi service (whiteboard). What it offers is checked as if
 * it lay in the folder for models, and served under {@code /models/} while the service is there.
 *
 * <p>The files are read once, when the service comes, and again when its properties change: that is how a source says
 * that its models are others now. A file of the same name in the folder has precedence; between sources the higher
 * service ranking decides.
 */
@ConsumerType
public interface ModelSource {
    /**
     * Service property, String: a name for operators, 1-64 of {@code A-Z a-z 0-9 . _ -}; by default the bundle's
     * symbolic name.
     */
    String ID = "compositor.models.id";

    /**
     * The names of its files: {@code lamp.glb}, or {@code lamp/lamp.gltf} and, beside it, the files that it refers to.
     * Segments are parted by {@code /}; none is empty, begins or ends with a dot, or holds one of {@code \ : * ? " < >
     * | %} or a control character.
     */
    Set<String> files();

    /**
     * The bytes of a file. Called by a thread of the server's own, one file at a time; it should not block for long.
     *
     * @param file one of {@link #files()}
     */
    InputStream open(String file) throws IOException;
}
