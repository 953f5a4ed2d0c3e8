package org.geometryos.compositor.journal;

import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.journal.JournalListener;
import org.geometryos.compositor.configuration.Configured;
import org.geometryos.compositor.health.Health;
import org.geometryos.compositor.health.PlugIns;
import org.geometryos.compositor.rings.RingJournal;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the journal while the bundle runs. Its memory is the run of the sequence: a new component begins a new epoch.
 * Where the sequence is that of several hosts, it is not there for others.
 */
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=org.geometryos.compositor.api.journal.Journal")
@Component(
        service = {},
        immediate = true,
        configurationPid = JournalConfig.PID)
@Designate(ocd = JournalConfig.class)
public final class JournalComponent {
    private static final Logger LOG = LoggerFactory.getLogger(JournalComponent.class);

    private final PlugIns<JournalListener> listeners = new PlugIns<>("a listener of the journal");

    private final BundleContext context;
    private final Configured<Settings> configured;
    private final ServiceRegistration<?> health;
    /** Null while the sequence is that of several hosts, as its registration is. */
    private volatile RingJournal journal;

    private ServiceRegistration<Journal> service;

    private record Settings(RingJournal.Limits limits, boolean shared) {
        private static Settings of(JournalConfig config) {
            return new Settings(RingJournal.Limits.of(config.cameraBytes(), config.orderedBytes()), config.shared());
        }
    }

    @Activate
    public JournalComponent(BundleContext context, Map<String, Object> configuration) {
        this.context = context;
        configured = Configured.of(context, JournalConfig.PID, JournalConfig.class, Settings::of);
        apply(configured.start(configuration));
        health = Health.register(context, "journal", this::health);
    }

    @Modified
    void modified(Map<String, Object> properties) {
        configured.change(properties).ifPresent(this::apply);
    }

    private void apply(Settings settings) {
        if (settings.shared()) {
            end();
        } else if (journal == null) {
            begin(settings.limits());
        } else {
            journal.setLimits(settings.limits());
        }
    }

    /** With a new epoch: what an earlier journal held is out of date. */
    private void begin(RingJournal.Limits limits) {
        RingJournal begun = new RingJournal(limits, this::wake);
        journal = begun;
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put("compositor.epoch", begun.epoch());
        service = context.registerService(Journal.class, begun, properties);
        LOG.info("epoch {} begins", begun.epoch());
    }

    private void end() {
        if (service != null) {
            service.unregister();
            service = null;
            journal = null;
        }
    }

    private Health health() {
        RingJournal current = journal;
        return new Health("journal", listeners.problems(), current == null ? List.of() : current.budgets());
    }

    @Deactivate
    void deactivate() {
        health.unregister();
        end();
        configured.close();
    }

    private void wake() {
        listeners.tell(JournalListener::appended);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addListener(JournalListener listener) {
        listeners.add(listener);
    }

    void removeListener(JournalListener listener) {
        listeners.remove(listener);
    }
}
