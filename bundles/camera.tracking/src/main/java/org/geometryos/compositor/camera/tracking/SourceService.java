package org.geometryos.compositor.camera.tracking;

import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import java.util.function.BiFunction;
import org.geometryos.compositor.api.camera.CameraSource;
import org.geometryos.compositor.configuration.Configured;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.ComponentConstants;

/**
 * One configuration as one {@link CameraSource}, for the component of each format. The service is registered here and
 * not by the component runtime, because its name is reckoned from the configuration and has a default. Calls come one
 * at a time.
 *
 * @param <O> what only the format has in its settings
 */
final class SourceService<O> {
    private final BundleContext context;
    private final Receiver<O> receiver;
    private final String pid;
    private final Configured<Settings<O>> configured;
    private String source;
    private int priority;
    private double delay;
    private ServiceRegistration<CameraSource> registration;

    /**
     * Registers the service and starts to receive.
     *
     * @param config that describes the configuration
     */
    <S> SourceService(
            BundleContext context,
            Class<?> config,
            Map<String, Object> properties,
            Settings.Format<O> format,
            BiFunction<Devices<S>, Counters, Tracker<O>> tracker) {
        this.context = context;
        this.pid = String.valueOf(properties.get("service.pid"));
        this.configured = Configured.ofOne(context, pid, config, values -> Settings.of(values, format));
        this.source = Settings.receiver(properties, format);
        Counters counters = new Counters();
        Devices<S> cameras = new Devices<>(source, counters);
        this.receiver = new Receiver<>(source, cameras, tracker.apply(cameras, counters), counters);
        configured.begin(properties).ifPresent(this::take);
        receiver.refused(configured.refusal());
        register();
        receiver.start();
    }

    void modified(Map<String, Object> properties) {
        String oldSource = source;
        int oldPriority = priority;
        double oldDelay = delay;
        configured.change(properties).ifPresent(this::take);
        receiver.refused(configured.refusal());
        if (!source.equals(oldSource)) {
            registration.unregister();
            register();
        } else if (priority != oldPriority || delay != oldDelay) {
            registration.setProperties(serviceProperties());
        }
    }

    /** @param reason of the component runtime; with a deleted configuration its cameras go, too */
    void deactivate(int reason) {
        boolean forGood = reason == ComponentConstants.DEACTIVATION_REASON_CONFIGURATION_DELETED;
        receiver.stop(forGood);
        registration.unregister();
        configured.close(forGood);
    }

    private void take(Settings<O> settings) {
        source = settings.source();
        priority = settings.priority();
        delay = settings.delay();
        receiver.configure(settings);
    }

    private void register() {
        registration = context.registerService(CameraSource.class, receiver, serviceProperties());
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
