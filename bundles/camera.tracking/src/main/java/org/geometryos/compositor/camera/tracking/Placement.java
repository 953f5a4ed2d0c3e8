package org.geometryos.compositor.camera.tracking;

import java.util.List;
import org.geometryos.compositor.api.coordinates.FreeDPose;
import org.geometryos.compositor.api.coordinates.OpenTrackIoPose;
import org.geometryos.compositor.api.coordinates.Pose;
import org.geometryos.compositor.api.value.Vector3;
import org.geometryos.compositor.camera.tracking.OpenTrackIoSample.Transform;
import org.geometryos.compositor.tracking.Axes;
import org.geometryos.compositor.tracking.Triple;

/**
 * From what is tracked to the world of the displays.
 *
 * @param offset where the origin of the tracking system lies in the world, and how it is turned
 * @param axes which of x, y, z are right, ahead, up
 * @param angles which are pan, tilt, roll
 */
record Placement(Pose offset, Axes axes, Axes angles) {

    /** A camera of FreeD in the world. */
    Pose place(FreeDPose sent) {
        Triple position = axes.apply(new Triple(sent.x(), sent.y(), sent.z()));
        Triple turn = angles.apply(new Triple(sent.pan(), sent.tilt(), sent.roll()));
        return offset.then(new FreeDPose(
                        position.first(),
                        position.second(),
                        position.third(),
                        turn.first(),
                        turn.second(),
                        turn.third())
                .toGltf());
    }

    /**
     * A camera at the end of a chain of OpenTrackIO, in the world. The scale of a link moves what comes behind it; it
     * turns nothing.
     *
     * @param ahead how far the view's eye lies ahead of the tracked point, metres
     * @throws org.geometryos.compositor.api.value.InvalidValueException if numbers get out of hand
     */
    Pose place(List<Transform> chain, double ahead) {
        Pose pose = Pose.IDENTITY;
        for (int i = chain.size() - 1; i >= 0; i--) {
            Transform link = chain.get(i);
            Triple position = axes.apply(link.translation());
            Triple turn = angles.apply(link.rotation());
            Triple scale = axes.order(link.scale());
            Vector3 inner = pose.position();
            // right, ahead, up are x, -z, y of glTF
            Vector3 scaled =
                    new Vector3(inner.x() * scale.first(), inner.y() * scale.third(), inner.z() * scale.second());
            pose = new OpenTrackIoPose(
                            position.first(),
                            position.second(),
                            position.third(),
                            turn.first(),
                            turn.second(),
                            turn.third())
                    .toGltf()
                    .then(new Pose(scaled, pose.orientation()));
        }
        Vector3 eye = pose.apply(new Vector3(0, 0, -ahead));
        return offset.then(new Pose(eye, pose.orientation()));
    }
}
