package org.geometryos.compositor.api.scene;

import java.util.Optional;
import org.geometryos.compositor.api.value.Checks;
import org.geometryos.compositor.api.value.Names;
import org.geometryos.compositor.api.value.Quaternion;
import org.geometryos.compositor.api.value.Vector3;

/**
 * A model of the scene (protocol, "The scene"). An instance is valid.
 *
 * @param id keeps the rule of {@link Names}
 * @param uri a glTF 2.0 asset that the server offers ({@code models/gear.glb}): relative, 1 to 256 characters, without
 *     {@code ..} segments
 * @param scale along the model's own axes; any finite numbers, 0 and below too
 * @param label at most 256 characters
 * @param layer at most 256 characters
 */
public record Model(
        String id,
        String uri,
        Vector3 position,
        Quaternion orientation,
        Vector3 scale,
        boolean visible,
        Optional<String> label,
        Optional<String> layer) {
    public static final int MAX_URI = 256;
    /** Characters of a label or a layer. */
    public static final int MAX_TEXT = 256;
    /** Where a model stands that names no position. */
    public static final Vector3 ORIGIN = new Vector3(0, 0, 0);
    /** The scale of a model that names none. */
    public static final Vector3 UNSCALED = new Vector3(1, 1, 1);

    public Model {
        Names.check("id", id);
        Rules.uri("uri", uri);
        Checks.present("position", position);
        Checks.present("orientation", orientation);
        Checks.present("scale", scale);
        Rules.text("label", Checks.present("label", label));
        Rules.text("layer", Checks.present("layer", layer));
    }

    /** With the protocol's defaults: at the origin, upright, unscaled, visible, without label and layer. */
    public Model(String id, String uri) {
        this(id, uri, ORIGIN, Quaternion.IDENTITY, UNSCALED, true, Optional.empty(), Optional.empty());
    }
}
