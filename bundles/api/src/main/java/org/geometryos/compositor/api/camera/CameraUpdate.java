package org.geometryos.compositor.api.camera;

import java.util.Optional;
import java.util.OptionalLong;
import org.geometryos.compositor.api.value.Checks;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.api.value.Names;

/**
 * A new view for a camera, as its driver sends it.
 *
 * @param camera name, see {@link Names}
 * @param time when the view was sampled, microseconds since the Unix epoch (UTC), 0 or more; absent: when the bridge
 *     got it
 * @param sample the source's own number of the sample, 0 to 2^53 - 1, passed on unchanged
 * @param cut the view jumps; displays must not smooth across it
 * @param timecode at most 32 characters ({@code HH:MM:SS:FF}), passed on unchanged
 */
public record CameraUpdate(
        String camera, View view, OptionalLong time, OptionalLong sample, boolean cut, Optional<String> timecode) {
    public static final int MAX_TIMECODE = 32;
    /** The largest integer that every client can hold: 2^53 - 1. */
    public static final long MAX_INTEGER = (1L << 53) - 1;

    public CameraUpdate {
        Names.check("camera", camera);
        Checks.present("view", view);
        check("time", Checks.present("time", time));
        check("sample", Checks.present("sample", sample));
        if (Checks.present("timecode", timecode).isPresent()
                && timecode.get().codePointCount(0, timecode.get().length()) > MAX_TIMECODE) {
            throw new InvalidValueException(
                    "timecode", timecode.get(), "must have at most " + MAX_TIMECODE + " characters");
        }
    }

    /** A view and nothing else. */
    public CameraUpdate(String camera, View view) {
        this(camera, view, OptionalLong.empty(), OptionalLong.empty(), false, Optional.empty());
    }

    public CameraUpdate withTime(long microseconds) {
        return new CameraUpdate(camera, view, OptionalLong.of(microseconds), sample, cut, timecode);
    }

    public CameraUpdate withSample(long number) {
        return new CameraUpdate(camera, view, time, OptionalLong.of(number), cut, timecode);
    }

    public CameraUpdate withCut(boolean jumps) {
        return new CameraUpdate(camera, view, time, sample, jumps, timecode);
    }

    public CameraUpdate withTimecode(String code) {
        return new CameraUpdate(camera, view, time, sample, cut, Optional.of(code));
    }

    private static void check(String field, OptionalLong value) {
        if (value.isPresent() && (value.getAsLong() < 0 || value.getAsLong() > MAX_INTEGER)) {
            throw new InvalidValueException(field, value.getAsLong(), "must lie in [0, 2^53 - 1]");
        }
    }
}
