package org.geometryos.compositor.api.coordinates;

import java.util.Optional;
import java.util.OptionalDouble;
import org.geometryos.compositor.api.camera.Projection;
import org.geometryos.compositor.api.camera.View3d;
import org.geometryos.compositor.api.value.Checks;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.api.value.Quaternion;
import org.geometryos.compositor.api.value.Size;
import org.geometryos.compositor.api.value.Vector3;

/**
 * A screen of a wall in space. Its coordinates are the wall's: the origin is the middle of the wall, +X is right, +Y is
 * up, +Z comes towards the viewer; units are the wall's (millimetres or pixels).
 *
 * @param middle of its picture
 * @param orientation takes +X to the right of its picture, +Y to the top, +Z to its viewer
 * @param width of its picture, above 0
 * @param height of its picture, above 0
 */
public record WallScreen(Vector3 middle, Quaternion orientation, double width, double height) {
    /** A projection without a far plane gets one that is so many times as far away as the near plane. */
    static final double FAR = 1e6;

    /** How a camera's picture lies on a wall of another shape. */
    public enum Fit {
        /** All of it is on the wall, and more beside it. */
        CONTAIN,
        /** It fills the wall, and what does not fit is left out. */
        COVER
    }

    public WallScreen {
        Checks.present("middle", middle);
        Checks.present("orientation", orientation);
        Checks.above("width", width, 0);
        Checks.above("height", height, 0);
    }

    /**
     * A screen that stands at an angle.
     *
     * @param yaw radians about the vertical; positive turns its left edge towards the viewer
     * @param pitch radians about the horizontal, within the yaw; positive turns its upper edge towards the viewer
     * @param turn radians by which its picture stands turned in its plane, clockwise as its viewer sees it
     */
    public static WallScreen at(Vector3 middle, double yaw, double pitch, double turn, double width, double height) {
        Quaternion tilted = Rotations.multiply(Rotations.aboutY(yaw), Rotations.aboutX(pitch));
        return new WallScreen(middle, Rotations.multiply(tilted, Rotations.aboutZ(-turn)), width, height);
    }

    /**
     * What it shows as a window: a viewer whose eye is there sees the scene behind the wall as the camera sees it, at
     * the camera's place and with the wall's axes along the camera's.
     *
     * @param camera its projection gives the near and the far plane alone
     * @param eye in the wall's coordinates; before the screen
     * @throws InvalidValueException if the eye is not before the screen
     */
    public View3d window(View3d camera, Vector3 eye) {
        Vector3 toMiddle = Rotations.rotate(Rotations.inverse(orientation), minus(middle, eye));
        if (!(toMiddle.z() < 0)) {
            throw new InvalidValueException("eye", eye, "must lie before the screen");
        }
        double near = near(camera.projection());
        double scale = near / -toMiddle.z();
        return new View3d(
                camera.position(),
                Rotations.multiply(camera.orientation(), orientation),
                new Projection.Frustum(
                        (toMiddle.x() - width / 2) * scale,
                        (toMiddle.x() + width / 2) * scale,
                        (toMiddle.y() - height / 2) * scale,
                        (toMiddle.y() + height / 2) * scale,
                        near,
                        far(camera.projection(), near)),
                camera.focusDistance(),
                Optional.empty());
    }

    /**
     * Its part of the camera's own picture, which lies on the whole wall. Of an orthographic projection it is the part
     * of its place on the flat wall, whatever angle it stands at.
     *
     * @param wall the size of the wall
     */
    public View3d cut(View3d camera, Size wall, Fit fit) {
        return camera.projection().accept(new Projection.Visitor<View3d, RuntimeException>() {
            @Override
            public View3d perspective(Projection.Perspective projection) {
                return window(camera, eye(projection, wall, fit));
            }

            @Override
            public View3d frustum(Projection.Frustum projection) {
                return window(camera, eye(projection, wall, fit));
            }

            @Override
            public View3d orthographic(Projection.Orthographic projection) {
                double scale = fitted(2 * projection.xmag() / wall.width(), 2 * projection.ymag() / wall.height(), fit);
                Vector3 moved =
                        Rotations.rotate(camera.orientation(), new Vector3(middle.x() * scale, middle.y() * scale, 0));
                return new View3d(
                        new Vector3(
                                camera.position().x() + moved.x(),
                                camera.position().y() + moved.y(),
                                camera.position().z() + moved.z()),
                        Rotations.multiply(camera.orientation(), orientation),
                        new Projection.Orthographic(
                                width * scale / 2, height * scale / 2, projection.znear(), projection.zfar()),
                        camera.focusDistance(),
                        Optional.empty());
            }
        });
    }

    /**
     * From where the wall is seen as a camera's picture is: its frustum through the wall.
     *
     * @throws InvalidValueException if the projection is orthographic: from infinitely far away
     */
    public static Vector3 eye(Projection projection, Size wall, Fit fit) {
        return projection.accept(new Projection.Visitor<Vector3, RuntimeException>() {
            @Override
            public Vector3 perspective(Projection.Perspective seen) {
                double high = 2 * Math.tan(seen.yfov() / 2);
                double wide = high * seen.aspectRatio().orElse(wall.width() / wall.height());
                return new Vector3(0, 0, 1 / fitted(wide / wall.width(), high / wall.height(), fit));
            }

            @Override
            public Vector3 frustum(Projection.Frustum seen) {
                double wide = (seen.right() - seen.left()) / seen.znear();
                double high = (seen.top() - seen.bottom()) / seen.znear();
                double distance = 1 / fitted(wide / wall.width(), high / wall.height(), fit);
                return new Vector3(
                        -(seen.right() + seen.left()) / 2 / seen.znear() * distance,
                        -(seen.top() + seen.bottom()) / 2 / seen.znear() * distance,
                        distance);
            }

            @Override
            public Vector3 orthographic(Projection.Orthographic seen) {
                throw new InvalidValueException("projection", seen, "must be perspective or frustum");
            }
        });
    }

    /** What a unit of the wall stands for, of what each direction asks for. */
    private static double fitted(double across, double along, Fit fit) {
        return fit == Fit.CONTAIN ? Math.max(across, along) : Math.min(across, along);
    }

    private static double near(Projection projection) {
        return projection.accept(new Projection.Visitor<Double, RuntimeException>() {
            @Override
            public Double perspective(Projection.Perspective seen) {
                return seen.znear();
            }

            @Override
            public Double frustum(Projection.Frustum seen) {
                return seen.znear();
            }

            @Override
            public Double orthographic(Projection.Orthographic seen) {
                // a frustum has no near plane at the eye
                return seen.znear() > 0 ? seen.znear() : seen.zfar() / FAR;
            }
        });
    }

    private static double far(Projection projection, double near) {
        return projection
                .accept(new Projection.Visitor<OptionalDouble, RuntimeException>() {
                    @Override
                    public OptionalDouble perspective(Projection.Perspective seen) {
                        return seen.zfar();
                    }

                    @Override
                    public OptionalDouble frustum(Projection.Frustum seen) {
                        return OptionalDouble.of(seen.zfar());
                    }

                    @Override
                    public OptionalDouble orthographic(Projection.Orthographic seen) {
                        return OptionalDouble.of(seen.zfar());
                    }
                })
                .orElse(near * FAR);
    }

    private static Vector3 minus(Vector3 a, Vector3 b) {
        return new Vector3(a.x() - b.x(), a.y() - b.y(), a.z() - b.z());
    }
}
