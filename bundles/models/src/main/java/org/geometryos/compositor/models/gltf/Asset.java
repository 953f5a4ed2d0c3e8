package org.geometryos.compositor.models.gltf;

import java.util.List;
import java.util.Optional;
import org.geometryos.compositor.api.camera.View3d;
import org.geometryos.compositor.api.value.Vector3;

/**
 * What is known of a model that was found good.
 *
 * @param cameras those that stand in its scene, where they stand, {@value ModelCheck#MAX_CAMERAS} at most
 * @param camerasLeftOut how many more stand there, with those that are nothing for the bridge
 * @param bounds a box around its scene, as its accessors tell it; empty if nothing in it has a shape
 */
public record Asset(List<NamedView> cameras, int camerasLeftOut, Optional<Box> bounds) {

    public Asset {
        cameras = List.copyOf(cameras);
    }

    /** @param name as the author gave it, without any rule; may be empty */
    public record NamedView(String name, View3d view) {}

    /** Metres. */
    public record Box(Vector3 min, Vector3 max) {}
}
