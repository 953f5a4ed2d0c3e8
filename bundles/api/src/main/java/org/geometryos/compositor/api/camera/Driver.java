package org.geometryos.compositor.api.camera;

import java.util.Optional;

/**
 * A source or session that asks to drive a camera.
 *
 * @param name of the display or source
 * @param session the session, if it is one
 * @param priority against a holder of lower priority the driver wins the camera
 */
public record Driver(String name, Optional<String> session, int priority) {

    /** The priority of a holder that took a camera by force: nobody wins it by a priority of his own. */
    public static final int FORCED = Integer.MAX_VALUE;

    /** The same asker with another priority. */
    public Driver withPriority(int other) {
        return new Driver(name, session, other);
    }

    /** Whether both are the same asker, whatever their priority. */
    public boolean same(Driver other) {
        return name.equals(other.name) && session.equals(other.session);
    }
}
