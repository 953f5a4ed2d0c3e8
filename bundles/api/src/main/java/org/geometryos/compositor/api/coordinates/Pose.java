package org.geometryos.compositor.api.coordinates;

import org.geometryos.compositor.api.value.Quaternion;
import org.geometryos.compositor.api.value.Vector3;

/**
 * Where something is and how it is turned, in glTF conventions; also the way from its own coordinates to those around
 * it.
 */
public record Pose(Vector3 position, Quaternion orientation) {
    /** At the origin, looking along -Z. */
    public static final Pose IDENTITY = new Pose(new Vector3(0, 0, 0), Quaternion.IDENTITY);

    /** The pose of something that has {@code inner} within this pose: a camera on a crane, a stage in the world. */
    public Pose then(Pose inner) {
        return new Pose(apply(inner.position), Rotations.multiply(orientation, inner.orientation));
    }

    /** The point around it that has these coordinates within it. */
    public Vector3 apply(Vector3 point) {
        Vector3 turned = Rotations.rotate(orientation, point);
        return new Vector3(position.x() + turned.x(), position.y() + turned.y(), position.z() + turned.z());
    }

    /** The way back: {@code pose.then(pose.inverse())} is the identity. */
    public Pose inverse() {
        Quaternion back = Rotations.inverse(orientation);
        Vector3 turned = Rotations.rotate(back, position);
        return new Pose(new Vector3(-turned.x(), -turned.y(), -turned.z()), back);
    }
}
