package org.geometryos.compositor.api.coordinates;

import java.util.Optional;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.value.Checks;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.api.value.Quaternion;
import org.geometryos.compositor.api.value.Size;
import org.geometryos.compositor.api.value.Vector3;

/**
 * The rectangle that a screen covers on a flat wall, in the wall's units (millimetres or pixels). What lies between
 * rectangles are bezels.
 *
 * @param x left edge, from the wall's left edge
 * @param y upper edge, from the wall's upper edge, down
 * @param width above 0, as it is seen on the wall
 * @param height above 0, as it is seen on the wall
 * @param turn by how many degrees the screen stands turned, clockwise as its viewer sees it: 0, 90, 180 or 270
 */
public record WallPart(double x, double y, double width, double height, int turn) {
    private static final int QUARTER = 90;
    private static final int FULL = 360;

    public WallPart {
        Checks.finite("x", x);
        Checks.finite("y", y);
        Checks.above("width", width, 0);
        Checks.above("height", height, 0);
        if (turn < 0 || turn >= FULL || turn % QUARTER != 0) {
            throw new InvalidValueException("turn", turn, "must be 0, 90, 180 or 270");
        }
    }

    /**
     * The view that the screen shows, so that all screens together show the view of the wall.
     *
     * @param whole the view of the whole wall, with its zoom in units of the wall per world unit
     * @param wall the size of the wall
     * @param pixels the size of the screen's picture in physical pixels, which are square
     */
    public View2d of(View2d whole, Size wall, Size pixels) {
        double right = x + width / 2 - wall.width() / 2;
        double down = y + height / 2 - wall.height() / 2;
        double cos = Math.cos(whole.rotation());
        double sin = Math.sin(whole.rotation());
        return new View2d(
                whole.x() + (cos * right + sin * down) / whole.zoom(),
                whole.y() + (cos * down - sin * right) / whole.zoom(),
                whole.zoom() * pixels.width() / (upright() ? width : height),
                whole.rotation() - Math.toRadians(turn),
                Optional.of(pixels));
    }

    /** Where it stands in space, as part of the flat wall. */
    public WallScreen screen(Size wall) {
        Quaternion turned = Rotations.aboutZ(-Math.toRadians(turn));
        return new WallScreen(
                new Vector3(x + width / 2 - wall.width() / 2, wall.height() / 2 - y - height / 2, 0),
                turned,
                upright() ? width : height,
                upright() ? height : width);
    }

    /** Whether the picture's width runs along the wall's. */
    private boolean upright() {
        return turn % (2 * QUARTER) == 0;
    }
}
