package org.geometryos.compositor.api.coordinates;

import org.geometryos.compositor.api.value.Quaternion;

/**
 * An orientation as three turns of a glTF camera, one after the other about its own axes; {@code YXZ} in the order of
 * Euler angles. Radians.
 *
 * @param yaw about +Y; positive to the left
 * @param pitch about +X; positive upwards
 * @param roll about +Z; positive counter-clockwise as seen from behind the camera
 */
public record YawPitchRoll(double yaw, double pitch, double roll) {
    /** Where the cosine of the pitch is below this, yaw and roll are one turn. */
    private static final double POLE = 1e-8;

    /**
     * The angles of an orientation: pitch from -pi/2 to pi/2, the others from -pi to pi; straight up or down the roll
     * is 0.
     */
    public static YawPitchRoll of(Quaternion q) {
        double sinPitch = 2 * (q.w() * q.x() - q.y() * q.z());
        double upY = 1 - 2 * (q.x() * q.x() + q.z() * q.z());
        double rightY = 2 * (q.x() * q.y() + q.w() * q.z());
        double pitch = Math.atan2(sinPitch, Math.hypot(rightY, upY));
        if (Math.hypot(rightY, upY) < POLE) {
            return new YawPitchRoll(
                    Math.atan2(-2 * (q.x() * q.z() - q.w() * q.y()), 1 - 2 * (q.y() * q.y() + q.z() * q.z())),
                    pitch,
                    0);
        }
        return new YawPitchRoll(
                Math.atan2(2 * (q.x() * q.z() + q.w() * q.y()), 1 - 2 * (q.x() * q.x() + q.y() * q.y())),
                pitch,
                Math.atan2(rightY, upY));
    }

    /** The orientation. */
    public Quaternion quaternion() {
        return Rotations.multiply(
                Rotations.multiply(Rotations.aboutY(yaw), Rotations.aboutX(pitch)), Rotations.aboutZ(roll));
    }
}
