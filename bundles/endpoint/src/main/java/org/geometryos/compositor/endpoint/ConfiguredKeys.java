package org.geometryos.compositor.endpoint;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationListener;

/**
 * The keys in Config Admin. All are read at once: were each a component, they would come one by one while this bundle
 * is replaced, and connections be refused and closed that are in order. Changes are told on Config Admin's event
 * thread, which holds none of its locks.
 */
final class ConfiguredKeys implements KeySource {
    private static final String NAMED = KeyConfig.PID + "~";
    /**
     * Not by factory PID alone: FileInstall takes the first hyphen of a file's name for what separates factory and
     * name, so it makes a singleton of {@code PID~NAME.cfg}. Whatever is called a key counts as configured, lest a file
     * that is overlooked leaves the host open.
     */
    private static final String ALL = "(|(service.factoryPid=" + KeyConfig.PID + ")(service.pid=" + KeyConfig.PID
            + ")(service.pid=" + NAMED + "*))";

    private final BundleContext context;
    private final ConfigurationAdmin admin;
    private ServiceRegistration<ConfigurationListener> listener;

    ConfiguredKeys(BundleContext context, ConfigurationAdmin admin) {
        this.context = context;
        this.admin = admin;
    }

    @Override
    public void follow(Runnable changed) {
        listener = context.registerService(
                ConfigurationListener.class,
                event -> {
                    if (KeyConfig.PID.equals(event.getFactoryPid())
                            || event.getPid().equals(KeyConfig.PID)
                            || event.getPid().startsWith(NAMED)) {
                        changed.run();
                    }
                },
                null);
    }

    @Override
    public List<KeyRing.Entry> read() throws IOException {
        Configuration[] found;
        try {
            found = admin.listConfigurations(ALL);
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
        List<KeyRing.Entry> entries = new ArrayList<>();
        for (Configuration configuration : found == null ? new Configuration[0] : found) {
            try {
                entries.add(new KeyRing.Entry(configuration.getPid(), properties(configuration)));
            } catch (IllegalStateException deleted) {
                // in this moment; its event follows
            }
        }
        return entries;
    }

    /** With placeholders replaced. */
    private Map<String, Object> properties(Configuration configuration) {
        Map<String, Object> map = new HashMap<>();
        Dictionary<String, Object> properties = configuration.getProcessedProperties(listener.getReference());
        if (properties != null) {
            Collections.list(properties.keys()).forEach(name -> map.put(name, properties.get(name)));
        }
        return map;
    }

    @Override
    public void close() {
        listener.unregister();
    }
}
