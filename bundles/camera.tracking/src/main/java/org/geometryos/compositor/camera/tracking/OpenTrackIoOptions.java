package org.geometryos.compositor.camera.tracking;

import java.util.Set;
import org.geometryos.compositor.configuration.values.Values;

/**
 * What only OpenTrackIO has.
 *
 * @param utcOffset seconds by which the clock of the samples (PTP: TAI) is ahead of UTC
 * @param sampleTime whether the time of samples is passed on
 * @param entrancePupil whether the eye of the view lies in the entrance pupil, and not at the tracked sensor
 */
record OpenTrackIoOptions(int utcOffset, boolean sampleTime, boolean entrancePupil) {
    static final int PORT = 55_555;
    static final int UTC_OFFSET = 37;
    static final Settings.Format<OpenTrackIoOptions> FORMAT = new Settings.Format<>(
            OpenTrackIoConfig.PID,
            PORT,
            OpenTrackIoConfig.CAMERA,
            Set.of(Settings.RECEIVER, "id", "source", "subject"),
            OpenTrackIoOptions::of);

    /** @throws org.geometryos.compositor.api.value.InvalidValueException that names key, value and rule */
    static OpenTrackIoOptions of(Values values) {
        return new OpenTrackIoOptions(
                values.integer("utcOffset", UTC_OFFSET, -86_400, 86_400),
                values.flag("sampleTime", true),
                values.flag("entrancePupil", true));
    }
}
