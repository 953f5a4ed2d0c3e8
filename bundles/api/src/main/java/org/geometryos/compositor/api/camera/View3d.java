package org.geometryos.compositor.api.camera;

import java.util.Optional;
import java.util.OptionalDouble;
import org.geometryos.compositor.api.value.Checks;
import org.geometryos.compositor.api.value.Quaternion;
import org.geometryos.compositor.api.value.Vector3;

/**
 * A 3D camera, glTF 2.0 conventions: right-handed, +Y up, looking along its own -Z, metres.
 *
 * @param focusDistance metres, above 0
 */
public record View3d(
        Vector3 position,
        Quaternion orientation,
        Projection projection,
        OptionalDouble focusDistance,
        Optional<Lens> lens)
        implements View {

    public View3d {
        Checks.present("position", position);
        Checks.present("orientation", orientation);
        Checks.present("projection", projection);
        if (Checks.present("focusDistance", focusDistance).isPresent()) {
            Checks.above("focusDistance", focusDistance.getAsDouble(), 0);
        }
        Checks.present("lens", lens);
    }

    /** Without focus distance and lens. */
    public View3d(Vector3 position, Quaternion orientation, Projection projection) {
        this(position, orientation, projection, OptionalDouble.empty(), Optional.empty());
    }

    @Override
    public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
        return visitor.view3d(this);
    }
}
