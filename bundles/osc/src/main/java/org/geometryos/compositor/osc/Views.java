package org.geometryos.compositor.osc;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.geometryos.compositor.api.camera.Projection;
import org.geometryos.compositor.api.camera.View;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.camera.View3d;
import org.geometryos.compositor.api.coordinates.YawPitchRoll;
import org.geometryos.compositor.api.value.Quaternion;
import org.geometryos.compositor.api.value.Vector3;

/** What messages make of a view. Angles of messages are degrees. */
final class Views {
    private static final double FIELD_OF_VIEW = 45;
    private static final double NEAR = 0.1;
    private static final View2d FLAT = new View2d(0, 0, 1, 0);
    private static final View3d SOLID =
            new View3d(new Vector3(0, 0, 0), Quaternion.IDENTITY, perspective(FIELD_OF_VIEW));

    private Views() {}

    /**
     * A view with what a message says, the rest as it was. A camera of the other kind, or one that is not there yet,
     * begins at the origin.
     *
     * @param n the arguments
     * @return empty if there is no such method
     * @throws org.geometryos.compositor.api.value.InvalidValueException if there is no such view
     * @throws IndexOutOfBoundsException if there are too few arguments
     */
    static Optional<View> changed(Optional<View> was, String method, List<Double> n) {
        View2d flat =
                was.filter(View2d.class::isInstance).map(View2d.class::cast).orElse(FLAT);
        View3d solid =
                was.filter(View3d.class::isInstance).map(View3d.class::cast).orElse(SOLID);
        return Optional.ofNullable(
                switch (method) {
                    case "view" ->
                        new View2d(
                                n.get(0),
                                n.get(1),
                                n.get(2),
                                n.size() > 3 ? Math.toRadians(n.get(3)) : flat.rotation(),
                                flat.size());
                    case "x" -> new View2d(n.get(0), flat.y(), flat.zoom(), flat.rotation(), flat.size());
                    case "y" -> new View2d(flat.x(), n.get(0), flat.zoom(), flat.rotation(), flat.size());
                    case "zoom" -> new View2d(flat.x(), flat.y(), n.get(0), flat.rotation(), flat.size());
                    case "rotation" ->
                        new View2d(flat.x(), flat.y(), flat.zoom(), Math.toRadians(n.get(0)), flat.size());
                    case "position" -> with(solid, new Vector3(n.get(0), n.get(1), n.get(2)), solid.orientation());
                    case "angles" ->
                        with(
                                solid,
                                solid.position(),
                                new YawPitchRoll(
                                                Math.toRadians(n.get(0)),
                                                Math.toRadians(n.get(1)),
                                                Math.toRadians(n.get(2)))
                                        .quaternion());
                    case "orientation" ->
                        with(solid, solid.position(), new Quaternion(n.get(0), n.get(1), n.get(2), n.get(3)));
                    case "fov" ->
                        new View3d(
                                solid.position(),
                                solid.orientation(),
                                perspective(solid.projection(), n.get(0)),
                                solid.focusDistance(),
                                solid.lens());
                    case "focus" ->
                        new View3d(
                                solid.position(),
                                solid.orientation(),
                                solid.projection(),
                                OptionalDouble.of(n.get(0)),
                                solid.lens());
                    default -> null;
                });
    }

    private static View3d with(View3d view, Vector3 position, Quaternion orientation) {
        return new View3d(position, orientation, view.projection(), view.focusDistance(), view.lens());
    }

    private static Projection perspective(Projection was, double degrees) {
        return was instanceof Projection.Perspective p
                ? new Projection.Perspective(Math.toRadians(degrees), p.znear(), p.zfar(), p.aspectRatio())
                : perspective(degrees);
    }

    private static Projection perspective(double degrees) {
        return new Projection.Perspective(
                Math.toRadians(degrees), NEAR, OptionalDouble.empty(), OptionalDouble.empty());
    }
}
