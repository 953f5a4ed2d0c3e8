package org.geometryos.compositor.tracking.out;

import java.nio.ByteBuffer;
import org.geometryos.compositor.api.coordinates.FreeDPose;
import org.geometryos.compositor.tracking.FreeDSample;
import org.geometryos.compositor.tracking.Triple;

/** FreeD D1. What has no curve is sent as 0, and so is the user field. */
final class FreeDPackets implements Packets {

    @Override
    public boolean write(Moment moment, Settings settings, long nanos, ByteBuffer into) {
        FreeDPose pose = FreeDPose.of(settings.world().then(moment.pose()));
        Triple position = settings.axes().undo(new Triple(pose.x(), pose.y(), pose.z()));
        Triple turn = settings.angles().undo(new Triple(pose.pan(), pose.tilt(), pose.roll()));
        LensReadings lens = LensReadings.of(moment, settings);
        return new FreeDSample(
                        ((Settings.FreeD) settings.format()).id(),
                        new FreeDPose(
                                position.first(),
                                position.second(),
                                position.third(),
                                turn.first(),
                                turn.second(),
                                turn.third()),
                        lens.zoom().orElse(0),
                        lens.focus().orElse(0),
                        0)
                .encode(into);
    }
}
