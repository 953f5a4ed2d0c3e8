package org.geometryos.compositor.api.camera;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * What a camera shows: a 2D viewport of the infinite canvas or a 3D camera (protocol, "Views"). Immutable.
 *
 * <p>Whoever takes views apart implements {@link Visitor}: a kind that a later version adds does not compile until
 * there is an answer to it. A test for one kind, for the sake of that kind alone, needs no visitor.
 */
public sealed interface View permits View2d, View3d {

    /** Calls the method of the visitor that belongs to this kind of view, once, on the caller's thread. */
    <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X;

    /**
     * An answer to each kind of view. A later version of this package may add a kind and with it a method.
     *
     * @param <R> what the answers are; {@link Void} if they are none
     * @param <X> what an answer may throw; {@link RuntimeException} if nothing that is checked
     */
    @ConsumerType
    interface Visitor<R, X extends Exception> {
        R view2d(View2d view) throws X;

        R view3d(View3d view) throws X;
    }
}
