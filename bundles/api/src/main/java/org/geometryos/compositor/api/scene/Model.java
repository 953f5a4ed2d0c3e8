package org.geometryos.compositor.api.scene;

import java.util.Optional;

import org.geometryos.compositor.api.camera.Quaternion;
import org.geometryos.compositor.api.camera.Vector3;

/**
 * A model of the scene (protocol, section 7).
 *
 * @param uri a glTF 2.0 asset that the server offers ({@code models/gear.glb})
 */
public record Model(String id, String uri, Vector3 position, Quaternion orientation, Vector3 scale, boolean visible,
        Optional<String> label, Optional<String> layer) {}
