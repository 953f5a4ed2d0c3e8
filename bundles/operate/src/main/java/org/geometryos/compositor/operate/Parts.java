package org.geometryos.compositor.operate;

import java.util.List;
import org.geometryos.compositor.api.connection.ConnectionManager;
import org.geometryos.compositor.api.control.CameraBridge;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.metrics.Meter;
import org.geometryos.compositor.api.recording.Recorder;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.runtime.ServiceComponentRuntime;

/**
 * What is looked at and acted on. Any thread.
 *
 * @param meters those that are there
 */
record Parts(
        Part<ConnectionManager> connections,
        Part<CameraBridge> cameras,
        Part<Journal> journal,
        Part<Recorder> recorder,
        Part<ConfigurationAdmin> configurations,
        Part<ServiceComponentRuntime> components,
        List<Meter> meters) {}
