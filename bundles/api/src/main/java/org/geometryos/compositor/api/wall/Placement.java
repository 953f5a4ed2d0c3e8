package org.geometryos.compositor.api.wall;

import java.util.List;
import org.geometryos.compositor.api.value.Checks;

/**
 * Where a screen stands that does not lie flat on its wall.
 *
 * @param position the middle of its picture in the wall's coordinates and unit: from the wall's middle +x right, +y up,
 *     +z towards the viewer
 * @param yaw radians about the vertical; positive turns its left edge towards the viewer
 * @param pitch radians about the horizontal, within the yaw; positive turns its upper edge towards the viewer
 */
public record Placement(List<Double> position, double yaw, double pitch) {
    /** @throws org.geometryos.compositor.api.value.InvalidValueException if a value breaks its rule */
    public Placement {
        position = Checked.point("position", position);
        Checks.finite("yaw", yaw);
        Checks.finite("pitch", pitch);
    }
}
