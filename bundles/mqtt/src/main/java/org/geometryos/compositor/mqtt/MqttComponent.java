package org.geometryos.compositor.mqtt;

import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import org.geometryos.compositor.api.camera.CameraSource;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.metrics.Meter;
import org.geometryos.compositor.configuration.Configured;
import org.geometryos.compositor.health.Health;
import org.geometryos.compositor.protocol.Codec;
import org.geometryos.compositor.protocol.codec.Codecs;
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
 * One configuration of a broker. The services are registered here and not by the component runtime, because what they
 * are called is reckoned from the configuration: it is a {@link CameraSource} as long as it has rules for what comes
 * in. Calls come from the component runtime, one at a time.
 */
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=org.geometryos.compositor.api.camera.CameraSource")
@Requirement(
        namespace = "osgi.service",
        filter = "(objectClass=org.geometryos.compositor.api.control.CameraBridge)",
        effective = "active")
@Component(
        configurationPid = MqttConfig.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        service = {},
        // an operator stops it by the condition that components of this version have
        xmlns = "http://www.osgi.org/xmlns/scr/v1.5.0")
@Designate(ocd = MqttConfig.class, factory = true)
public final class MqttComponent {
    private final BundleContext context;
    private final Codec codec = Codecs.json();
    private final Broker broker;
    private final String pid;
    private final Configured<Settings> configured;
    private final ServiceRegistration<?> health;
    private final ServiceRegistration<Meter> meter;
    private boolean receives;
    private String source;
    private int priority;
    private double delay;
    private ServiceRegistration<CameraSource> registration;

    @Activate
    public MqttComponent(BundleContext context, Map<String, Object> properties) {
        this.context = context;
        this.pid = String.valueOf(properties.get("service.pid"));
        this.configured = Configured.ofOne(context, pid, MqttConfig.class, values -> Settings.of(values, codec));
        String name = Settings.name(properties);
        this.source = name;
        this.receives = true;
        this.broker = new Broker(name, codec);
        configured.begin(properties).ifPresent(this::take);
        broker.refused(configured.refusal());
        this.health = Health.register(context, "mqtt-" + name, broker::partHealth);
        this.meter = context.registerService(Meter.class, broker::read, new Hashtable<>());
        register();
        broker.start();
    }

    @Modified
    void modified(Map<String, Object> properties) {
        String oldSource = source;
        int oldPriority = priority;
        double oldDelay = delay;
        configured.change(properties).ifPresent(this::take);
        broker.refused(configured.refusal());
        if (!source.equals(oldSource) || receives != (registration != null)) {
            unregister();
            register();
        } else if (registration != null && (priority != oldPriority || delay != oldDelay)) {
            registration.setProperties(serviceProperties());
        }
    }

    /** @param reason of the component runtime; with a deleted configuration its cameras go, too */
    @Deactivate
    void deactivate(int reason) {
        boolean forGood = reason == ComponentConstants.DEACTIVATION_REASON_CONFIGURATION_DELETED;
        broker.stop(forGood);
        unregister();
        meter.unregister();
        health.unregister();
        configured.close(forGood);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setJournal(Journal next) {
        broker.setJournal(next);
    }

    void unsetJournal(Journal old) {
        broker.gone(old);
    }

    private void take(Settings settings) {
        source = settings.source();
        priority = settings.priority();
        delay = settings.delay();
        receives = settings.receives();
        broker.configure(settings);
    }

    private void register() {
        if (receives) {
            registration = context.registerService(CameraSource.class, broker, serviceProperties());
        }
    }

    private void unregister() {
        if (registration != null) {
            registration.unregister();
            registration = null;
        }
    }

    private Dictionary<String, Object> serviceProperties() {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(CameraSource.ID, source);
        properties.put(CameraSource.PRIORITY, priority);
        properties.put(CameraSource.DELAY, delay);
        properties.put("service.pid", pid);
        return properties;
    }
}
