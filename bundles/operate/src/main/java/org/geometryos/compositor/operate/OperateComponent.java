package org.geometryos.compositor.operate;

import jakarta.servlet.Servlet;
import java.util.Hashtable;
import java.util.Map;
import org.geometryos.compositor.api.connection.ConnectionManager;
import org.geometryos.compositor.api.control.CameraBridge;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.metrics.Meter;
import org.geometryos.compositor.api.recording.Recorder;
import org.geometryos.compositor.http.access.Access;
import org.geometryos.compositor.transport.api.ReadGate;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.servlet.whiteboard.annotations.RequireHttpWhiteboard;

/** Serves what an operator sees and does. Each part may be away: what needs it then says so, and the rest works. */
@Component(
        service = {},
        immediate = true)
@RequireHttpWhiteboard
public final class OperateComponent {
    private static final String METRICS = "org.geometryos.compositor.metrics.";

    private final Parts parts = new Parts();
    private final Part<ReadGate> gate = new Part<>("the endpoint");
    private final ServiceRegistration<Servlet> served;

    @Activate
    public OperateComponent(BundleContext context) {
        HostFigures host = new HostFigures(context.getBundle().getVersion().toString());
        AdminServlet servlet = new AdminServlet(
                Map.of("state", new State(parts, host, System::nanoTime)),
                new Access(() -> gate.get().orElse(null)));
        served = context.registerService(
                Servlet.class,
                servlet,
                new Hashtable<>(Map.of(
                        "osgi.http.whiteboard.servlet.name",
                        "compositor-admin",
                        "osgi.http.whiteboard.servlet.asyncSupported",
                        true,
                        "osgi.http.whiteboard.servlet.pattern",
                        AdminServlet.PATTERN)));
    }

    @Deactivate
    void deactivate() {
        served.unregister();
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setGate(ReadGate next) {
        gate.set(next);
    }

    void unsetGate(ReadGate old) {
        gate.unset(old);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setConnections(ConnectionManager next) {
        parts.connections.set(next);
    }

    void unsetConnections(ConnectionManager old) {
        parts.connections.unset(old);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setCameras(CameraBridge next) {
        parts.cameras.set(next);
    }

    void unsetCameras(CameraBridge old) {
        parts.cameras.unset(old);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setJournal(Journal next) {
        parts.journal.set(next);
    }

    void unsetJournal(Journal old) {
        parts.journal.unset(old);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setRecorder(Recorder next) {
        parts.recorder.set(next);
    }

    void unsetRecorder(Recorder old) {
        parts.recorder.unset(old);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setConfigurations(ConfigurationAdmin next) {
        parts.configurations.set(next);
    }

    void unsetConfigurations(ConfigurationAdmin old) {
        parts.configurations.unset(old);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setComponents(ServiceComponentRuntime next) {
        parts.components.set(next);
    }

    void unsetComponents(ServiceComponentRuntime old) {
        parts.components.unset(old);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addMeter(Meter meter, Map<String, Object> properties) {
        // those of the bundle metrics look at all that is looked at here anyhow
        if (!String.valueOf(properties.get("component.name")).startsWith(METRICS)) {
            parts.meters.add(meter);
        }
    }

    void removeMeter(Meter meter) {
        parts.meters.remove(meter);
    }
}
