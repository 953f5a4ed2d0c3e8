package org.geometryos.compositor.osc;

import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.geometryos.compositor.api.camera.CameraSource;
import org.geometryos.compositor.api.control.CameraBridge;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.replay.Playback;
import org.geometryos.compositor.api.scene.SceneService;
import org.geometryos.compositor.api.wall.Walls;
import org.geometryos.compositor.configuration.Configured;
import org.osgi.annotation.bundle.Capability;
import org.osgi.annotation.bundle.Requirement;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.ComponentConstants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;

/**
 * One configuration: a {@link Receiver} and its service, which is registered here as its name is reckoned from the
 * configuration.
 */
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=org.geometryos.compositor.api.camera.CameraSource")
@Requirement(
        namespace = "osgi.service",
        filter = "(objectClass=org.geometryos.compositor.api.control.CameraBridge)",
        effective = "active")
@Component(
        configurationPid = OscConfig.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        service = {},
        // an operator stops it by the condition that components of this version have
        xmlns = "http://www.osgi.org/xmlns/scr/v1.5.0")
@Designate(ocd = OscConfig.class, factory = true)
public final class OscComponent implements Around {
    private final Map<String, Playback> playbacks = new ConcurrentHashMap<>();
    private final BundleContext context;
    private final String pid;
    private final Configured<Settings> configured;
    private final Receiver receiver;
    private String source;
    private int priority;
    private ServiceRegistration<CameraSource> registration;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile CameraBridge bridge;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile SceneService scene;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile Walls walls;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile Journal journal;

    /** Registers the service and starts to receive. */
    @Activate
    public OscComponent(BundleContext context, Map<String, Object> properties) {
        this.context = context;
        this.pid = String.valueOf(properties.get("service.pid"));
        this.configured = Configured.ofOne(context, pid, OscConfig.class, Settings::of);
        this.source = Settings.name(properties);
        this.receiver = new Receiver(source, this);
        configured.begin(properties).ifPresent(this::take);
        receiver.refused(configured.refusal());
        register();
        receiver.start();
    }

    @Modified
    void modified(Map<String, Object> properties) {
        String oldSource = source;
        int oldPriority = priority;
        configured.change(properties).ifPresent(this::take);
        receiver.refused(configured.refusal());
        if (!source.equals(oldSource)) {
            registration.unregister();
            register();
        } else if (priority != oldPriority) {
            registration.setProperties(serviceProperties());
        }
    }

    /** @param reason of the component runtime */
    @Deactivate
    void deactivate(int reason) {
        receiver.stop();
        registration.unregister();
        configured.close(reason == ComponentConstants.DEACTIVATION_REASON_CONFIGURATION_DELETED);
    }

    private void take(Settings settings) {
        source = settings.source();
        priority = settings.priority();
        receiver.configure(settings);
    }

    private void register() {
        registration = context.registerService(CameraSource.class, receiver, serviceProperties());
    }

    private Dictionary<String, Object> serviceProperties() {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(CameraSource.ID, source);
        properties.put(CameraSource.PRIORITY, priority);
        properties.put("service.pid", pid);
        return properties;
    }

    @Override
    public CameraBridge bridge() {
        return bridge;
    }

    @Override
    public SceneService scene() {
        return scene;
    }

    @Override
    public Walls walls() {
        return walls;
    }

    @Override
    public Journal journal() {
        return journal;
    }

    @Override
    public Map<String, Playback> playbacks() {
        return playbacks;
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addPlayback(Playback playback, Map<String, Object> of) {
        playbacks.put(String.valueOf(of.get(CameraSource.ID)), playback);
    }

    void removePlayback(Playback playback) {
        playbacks.values().removeIf(each -> each == playback);
    }
}
