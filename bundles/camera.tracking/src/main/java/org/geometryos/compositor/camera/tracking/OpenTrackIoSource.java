package org.geometryos.compositor.camera.tracking;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.geometryos.compositor.camera.tracking.OpenTrackIoSample.Lens;
import org.geometryos.compositor.camera.tracking.OpenTrackIoSample.Transform;

/**
 * What is known of a source: what it said last, and of what it left out, what it said before (the static part comes
 * every two seconds only).
 *
 * @param sequence of its last packet
 * @param at when that came, {@link System#nanoTime()}
 */
record OpenTrackIoSource(Optional<String> label, List<Transform> transforms, Lens lens, int sequence, long at) {
    /** After so long without a new packet any number is new: the sender may have begun again. */
    static final long QUIET_NANOS = 1_000_000_000;

    /** What tells sources apart, whatever address they send from. */
    record Key(String sourceId, int sourceNumber) {}

    /** What a packet is. */
    enum Order {
        NEW,
        DUPLICATE,
        LATE
    }

    static Order order(Optional<OpenTrackIoSource> known, int sequence, long now) {
        if (known.isEmpty() || now - known.get().at > QUIET_NANOS) {
            return Order.NEW;
        }
        short ahead = (short) (sequence - known.get().sequence);
        return ahead > 0 ? Order.NEW : ahead == 0 ? Order.DUPLICATE : Order.LATE;
    }

    static OpenTrackIoSource after(
            Optional<OpenTrackIoSource> known, OpenTrackIoSample sample, int sequence, long now) {
        return new OpenTrackIoSource(
                sample.label().or(() -> known.flatMap(OpenTrackIoSource::label)),
                sample.transforms().isEmpty()
                        ? known.map(OpenTrackIoSource::transforms).orElse(List.of())
                        : sample.transforms(),
                known.map(OpenTrackIoSource::lens).orElse(Lens.UNKNOWN).then(sample.lens()),
                sequence,
                now);
    }

    /** The values of placeholders; {@code id} is 0 for a source without a number. */
    Map<String, String> names(Key key, String receiver) {
        return Map.of(
                Settings.RECEIVER,
                receiver,
                "id",
                String.valueOf(key.sourceNumber()),
                "source",
                key.sourceId().replaceFirst("^urn:uuid:", ""),
                "subject",
                label.orElse(""));
    }
}
