package org.geometryos.compositor.launcher.host;

import java.util.Optional;

/** Finds out to which bundle a thread belongs. Any thread. */
@FunctionalInterface
interface ThreadOwners {

    /** A bundle, as it was when its thread ended. */
    interface Owner {
        /** Its symbolic name and version. */
        String title();

        /** Whether it was stopped, updated or uninstalled since. */
        boolean gone();
    }

    /** @param problem that has ended the thread */
    Optional<Owner> of(Thread thread, Throwable problem);
}
