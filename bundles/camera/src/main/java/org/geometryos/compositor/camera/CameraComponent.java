package org.geometryos.compositor.camera;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import org.geometryos.compositor.api.camera.CameraSource;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.ControlState;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.api.control.CameraBridge;
import org.geometryos.compositor.api.control.SourceState;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Fence;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.metrics.Meter;
import org.geometryos.compositor.api.metrics.Readings;
import org.geometryos.compositor.api.value.Answer;
import org.geometryos.compositor.api.value.TimeOfDay;
import org.geometryos.compositor.configuration.Configured;
import org.geometryos.compositor.health.GuardedLoop;
import org.geometryos.compositor.health.Health;
import org.osgi.annotation.bundle.Requirement;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The camera bridge as a service: follows the journal and the sources as they come and go. */
@Requirement(
        namespace = "osgi.service",
        filter = "(objectClass=org.geometryos.compositor.api.journal.Journal)",
        effective = "active")
@Component(
        service = {CameraBridge.class, Meter.class},
        immediate = true,
        configurationPid = CameraConfig.PID)
@Designate(ocd = CameraConfig.class)
public final class CameraComponent implements CameraBridge, Meter {
    private static final Logger LOG = LoggerFactory.getLogger(CameraComponent.class);
    private static final long TICK_NANOS = 100_000_000;

    private final Configured<Settings> configured;
    /** Within so long a source may come back before its cameras go. */
    static final long GONE_NANOS = 10_000_000_000L;

    private static final int MAX_LEFT = 1_000;

    private final LongPredicate runs;
    private final LongSupplier nanos;
    private final LongSupplier micros;
    private final CameraArbiter bridge;
    /** Sources that left, by their names, until they are back or gone for good. */
    private final Map<String, Left> left = new ConcurrentHashMap<>();

    private final Map<CameraSource, SourceSlot> sources = new ConcurrentHashMap<>();
    /** What the sources say themselves, milliseconds. */
    private final Map<SourceSlot, Double> delays = new ConcurrentHashMap<>();

    private volatile Map<String, Double> configuredDelays;
    private final HealthWatch health;
    private final GuardedLoop clock = GuardedLoop.of("compositor-camera-leases", this::turn);
    private volatile boolean stopped;
    private ServiceRegistration<?> told;

    /** @param bundle of the source; -1 if it is not known */
    private record Left(long bundle, long since) {}

    @Activate
    public CameraComponent(BundleContext context, Map<String, Object> configuration) {
        this(context, configuration, id -> runsOrIsGone(context.getBundle(id)), System::nanoTime, TimeOfDay::micros);
        told = Health.register(context, SourceProblems.PART, () -> SourceProblems.of(sources()));
        start();
    }

    /** Starts the threads: one calls {@link #tick}, one asks the sources how they are. */
    void start() {
        health.start();
        clock.start();
    }

    private static boolean runsOrIsGone(Bundle bundle) {
        return bundle == null || bundle.getState() == Bundle.ACTIVE || bundle.getState() == Bundle.UNINSTALLED;
    }

    /**
     * One without threads.
     *
     * @param context null without a framework
     * @param runs whether a bundle runs or was uninstalled: then a source of it that is missing is missing by
     *     somebody's will
     * @param nanos the clock, {@link System#nanoTime()}
     * @param micros the time of day, microseconds since the Unix epoch
     */
    CameraComponent(
            BundleContext context,
            Map<String, Object> configuration,
            LongPredicate runs,
            LongSupplier nanos,
            LongSupplier micros) {
        this.runs = runs;
        this.nanos = nanos;
        this.micros = micros;
        configured = Configured.of(context, CameraConfig.PID, CameraConfig.class, Settings::of);
        Settings settings = configured.start(configuration);
        configuredDelays = settings.sourceDelays();
        bridge = new CameraArbiter(settings, nanos, micros);
        health = new HealthWatch(sources.values(), nanos);
    }

    @Modified
    void modified(Map<String, Object> properties) {
        configured.change(properties).ifPresent(changed -> {
            bridge.configure(changed);
            configuredDelays = changed.sourceDelays();
            sources.values().forEach(this::setDelay);
        });
    }

    @Deactivate
    void deactivate() throws InterruptedException {
        stopped = true;
        if (told != null) {
            told.unregister();
        }
        clock.stop(1000);
        configured.close();
        health.stop();
    }

    private long turn() {
        tick();
        return TICK_NANOS;
    }

    /** Called several times a second: leases end, and what a source holds that went stale is free at once. */
    void tick() {
        bridge.expire();
        health.check();
        for (SourceSlot slot : sources.values()) {
            if (slot.fellIll()) {
                bridge.releaseAll(slot.driver());
            }
            slot.tellLimited();
        }
        left.forEach(this::stillLeft);
    }

