package org.geometryos.compositor.launcher.host;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.geometryos.compositor.launcher.command.Console;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.SynchronousConfigurationListener;
import org.osgi.util.tracker.ServiceTracker;

/**
 * Puts the features' default configurations into Config Admin, below everything else:
 *
 * <ul>
 *   <li>A file for the same PID takes the default's place, and when the file is deleted the default is back.
 *   <li>A default that was changed or deleted through Config Admin stays so, the former across restarts.
 * </ul>
 *
 * All of it happens while Config Admin starts, before any component can see a configuration. Configurations whose file
 * was deleted meanwhile, or is not in a folder that is watched this time, go at that moment.
 */
final class Defaults extends ServiceTracker<ConfigurationAdmin, ConfigurationAdmin>
        implements SynchronousConfigurationListener {

    /** Marks a configuration that comes from a file. */
    static final String FROM_FILE = "felix.fileinstall.filename";
    /** Marks a default; its value tells whether the configuration was changed since. */
    static final String DEFAULT = ".compositor.default";

    private final Map<String, Map<String, Object>> defaults;
    private final Set<Path> watched;
    /** PIDs of defaults whose place a file has taken. */
    private final Set<String> replaced = ConcurrentHashMap.newKeySet();

    /** @param watched the folders whose files are configurations */
    Defaults(BundleContext context, Map<String, Map<String, Object>> defaults, Set<Path> watched) {
        super(context, ConfigurationAdmin.class, null);
        this.defaults = defaults;
        this.watched = watched;
        context.registerService(SynchronousConfigurationListener.class, this, null);
        open();
    }

    @Override
    public ConfigurationAdmin addingService(ServiceReference<ConfigurationAdmin> reference) {
        ConfigurationAdmin admin = super.addingService(reference);
        try {
            Configuration[] stored = admin.listConfigurations(null);
            if (stored != null) {
                for (Configuration configuration : stored) {
                    if (isUntouchedDefault(configuration.getProperties())
                            || isFromFileNoLongerThere(configuration.getProperties())) {
                        configuration.delete();
                    }
                }
            }
            for (String pid : defaults.keySet()) {
                put(admin, pid);
            }
        } catch (IOException | InvalidSyntaxException e) {
            Console.error("cannot set the default configurations: " + e.getMessage());
        }
        return admin;
    }

    /** Synchronous, as a file may be written and deleted before a later event would be looked at. */
    @Override
    public void configurationEvent(ConfigurationEvent event) {
        String pid = event.getPid();
        ConfigurationAdmin admin = getService();
        if (admin == null || !defaults.containsKey(pid)) {
            return;
        }
        try {
            if (event.getType() == ConfigurationEvent.CM_UPDATED) {
                noteFile(pid, configuration(admin, pid).getProperties());
            } else if (event.getType() == ConfigurationEvent.CM_DELETED && replaced.remove(pid)) {
                put(admin, pid);
            }
        } catch (IOException e) {
            Console.error("cannot restore the default configuration " + pid + ": " + e.getMessage());
        }
    }

    /** Sets a default unless there is a configuration already. */
    private void put(ConfigurationAdmin admin, String pid) throws IOException {
        Configuration configuration = configuration(admin, pid);
        if (configuration.getProperties() != null) {
            noteFile(pid, configuration.getProperties());
        } else {
            Dictionary<String, Object> properties = new Hashtable<>(defaults.get(pid));
            properties.put(DEFAULT, fingerprint(properties));
            configuration.update(properties);
        }
    }

    private void noteFile(String pid, Dictionary<String, Object> properties) {
        if (properties != null && properties.get(FROM_FILE) != null) {
            replaced.add(pid);
        }
    }

    private boolean isFromFileNoLongerThere(Dictionary<String, Object> properties) {
        if (!(properties.get(FROM_FILE) instanceof String file)) {
            return false;
        }
        try {
            Path path = Path.of(URI.create(file));
            return !Files.exists(path) || !watched.contains(path.getParent());
        } catch (IllegalArgumentException e) {
            return true;
        }
    }

    private static Configuration configuration(ConfigurationAdmin admin, String pid) throws IOException {
        int tilde = pid.indexOf('~');
        return tilde < 0
                ? admin.getConfiguration(pid, "?")
                : admin.getFactoryConfiguration(pid.substring(0, tilde), pid.substring(tilde + 1), "?");
    }

    private static boolean isUntouchedDefault(Dictionary<String, Object> properties) {
        return fingerprint(properties).equals(properties.get(DEFAULT));
    }

    /** A fingerprint of what was set, without what Config Admin and we add. */
    private static String fingerprint(Dictionary<String, Object> properties) {
        Map<String, String> sorted = new TreeMap<>();
        for (String key : Collections.list(properties.keys())) {
            if (!key.equals(DEFAULT) && !key.startsWith("service.") && !key.startsWith("felix.")) {
                Object value = properties.get(key);
                sorted.put(key, value instanceof Object[] array ? Arrays.toString(array) : value.toString());
            }
        }
        return Integer.toHexString(sorted.hashCode());
    }
}
