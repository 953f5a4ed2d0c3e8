package org.geometryos.compositor.api.camera;

import java.util.OptionalDouble;
import org.geometryos.compositor.api.value.Checks;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.osgi.annotation.versioning.ConsumerType;

/** How a 3D camera projects; near and far in metres along -Z. */
public sealed interface Projection {

    /** Calls the method of the visitor that belongs to this kind of projection, once, on the caller's thread. */
    <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X;

    /**
     * glTF 2.0 perspective.
     *
     * @param yfov vertical field of view, radians, between 0 and pi
     * @param znear above 0
     * @param zfar above znear; absent means infinite
     * @param aspectRatio width / height, above 0; absent means the display's own
     */
    record Perspective(double yfov, double znear, OptionalDouble zfar, OptionalDouble aspectRatio)
            implements Projection {
        public Perspective {
            Checks.above("yfov", yfov, 0);
            if (!(yfov < Math.PI)) {
                throw new InvalidValueException("yfov", yfov, "must be below pi");
            }
            Checks.above("znear", znear, 0);
            if (Checks.present("zfar", zfar).isPresent()) {
                Checks.less("znear", znear, "zfar", Checks.finite("zfar", zfar.getAsDouble()));
            }
            if (Checks.present("aspectRatio", aspectRatio).isPresent()) {
                Checks.above("aspectRatio", aspectRatio.getAsDouble(), 0);
            }
        }

        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.perspective(this);
        }
    }

    /**
     * glTF 2.0 orthographic.
     *
     * @param xmag half the width of the view, above 0
     * @param ymag half the height of the view, above 0
     * @param znear 0 or more
     * @param zfar above znear
     */
    record Orthographic(double xmag, double ymag, double znear, double zfar) implements Projection {
        public Orthographic {
            Checks.above("xmag", xmag, 0);
            Checks.above("ymag", ymag, 0);
            if (!(Checks.finite("znear", znear) >= 0)) {
                throw new InvalidValueException("znear", znear, "must be 0 or above");
            }
            Checks.less("znear", znear, "zfar", Checks.finite("zfar", zfar));
        }

        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.orthographic(this);
        }
    }

    /**
     * Off-axis, for walls and shifted lenses: the edges of the view at the near plane, left &lt; right, bottom &lt;
     * top.
     */
    record Frustum(double left, double right, double bottom, double top, double znear, double zfar)
            implements Projection {
        public Frustum {
            Checks.finite("left", left);
            Checks.less("left", left, "right", Checks.finite("right", right));
            Checks.finite("bottom", bottom);
            Checks.less("bottom", bottom, "top", Checks.finite("top", top));
            Checks.above("znear", znear, 0);
            Checks.less("znear", znear, "zfar", Checks.finite("zfar", zfar));
        }

        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.frustum(this);
        }
    }

    /**
     * An answer to each kind of projection. A later version of this package may add a kind and with it a method.
     *
     * @param <R> what the answers are; {@link Void} if they are none
     * @param <X> what an answer may throw; {@link RuntimeException} if nothing that is checked
     */
    @ConsumerType
    interface Visitor<R, X extends Exception> {
        R perspective(Perspective projection) throws X;

        R orthographic(Orthographic projection) throws X;

        R frustum(Frustum projection) throws X;
    }
}