    private void stillLeft(String source, Left how) {
        long now = nanos.getAsLong();
        if (sources.values().stream().anyMatch(slot -> slot.driver().name().equals(source))) {
            left.remove(source, how);
        } else if (!runs.test(how.bundle)) {
            left.replace(source, how, new Left(how.bundle, now));
        } else if (now - how.since >= GONE_NANOS && left.remove(source, how)) {
            LOG.info("source \"{}\" is gone, and so are its cameras", source);
            bridge.gone(new Driver(source, Optional.empty(), 0));
        }
    }

    // the journal that came first, as long as it is there

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setJournal(Journal journal) {
        bridge.setJournal(journal);
    }

    void unsetJournal(Journal journal) {
        bridge.journalGone(journal);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addSource(CameraSource source, Map<String, Object> properties) {
        if (!(properties.get(CameraSource.ID) instanceof String id) || !id.matches("[A-Za-z0-9._-]{1,64}")) {
            LOG.error(
                    "a camera source ({}) is left out: its service property {} must be 1-64 of A-Z a-z 0-9 . _ -, "
                            + "not {}",
                    source.getClass().getName(),
                    CameraSource.ID,
                    properties.get(CameraSource.ID));
            return;
        }
        long bundle = properties.get(Constants.SERVICE_BUNDLEID) instanceof Long number ? number : -1;
        SourceSlot slot = new SourceSlot(source, id, bundle, priority(id, properties), bridge, nanos, micros);
        delays.put(slot, delay(id, properties));
        setDelay(slot);
        sources.put(source, slot);
        slot.connect();
    }

    void updatedSource(CameraSource source, Map<String, Object> properties) {
        SourceSlot slot = sources.get(source);
        if (slot == null || !slot.driver().name().equals(properties.get(CameraSource.ID))) {
            removeSource(source);
            addSource(source, properties);
        } else {
            slot.priority(priority(slot.driver().name(), properties));
            delays.put(slot, delay(slot.driver().name(), properties));
            setDelay(slot);
        }
    }

    void removeSource(CameraSource source) {
        SourceSlot slot = sources.remove(source);
        if (slot == null) {
            return;
        }
        slot.disconnect();
        delays.remove(slot);
        // another one of the same name (its bundle is being replaced) goes on with what they hold
        if (!stopped && sources.values().stream().noneMatch(s -> s.driver().same(slot.driver()))) {
            bridge.releaseAll(slot.driver());
            if (left.size() < MAX_LEFT) {
                left.put(slot.driver().name(), new Left(slot.bundle(), nanos.getAsLong()));
            }
        }
    }

    private static int priority(String id, Map<String, Object> properties) {
        Object value = properties.getOrDefault(CameraSource.PRIORITY, 0);
        try {
            // an Integer, or the text of a configuration file
            return Integer.parseInt(value.toString().trim());
        } catch (NumberFormatException e) {
            LOG.error("source \"{}\": {} must be an integer, not {}; it gets 0", id, CameraSource.PRIORITY, value);
            return 0;
        }
    }

    /** A wrong one is told, and there is none then. */
    private static double delay(String id, Map<String, Object> properties) {
        Object value = properties.getOrDefault(CameraSource.DELAY, 0);
        try {
            return Delay.check(CameraSource.DELAY, value);
        } catch (IllegalArgumentException e) {
            LOG.error("source \"{}\": {}; it gets 0", id, e.getMessage());
            return 0;
        }
    }

    /** What is configured counts before what the source says. */
    private void setDelay(SourceSlot slot) {
        Double own = delays.get(slot);
        slot.delay(configuredDelays.getOrDefault(slot.driver().name(), own == null ? 0 : own));
    }

    @Override
    public Answer<Outcome> update(Driver driver, CameraUpdate update) {
        return bridge.update(driver, update);
    }

    @Override
    public Answer<Optional<Outcome>> update(
            Driver driver, CameraUpdate update, Journal sequence, Fence fence, Function<CameraState, Change> change) {
        return bridge.update(driver, update, sequence, fence, change);
    }

    @Override
    public Answer<Outcome> take(Driver driver, String camera, boolean force) {
        return bridge.take(driver, camera, force);
    }

    @Override
    public Answer<Outcome> release(Driver driver, String camera) {
        return bridge.release(driver, camera);
    }

    @Override
    public void releaseAll(Driver driver) {
        bridge.releaseAll(driver);
    }

    @Override
    public Answer<Outcome> remove(String camera, Optional<String> origin) {
        return bridge.remove(camera, origin);
    }

    @Override
    public Answer<Outcome> remove(Driver source, String camera) {
        return bridge.remove(source, camera);
    }

    @Override
    public List<CameraState> cameras() {
        return bridge.cameras();
    }

    @Override
    public Optional<CameraState> camera(String name) {
        return bridge.camera(name);
    }

    @Override
    public Optional<ControlState> control(String camera) {
        return bridge.control(camera);
    }

    @Override
    public List<SourceState> sources() {
        return sources.values().stream()
                .map(SourceSlot::state)
                .sorted(Comparator.comparing(SourceState::id))
                .toList();
    }

    @Override
    public void read(Readings readings) {
        bridge.counts().read(readings);
    }

    @Override
    public int maxCameras() {
        return bridge.maxCameras();
    }
}
