package org.geometryos.compositor.camera.tracking;

import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Lens;
import org.geometryos.compositor.api.camera.View3d;
import org.geometryos.compositor.api.value.Size;
import org.geometryos.compositor.tracking.Calibration;
import org.geometryos.compositor.tracking.Decoded;
import org.geometryos.compositor.tracking.Fault;
import org.geometryos.compositor.tracking.FreeDSample;

/**
 * FreeD D1. A device is told by its id; packets have no order and no time of their own, so each one counts, and none is
 * a duplicate.
 */
final class FreeDTracker implements Tracker<FreeDOptions> {
    private final Devices<FreeDSample> cameras;
    private final Counters counters;

    FreeDTracker(Devices<FreeDSample> cameras, Counters counters) {
        this.cameras = cameras;
        this.counters = counters;
    }

    @Override
    public void datagram(ByteBuffer data, SocketAddress from, long now, Settings<FreeDOptions> settings) {
        Decoded decoded = FreeDSample.decode(data);
        if (decoded instanceof FreeDSample sample) {
            if (cameras.heard(sample.id(), sample, now, settings.staleNanos())) {
                // without a value that could be missing a pattern always gives a name
                String camera = settings.camera()
                        .name(Map.of(Settings.RECEIVER, settings.receiver(), "id", String.valueOf(sample.id())))
                        .orElseThrow();
                cameras.drive(
                        sample.id(), new CameraUpdate(camera, view(sample, settings)), now, settings.staleNanos());
            }
        } else {
            counters.add((Fault) decoded);
        }
    }

    private static View3d view(FreeDSample sample, Settings<FreeDOptions> settings) {
        Optional<Size> sensor = settings.options().sensor();
        OptionalDouble focal = OptionalDouble.empty();
        OptionalDouble angle = OptionalDouble.empty();
        Optional<Calibration.Table> table = settings.options().zoom().of(sample.id());
        if (table.isPresent()) {
            double value = table.get().at(sample.zoom());
            focal = table.get().focal() ? OptionalDouble.of(value) : OptionalDouble.empty();
            angle = OptionalDouble.of(
                    table.get().focal()
                            ? Settings.fieldOfView(sensor.orElseThrow().height(), value)
                            : Math.toRadians(value));
        }
        return settings.view(
                settings.placement().place(sample.pose()),
                angle,
                OptionalDouble.empty(),
                new Lens(focal, sensor, Optional.empty()));
    }

    @Override
    public void tick(long now) {
        // nothing waits
    }
}
