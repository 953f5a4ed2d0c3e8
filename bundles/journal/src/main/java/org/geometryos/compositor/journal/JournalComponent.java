package org.geometryos.compositor.journal;

import java.util.Dictionary;
import java.util.Hashtable;
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
    private final RingJournal journal;
    private final ServiceRegistration<?> health;
    /** Null while the sequence is that of several hosts. */
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
        Settings settings = configured.start(configuration);
        journal = new RingJournal(settings.limits(), this::wake);
        show(settings);
        health = Health.register(
                context, "journal", () -> new Health("journal", listeners.problems(), journal.budgets()));
    }

    @Modified
    void modified(Map<String, Object> properties) {
        configured.change(properties).ifPresent(changed -> {
            journal.setLimits(changed.limits());
            show(changed);
        });
    }

    private void show(Settings settings) {
        if (settings.shared()) {
            hide();
        } else if (service == null) {
            Dictionary<String, Object> properties = new Hashtable<>();
            properties.put("compositor.epoch", journal.epoch());
            service = context.registerService(Journal.class, journal, properties);
            LOG.info("epoch {} begins", journal.epoch());
        }
    }

    private void hide() {
        if (service != null) {
            service.unregister();
            service = null;
        }
    }

    @Deactivate
    void deactivate() {
        health.unregister();
        hide();
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
