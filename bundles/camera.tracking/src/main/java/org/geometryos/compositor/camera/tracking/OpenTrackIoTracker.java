package org.geometryos.compositor.camera.tracking;

import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Lens;
import org.geometryos.compositor.api.camera.View3d;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.camera.tracking.OpenTrackIoSample.Timestamp;
import org.geometryos.compositor.tracking.Decoded;
import org.geometryos.compositor.tracking.Fault;
import org.geometryos.compositor.tracking.Segment;

/** OpenTrackIO. A source is told by its id and number; each is known by what it said last. */
final class OpenTrackIoTracker implements Tracker<OpenTrackIoOptions> {
    private static final long MICROS = 1_000_000;

    private final Devices<OpenTrackIoSource> cameras;
    private final Counters counters;
    private final Reassembly reassembly;
    private final OpenTrackIoReader reader = new OpenTrackIoReader();

    OpenTrackIoTracker(Devices<OpenTrackIoSource> cameras, Counters counters) {
        this.cameras = cameras;
        this.counters = counters;
        this.reassembly = new Reassembly(counters);
    }

    @Override
    public void datagram(ByteBuffer data, SocketAddress from, long now, Settings<OpenTrackIoOptions> settings) {
        Decoded decoded = Segment.decode(data);
        if (decoded instanceof Segment segment) {
            reassembly.add(segment, from, now).ifPresent(whole -> {
                Decoded read = reader.read(whole.encoding(), whole.payload());
                if (read instanceof OpenTrackIoSample sample) {
                    sample(sample, whole.sequence(), now, settings);
                } else {
                    counters.add((Fault) read);
                }
            });
        } else {
            counters.add((Fault) decoded);
        }
    }

    @Override
    public void tick(long now) {
        reassembly.expire(now);
    }

    private void sample(OpenTrackIoSample sample, int sequence, long now, Settings<OpenTrackIoOptions> settings) {
        OpenTrackIoSource.Key key = new OpenTrackIoSource.Key(sample.sourceId(), sample.sourceNumber());
        Optional<OpenTrackIoSource> known = cameras.state(key);
        switch (OpenTrackIoSource.order(known, sequence, now)) {
            case DUPLICATE -> counters.add(Count.DUPLICATES);
            case LATE -> counters.add(Count.LATE);
            case NEW -> {
                OpenTrackIoSource source = OpenTrackIoSource.after(known, sample, sequence, now);
                View3d view;
                try {
                    view = view(source, settings);
                } catch (InvalidValueException e) {
                    counters.add(Fault.VALUE);
                    return;
                }
                if (cameras.heard(key, source, now, settings.staleNanos())) {
                    drive(key, source, view, sample, now, settings);
                }
            }
        }
    }

    private void drive(
            OpenTrackIoSource.Key key,
            OpenTrackIoSource source,
            View3d view,
            OpenTrackIoSample sample,
            long now,
            Settings<OpenTrackIoOptions> settings) {
        Optional<String> camera = settings.camera().name(source.names(key, settings.receiver()));
        if (source.transforms().isEmpty()) {
            counters.add(Count.INCOMPLETE);
        } else if (camera.isEmpty()) {
            counters.add(Count.UNNAMED);
        } else {
            OptionalLong time = settings.options().sampleTime()
                    ? time(sample, settings.options().utcOffset())
                    : OptionalLong.empty();
            cameras.drive(
                    key,
                    new CameraUpdate(camera.get(), view, time, sample.number(), false, sample.timecode()),
                    now,
                    settings.staleNanos());
        }
    }

    /** Microseconds of UTC; nothing if they are not between 1970 and 2255. */
    private OptionalLong time(OpenTrackIoSample sample, int utcOffset) {
        if (sample.time().isEmpty()) {
            return OptionalLong.empty();
        }
        Timestamp stamp = sample.time().get();
        long seconds = stamp.seconds() - utcOffset;
        if (seconds < 0 || seconds >= CameraUpdate.MAX_INTEGER / MICROS) {
            counters.add(Count.UNTIMED);
            return OptionalLong.empty();
        }
        return OptionalLong.of(seconds * MICROS + stamp.nanoseconds() / 1_000);
    }

    /** Also of a source that has not said yet where it is: its lens is checked before it is kept. */
    private static View3d view(OpenTrackIoSource source, Settings<OpenTrackIoOptions> settings) {
        OpenTrackIoSample.Lens lens = source.lens();
        double ahead = settings.options().entrancePupil() ? lens.entrancePupil().orElse(0) : 0;
        OptionalDouble angle = lens.focalLength().isPresent() && lens.sensor().isPresent()
                ? OptionalDouble.of(Settings.fieldOfView(
                        lens.sensor().get().height(), lens.focalLength().getAsDouble()))
                : OptionalDouble.empty();
        return settings.view(
                settings.placement().place(source.transforms(), ahead),
                angle,
                lens.focusDistance(),
                new Lens(lens.focalLength(), lens.sensor(), lens.distortion()));
    }
}
