package org.geometryos.compositor.camera.tracking;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.geometryos.compositor.api.value.Size;
import org.geometryos.compositor.tracking.Decoded;
import org.geometryos.compositor.tracking.Triple;

/**
 * What the bridge needs of an OpenTrackIO sample. Every field may be missing in a sample.
 *
 * @param sourceId empty if there is none
 * @param sourceNumber 1 to 200; 0 if there is none
 * @param label of the camera
 * @param transforms a chain, from the stage to the camera; empty if there is none
 * @param time of the sample
 * @param number of the sample
 * @param timecode as {@code HH:MM:SS:FF}
 */
record OpenTrackIoSample(
        String sourceId,
        int sourceNumber,
        Optional<String> label,
        List<Transform> transforms,
        Lens lens,
        Optional<Timestamp> time,
        OptionalLong number,
        Optional<String> timecode)
        implements Decoded {

    /** A link of the chain: metres, degrees, factors. */
    record Transform(Triple translation, Triple rotation, Triple scale) {}

    /** PTP time: seconds of TAI since 1970, below 2^48, and nanoseconds. */
    record Timestamp(long seconds, int nanoseconds) {}

    /**
     * @param focalLength millimetres, above 0
     * @param focusDistance metres, above 0
     * @param entrancePupil metres ahead of the sensor
     * @param sensor millimetres
     * @param distortion the coefficients of the first model: radial, then tangential
     */
    record Lens(
            OptionalDouble focalLength,
            OptionalDouble focusDistance,
            OptionalDouble entrancePupil,
            Optional<Size> sensor,
            Optional<List<Double>> distortion) {
        static final Lens UNKNOWN = new Lens(
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                Optional.empty(),
                Optional.empty());

        /** What a later sample says, and what it does not say as before. */
        Lens then(Lens later) {
            return new Lens(
                    later.focalLength.isPresent() ? later.focalLength : focalLength,
                    later.focusDistance.isPresent() ? later.focusDistance : focusDistance,
                    later.entrancePupil.isPresent() ? later.entrancePupil : entrancePupil,
                    later.sensor.or(() -> sensor),
                    later.distortion.or(() -> distortion));
        }
    }
}
