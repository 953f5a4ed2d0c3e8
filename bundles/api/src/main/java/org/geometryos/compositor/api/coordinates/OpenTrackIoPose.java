package org.geometryos.compositor.api.coordinates;

import org.geometryos.compositor.api.value.Quaternion;
import org.geometryos.compositor.api.value.Vector3;

/**
 * A pose as OpenTrackIO says it: +X right, +Y ahead, +Z up, metres; degrees, turned about its own axes in the order
 * pan, tilt, roll.
 *
 * @param pan about +Z; positive to the left
 * @param tilt about +X; positive upwards
 * @param roll about +Y; positive clockwise as seen from behind the camera
 */
public record OpenTrackIoPose(double x, double y, double z, double pan, double tilt, double roll) {

    /** The angles of a pose: tilt from -90 to 90, the others from -180 to 180; straight up or down the roll is 0. */
    public static OpenTrackIoPose of(Pose gltf) {
        Vector3 position = ZUp.fromGltf(gltf.position());
        YawPitchRoll angles = YawPitchRoll.of(gltf.orientation());
        return new OpenTrackIoPose(
                position.x(),
                position.y(),
                position.z(),
                Math.toDegrees(angles.yaw()),
                Math.toDegrees(angles.pitch()),
                -Math.toDegrees(angles.roll()));
    }

    public Pose toGltf() {
        Quaternion orientation =
                new YawPitchRoll(Math.toRadians(pan), Math.toRadians(tilt), -Math.toRadians(roll)).quaternion();
        return new Pose(ZUp.toGltf(new Vector3(x, y, z)), orientation);
    }
}
