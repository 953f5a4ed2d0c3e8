package org.geometryos.compositor.api.journal;

import org.osgi.annotation.versioning.ConsumerType;

/** Registered as a service, it is told when something was appended. */
@ConsumerType
public interface JournalListener {

    /** Called on the thread that appended, after each append and outside all locks; must only wake somebody. */
    void appended();
}
