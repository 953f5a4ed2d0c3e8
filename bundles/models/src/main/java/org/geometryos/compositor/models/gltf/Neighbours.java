package org.geometryos.compositor.models.gltf;

import java.io.IOException;

/** Where the files are to which a model refers. */
@FunctionalInterface
public interface Neighbours {

    /**
     * The content of a file beside the model.
     *
     * @param uri as it stands in the model
     * @throws RefusedException if it does not name an existing file beside the model or below
     */
    Content open(String uri) throws RefusedModelException, IOException;
}
