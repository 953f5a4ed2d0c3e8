package org.geometryos.compositor.foxglove;

import org.geometryos.compositor.api.coordinates.Pose;
import org.geometryos.compositor.api.coordinates.Rotations;
import org.geometryos.compositor.api.coordinates.ZUp;
import org.geometryos.compositor.api.value.Quaternion;
import org.geometryos.compositor.api.value.Vector3;

/**
 * The frames of reference. Viewers show a world with +Z up. In it lies the stage, the coordinates of the bridge, with
 * +Y up; in the stage the cameras, which look along -Z with +Y up; and in each camera its optical frame, which looks
 * along +Z with +Y down.
 */
final class Frames {
    static final String WORLD = "world";
    static final String STAGE = "stage";

    private static final double HALF = Math.sqrt(0.5);
    /** The stage in the world. */
    static final Pose STAGE_IN_WORLD = new Pose(new Vector3(0, 0, 0), new Quaternion(HALF, 0, 0, HALF));
    /** The optical frame in its camera. */
    static final Pose OPTICAL_IN_CAMERA = new Pose(new Vector3(0, 0, 0), new Quaternion(1, 0, 0, 0));
    /** Viewers turn a glTF model, which has +Y up, to +Z up: this takes it back. */
    private static final Quaternion AS_IT_IS = new Quaternion(-HALF, 0, 0, HALF);

    private Frames() {}

    static String camera(String name) {
        return "camera/" + name;
    }

    static String optical(String name) {
        return camera(name) + "/optical";
    }

    static Pose fromWorld(Pose inWorld) {
        return new Pose(
                ZUp.toGltf(inWorld.position()),
                Rotations.multiply(Rotations.inverse(STAGE_IN_WORLD.orientation()), inWorld.orientation()));
    }

    /** The orientation of a model as viewers need it. */
    static Quaternion model(Quaternion orientation) {
        return Rotations.multiply(orientation, AS_IT_IS);
    }

    /** The scale of a model as viewers need it: along the axes that they have turned it to. */
    static Vector3 modelScale(Vector3 scale) {
        return new Vector3(scale.x(), scale.z(), scale.y());
    }
}
