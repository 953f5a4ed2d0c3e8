package org.geometryos.compositor.api.coordinates;

/**
 * A pose as FreeD D1 says it, in the protocol's units: +X right, +Y ahead, +Z up, millimetres; degrees, turned about
 * its own axes in the order pan, tilt, roll.
 *
 * @param pan positive to the right, clockwise as seen from above; at 0 the camera looks along +Y
 * @param tilt positive upwards
 * @param roll positive clockwise as seen from behind the camera
 */
public record FreeDPose(double x, double y, double z, double pan, double tilt, double roll) {
    private static final double MILLIMETRES = 1_000;

    /** The angles of a pose: tilt from -90 to 90, the others from -180 to 180; straight up or down the roll is 0. */
    public static FreeDPose of(Pose gltf) {
        OpenTrackIoPose pose = OpenTrackIoPose.of(gltf);
        return new FreeDPose(
                pose.x() * MILLIMETRES,
                pose.y() * MILLIMETRES,
                pose.z() * MILLIMETRES,
                -pose.pan(),
                pose.tilt(),
                pose.roll());
    }

    public Pose toGltf() {
        return new OpenTrackIoPose(x / MILLIMETRES, y / MILLIMETRES, z / MILLIMETRES, -pan, tilt, roll).toGltf();
    }
}
