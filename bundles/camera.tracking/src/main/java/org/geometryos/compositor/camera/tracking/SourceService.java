package org.geometryos.compositor.camera.tracking;

import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.geometryos.compositor.api.camera.CameraSource;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.configuration.Problems;
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
    private final Settings.Format<O> format;
    private final Receiver<O> receiver;
    private final String pid;
    private final Problems problems;
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
        this.format = format;
        this.pid = String.valueOf(properties.get("service.pid"));
        this.problems = new Problems(context, pid, config);
        this.source = Settings.receiver(properties, format);
        Counters counters = new Counters();
        Devices<S> cameras = new Devices<>(source, counters);
        this.receiver = new Receiver<>(source, cameras, tracker.apply(cameras, counters), counters);
        configure(properties);
        register();
        receiver.start();
    }

    void modified(Map<String, Object> properties) {
        String oldSource = source;
        int oldPriority = priority;
        double oldDelay = delay;
        configure(properties);
        if (!source.equals(oldSource)) {
            registration.unregister();
            register();
        } else if (priority != oldPriority || delay != oldDelay) {
            registration.setProperties(serviceProperties());
        }
    }

    /** @param reason of the component runtime; with a deleted configuration its cameras go, too */
    void deactivate(int reason) {
        receiver.stop(reason == ComponentConstants.DEACTIVATION_REASON_CONFIGURATION_DELETED);
        registration.unregister();
        problems.close();
    }

    private void configure(Map<String, Object> properties) {
        List<String> wrong = new ArrayList<>(problems.oddities(pid, properties));
        try {
            Settings<O> settings = Settings.of(properties, format);
            source = settings.source();
            priority = settings.priority();
            delay = settings.delay();
            receiver.configure(settings);
        } catch (InvalidValueException e) {
            receiver.refused(e.getMessage());
            wrong.add(0, Problems.line(pid, properties, e.getMessage() + "; it is refused"));
        }
        problems.now(wrong);
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
