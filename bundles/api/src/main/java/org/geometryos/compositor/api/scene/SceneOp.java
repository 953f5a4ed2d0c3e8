package org.geometryos.compositor.api.scene;

import java.util.List;
import java.util.Optional;

import org.geometryos.compositor.api.camera.Quaternion;
import org.geometryos.compositor.api.camera.Vector3;

/** One step of a transaction on the scene. */
public sealed interface SceneOp {

    record Put(Model model) implements SceneOp {}

    /** Changes the fields given, leaves the others; a field given as null in the message restores the default. */
    record Patch(String id, Field<String> uri, Field<Vector3> position, Field<Quaternion> orientation, Field<Vector3> scale,
            Field<Boolean> visible, Field<String> label, Field<String> layer) implements SceneOp {}

    record Remove(String id) implements SceneOp {}

    record Select(List<String> ids) implements SceneOp {}

    record Clear() implements SceneOp {}

    /**
     * A field of a patch.
     *
     * @param given whether the patch names it
     * @param value its new value; empty restores the default
     */
    record Field<T>(boolean given, Optional<T> value) {}
}
