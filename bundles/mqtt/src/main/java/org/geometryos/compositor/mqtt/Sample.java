package org.geometryos.compositor.mqtt;

import java.util.Optional;
import java.util.OptionalLong;
import org.geometryos.compositor.api.camera.View;

/**
 * What a message says of a camera.
 *
 * @param name of the camera, if the message has one
 * @param time microseconds since the Unix epoch
 */
record Sample(
        Optional<String> name,
        View view,
        OptionalLong time,
        OptionalLong sample,
        boolean cut,
        Optional<String> timecode) {}
