package org.geometryos.compositor.operate;

import jakarta.servlet.Servlet;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.geometryos.compositor.api.camera.CameraSource;
import org.geometryos.compositor.api.connection.ConnectionListener;
import org.geometryos.compositor.api.connection.ConnectionManager;
import org.geometryos.compositor.api.control.CameraBridge;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.metrics.Meter;
import org.geometryos.compositor.api.recording.Recorder;
import org.geometryos.compositor.api.replay.Playback;
import org.geometryos.compositor.api.value.TimeOfDay;
import org.geometryos.compositor.io.http.access.Access;
import org.geometryos.compositor.transport.api.ReadGate;
import org.geometryos.compositor.transport.api.Transport;
import org.osgi.annotation.bundle.Requirement;
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
@Requirement(
        namespace = "osgi.service",
        filter = "(objectClass=org.geometryos.compositor.transport.api.ReadGate)",
        effective = "active")
@Requirement(
        namespace = "osgi.service",
        filter = "(objectClass=org.geometryos.compositor.api.journal.Journal)",
        effective = "active")
@Requirement(
        namespace = "osgi.service",
        filter = "(objectClass=org.geometryos.compositor.api.control.CameraBridge)",
        effective = "active")
@Requirement(
        namespace = "osgi.service",
        filter = "(objectClass=org.geometryos.compositor.api.connection.ConnectionManager)",
        effective = "active")
@Component(
        service = {},
        immediate = true)
@RequireHttpWhiteboard
public final class OperateComponent {
    private static final String METRICS = "org.geometryos.compositor.metrics.";

    private final List<Meter> meters = new CopyOnWriteArrayList<>();
    private final ServiceRegistration<Servlet> served;
    private final ServiceRegistration<Servlet> servedRecordings;
    private final ServiceRegistration<ConnectionListener> listens;
    private final Playbacks playbacks;
    private final MessagesResource messages;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile ReadGate gate;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile ConnectionManager connections;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile CameraBridge cameras;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile Journal journal;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile Recorder recorder;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile ConfigurationAdmin configurations;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile ServiceComponentRuntime components;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile Transport transport;

    @Activate
    public OperateComponent(BundleContext context) {
        HostFigures host = new HostFigures(context.getBundle().getVersion().toString());
        Parts parts = new Parts(
                new Part<>("the connection manager", () -> connections),
                new Part<>("the camera bridge", () -> cameras),
                new Part<>("the journal", () -> journal),
                new Part<>("the recorder", () -> recorder),
                new Part<>("Config Admin", () -> configurations),
                new Part<>("the component runtime", () -> components),
                meters);
        Configurations configured = new Configurations(context, parts.configurations());
        SourcesResource sources = new SourcesResource(context, parts, configured);
        Map<String, Resource> resources = new TreeMap<>();
        ConfigurationResource configuration = new ConfigurationResource(context, configured);
        RecordingsResource recordings = new RecordingsResource(parts.recorder());
        Part<Transport> sockets = new Part<>("the transport", () -> transport);
        Troubles troubles = new Troubles(sockets, System::nanoTime, TimeOfDay::micros);
        messages = new MessagesResource(parts, sockets, System::nanoTime, TimeOfDay::micros);
        resources.put("messages", messages);
        listens = context.registerService(ConnectionListener.class, troubles, null);
        resources.put("state", new State(parts, sources, troubles, host, System::nanoTime));
        resources.put("bundles", new BundlesResource(context));
        resources.put("sources", sources);
        resources.put("displays", new DisplaysResource(parts, configured));
        resources.put("configuration", configuration);
        resources.put("recorder", new RecorderResource(parts.recorder(), configured));
        resources.put("recordings", recordings);
        ReplayResource replay = new ReplayResource(configured, configuration, recordings);
        resources.put("replay", replay);
        playbacks = new Playbacks(parts.recorder(), recordings, replay);
        resources.put("log", new LogResource(context));
        Access access = new Access(() -> gate);
        served = serve(context, "compositor-admin", new AdminServlet(resources, access), AdminServlet.PATTERN);
        servedRecordings = serve(
                context,
                "compositor-recordings",
                new RecordingsServlet(playbacks, access),
                RecordingsServlet.PATH,
                RecordingsServlet.PATTERN);
    }

    private static ServiceRegistration<Servlet> serve(
            BundleContext context, String name, Servlet servlet, String... patterns) {
        return context.registerService(
                Servlet.class,
                servlet,
                new Hashtable<>(Map.of(
                        "osgi.http.whiteboard.servlet.name",
                        name,
                        "osgi.http.whiteboard.servlet.asyncSupported",
                        true,
                        "osgi.http.whiteboard.servlet.pattern",
                        patterns)));
    }

    @Deactivate
    void deactivate() {
        servedRecordings.unregister();
        served.unregister();
        listens.unregister();
        messages.close();
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addMeter(Meter meter, Map<String, Object> properties) {
        // those of the bundle metrics look at all that is looked at here anyhow
        if (!String.valueOf(properties.get("component.name")).startsWith(METRICS)) {
            meters.add(meter);
        }
    }

    void removeMeter(Meter meter) {
        meters.remove(meter);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addPlayback(Playback playback, Map<String, Object> properties) {
        playbacks.add(String.valueOf(properties.get(CameraSource.ID)), playback);
    }

    void removePlayback(Playback playback) {
        playbacks.remove(playback);
    }
}
