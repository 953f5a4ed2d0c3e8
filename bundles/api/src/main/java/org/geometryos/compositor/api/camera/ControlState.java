package org.geometryos.compositor.api.camera;

import java.util.Optional;

/**
 * Who controls a camera (protocol, "Driving a camera").
 *
 * @param holder name of the display or source; empty when the camera is free
 * @param session the holder's session, if a session holds it
 * @param priority the holder's, see {@link Driver#priority()}; displays are not told
 */
public record ControlState(String camera, Optional<String> holder, Optional<String> session, int priority) {

    /** Nobody holds it. */
    public static ControlState free(String camera) {
        return new ControlState(camera, Optional.empty(), Optional.empty(), 0);
    }
}
