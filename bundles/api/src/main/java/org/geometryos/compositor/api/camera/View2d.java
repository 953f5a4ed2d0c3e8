package org.geometryos.compositor.api.camera;

import java.util.Optional;
import org.geometryos.compositor.api.value.Checks;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.api.value.Size;

/**
 * A viewport of the infinite canvas, y down.
 *
 * @param x world x of the middle of the view
 * @param y world y of the middle of the view
 * @param zoom screen pixels per world unit, 1e-9 to 1e9
 * @param rotation radians; positive turns the content clockwise on the screen
 * @param size the sender's view in physical pixels, so that another screen can fit it; absent means same-scale
 */
public record View2d(double x, double y, double zoom, double rotation, Optional<Size> size) implements View {
    public static final double MIN_ZOOM = 1e-9;
    public static final double MAX_ZOOM = 1e9;

    public View2d {
        Checks.finite("center", x);
        Checks.finite("center", y);
        Checks.finite("zoom", zoom);
        if (zoom < MIN_ZOOM || zoom > MAX_ZOOM) {
            throw new InvalidValueException("zoom", zoom, "must lie in [1e-9, 1e9]");
        }
        Checks.finite("rotation", rotation);
        Checks.present("size", size);
    }

    /** Without a size. */
    public View2d(double x, double y, double zoom, double rotation) {
        this(x, y, zoom, rotation, Optional.empty());
    }

    @Override
    public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
        return visitor.view2d(this);
    }
}
