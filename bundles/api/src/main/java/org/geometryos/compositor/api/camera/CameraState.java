package org.geometryos.compositor.api.camera;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * A camera as it stands in the sequence: its newest view, and where that came from.
 *
 * @param time of the sample, microseconds since the Unix epoch; {@code received} if the source gave none
 * @param received when the bridge got it, microseconds since the Unix epoch
 * @param source name of the source or display that sent it
 * @param origin the session that caused it, if a session did
 */
public record CameraState(
        String camera,
        View view,
        long time,
        long received,
        OptionalLong sample,
        Optional<String> timecode,
        String source,
        Optional<String> origin,
        boolean cut) {}
