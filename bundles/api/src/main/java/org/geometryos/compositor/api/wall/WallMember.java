package org.geometryos.compositor.api.wall;

import java.util.Optional;
import org.geometryos.compositor.api.coordinates.WallPart;
import org.geometryos.compositor.api.coordinates.WallScreen;
import org.geometryos.compositor.api.value.Checks;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.api.value.Size;
import org.geometryos.compositor.api.value.Vector3;

/**
 * A display of a wall and the rectangle that it covers, in the wall's unit. What lies between rectangles are bezels.
 *
 * @param display its name, 1-64 of {@code A-Z a-z 0-9 . _ -}
 * @param x left edge, from the wall's left edge
 * @param y upper edge, from the wall's upper edge, down
 * @param width above 0, as it is seen on the wall
 * @param height above 0, as it is seen on the wall
 * @param turn by how many degrees the screen stands turned, clockwise as its viewer sees it: 0, 90, 180 or 270
 * @param delay of the screen itself, ms in [0, 1000]
 * @param placement where it stands at an angle; empty: it lies flat at its rectangle
 */
public record WallMember(
        String display,
        double x,
        double y,
        double width,
        double height,
        int turn,
        double delay,
        Optional<Placement> placement) {
    public static final double MAX_DELAY = 1000;
    private static final int HALF_TURN = 180;

    /** @throws InvalidValueException if a value breaks its rule */
    public WallMember {
        Checked.name("display", display);
        Checks.present("placement", placement);
        new WallPart(x, y, width, height, turn);
        if (!(Checks.finite("delay", delay) >= 0 && delay <= MAX_DELAY)) {
            throw new InvalidValueException("delay", delay, "must lie in [0, " + (int) MAX_DELAY + "] ms");
        }
    }

    /** The rectangle alone. */
    public WallPart part() {
        return new WallPart(x, y, width, height, turn);
    }

    /**
     * Where the screen stands in space. At an angle, too, its width and height are those that it has as it stands
     * turned.
     *
     * @param wall the size of the wall
     */
    public WallScreen screen(Size wall) {
        if (placement.isEmpty()) {
            return part().screen(wall);
        }
        Placement stands = placement.get();
        boolean upright = turn % HALF_TURN == 0;
        return WallScreen.at(
                new Vector3(
                        stands.position().get(0),
                        stands.position().get(1),
                        stands.position().get(2)),
                stands.yaw(),
                stands.pitch(),
                Math.toRadians(turn),
                upright ? width : height,
                upright ? height : width);
    }
}
