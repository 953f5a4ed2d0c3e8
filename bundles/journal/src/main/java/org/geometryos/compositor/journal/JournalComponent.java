package org.geometryos.compositor.journal;

import java.lang.reflect.Proxy;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.concurrent.CopyOnWriteArrayList;

import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.journal.JournalListener;
import org.geometryos.compositor.health.Failures;
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

/** Keeps the journal while the bundle runs. Its memory is the run of the sequence: a new component begins a new epoch. */
@Component(service = {}, immediate = true, configurationPid = JournalConfig.PID)
@Designate(ocd = JournalConfig.class)
public final class JournalComponent {
    private static final Logger LOG = LoggerFactory.getLogger(JournalComponent.class);

    private final CopyOnWriteArrayList<JournalListener> listeners = new CopyOnWriteArrayList<>();
    /** An update may find a listener failing thousands of times a second. */
    private final Failures failures = new Failures("a listener of the journal");
    private final RingJournal journal;
    private final ServiceRegistration<Journal> service;

    @Activate
    public JournalComponent(BundleContext context, JournalConfig config) {
        journal = new RingJournal(orDefaults(config), this::wake);
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put("compositor.epoch", journal.epoch());
        service = context.registerService(Journal.class, journal, properties);
        LOG.info("epoch {} begins", journal.epoch());
    }

    /** The configuration, or the defaults in place of one that breaks a rule: a slip in a file must not keep the host from starting. */
    private static RingJournal.Limits orDefaults(JournalConfig config) {
        try {
            return RingJournal.Limits.of(config);
        } catch (RuntimeException e) {
            LOG.error("{}: {}; the defaults are in force", JournalConfig.PID, e.getMessage());
            return RingJournal.Limits.of((JournalConfig) Proxy.newProxyInstance(JournalConfig.class.getClassLoader(), new Class<?>[] {JournalConfig.class},
                    (proxy, method, arguments) -> method.getDefaultValue()));
        }
    }

    @Modified
    void modified(JournalConfig config) {
        try {
            journal.limits(RingJournal.Limits.of(config));
        } catch (RuntimeException e) {
            LOG.error("{}: {}; the configuration before it stays in force", JournalConfig.PID, e.getMessage());
        }
    }

    @Deactivate
    void deactivate() {
        service.unregister();
    }

    private void wake() {
        for (JournalListener listener : listeners) {
            try {
                listener.appended();
            } catch (RuntimeException | Error e) {
                failures.failed(e);
            }
        }
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addListener(JournalListener listener) {
        listeners.add(listener);
    }

    void removeListener(JournalListener listener) {
        listeners.remove(listener);
    }
}
