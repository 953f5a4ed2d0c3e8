package org.geometryos.compositor.operate;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.geometryos.compositor.api.connection.ConnectionManager;
import org.geometryos.compositor.api.control.CameraBridge;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.metrics.Meter;
import org.geometryos.compositor.api.recording.Recorder;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.runtime.ServiceComponentRuntime;

/** What is looked at and acted on. Any thread. */
final class Parts {
    final Part<ConnectionManager> connections = new Part<>("the connection manager");
    final Part<CameraBridge> cameras = new Part<>("the camera bridge");
    final Part<Journal> journal = new Part<>("the journal");
    final Part<Recorder> recorder = new Part<>("the recorder");
    final Part<ConfigurationAdmin> configurations = new Part<>("Config Admin");
    final Part<ServiceComponentRuntime> components = new Part<>("the component runtime");
    final List<Meter> meters = new CopyOnWriteArrayList<>();
}
