package org.geometryos.compositor.camera.replay;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.geometryos.compositor.api.camera.CameraSource;
import org.geometryos.compositor.api.recording.Recorder;
import org.geometryos.compositor.api.replay.Playback;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.configuration.Problems;
import org.geometryos.compositor.io.files.StateFolder;
import org.geometryos.compositor.protocol.codec.Codecs;
import org.osgi.annotation.bundle.Capability;
import org.osgi.annotation.bundle.Requirement;
import org.osgi.framework.Bundle;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One configuration as one {@link CameraSource}. The service is registered here and not by the component runtime,
 * because its name is reckoned from the configuration and has a default. Calls come from the component runtime, one at
 * a time.
 */
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=org.geometryos.compositor.api.camera.CameraSource")
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=org.geometryos.compositor.api.replay.Playback")
@Requirement(
        namespace = "osgi.service",
        filter = "(objectClass=org.geometryos.compositor.api.control.CameraBridge)",
        effective = "active")
@Component(
        configurationPid = ReplayConfig.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        service = {},
        // an operator stops it by the condition that components of this version have
        xmlns = "http://www.osgi.org/xmlns/scr/v1.5.0")
@Designate(ocd = ReplayConfig.class, factory = true)
public final class ReplayComponent {
    private static final Logger LOG = LoggerFactory.getLogger(ReplayComponent.class);

    private final BundleContext context;
    private final Replay replay;
    private final String pid;
    private final Problems problems;
    private final KeptHand kept;
    /** Also read by the thread that logs. */
    private volatile String source;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile Recorder recorder;

    private int priority;
    private double delay;
    private ServiceRegistration<CameraSource> registration;
    private ServiceRegistration<Playback> playback;

    @Activate
    public ReplayComponent(BundleContext context, Map<String, Object> properties) {
        this.context = context;
        this.pid = String.valueOf(properties.get("service.pid"));
        this.problems = new Problems(context, pid, ReplayConfig.class);
        this.source = Settings.defaultSource(properties);
        this.replay = new Replay(
                base(context),
                Codecs.json(),
                Clock.SYSTEM,
                () -> Optional.ofNullable(recorder),
                problem -> LOG.error("Replay {}: {}", source(), problem));
        this.kept = new KeptHand(
                StateFolder.root(context).resolve("replay").resolve(pid.replaceAll("[^A-Za-z0-9._~-]", "_") + ".hand"));
        kept.take(Clock.SYSTEM.micros()).ifPresent(replay::resume);
        configure(properties);
        register();
        replay.start(source);
    }

    @Modified
    void modified(Map<String, Object> properties) {
        String oldSource = source;
        int oldPriority = priority;
        double oldDelay = delay;
        configure(properties);
        if (!source.equals(oldSource)) {
            unregister();
            register();
        } else if (priority != oldPriority || delay != oldDelay) {
            registration.setProperties(serviceProperties());
        }
    }

    @Deactivate
    void deactivate(int reason) {
        boolean forGood = reason == ComponentConstants.DEACTIVATION_REASON_CONFIGURATION_DELETED;
        replay.stop(forGood);
        // a host that starts again plays as configured
        replay.hand()
                .filter(hand -> !forGood && context.getBundle(0).getState() == Bundle.ACTIVE)
                .ifPresent(hand -> kept.write(hand, Clock.SYSTEM.micros()));
        unregister();
        problems.close();
    }

    private void unregister() {
        playback.unregister();
        registration.unregister();
    }

    private void configure(Map<String, Object> properties) {
        List<String> wrong = new ArrayList<>(problems.oddities(pid, properties));
        try {
            Settings settings = Settings.of(properties);
            source = settings.source();
            priority = settings.priority();
            delay = settings.delay();
            replay.configure(settings);
        } catch (InvalidValueException e) {
            replay.refused(e.getMessage());
            wrong.add(0, Problems.line(pid, properties, e.getMessage() + "; it is refused"));
        }
        problems.now(wrong);
    }

    private String source() {
        return source;
    }

    private void register() {
        registration = context.registerService(CameraSource.class, replay, serviceProperties());
        playback = context.registerService(
                Playback.class, replay, new Hashtable<>(Map.of(CameraSource.ID, source, "service.pid", pid)));
    }

    private Dictionary<String, Object> serviceProperties() {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(CameraSource.ID, source);
        properties.put(CameraSource.PRIORITY, priority);
        properties.put(CameraSource.DELAY, delay);
        properties.put("service.pid", pid);
        return properties;
    }

    /** The folder for relative names: {@code compositor.recordings}, or else {@code recordings} in the data folder. */
    static Path base(BundleContext context) {
        String recordings = context.getProperty("compositor.recordings");
        if (recordings != null && !recordings.isBlank()) {
            return Path.of(recordings).toAbsolutePath();
        }
        return StateFolder.root(context).resolve("recordings");
    }
}
