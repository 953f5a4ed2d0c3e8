package org.geometryos.compositor.configuration;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.geometryos.compositor.health.Health;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is wrong with configurations of one kind: said in the log when it is new, and in the health of the host until it
 * is mended. Made by {@link Configured}, and by components that read and check configurations by themselves. Any
 * thread.
 */
public final class Problems {
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
    /** Where a host that reads files says which one it was. */
    static final String FILE = "felix.fileinstall.filename";

    private static final String PREFIX = "org.geometryos.compositor.";

    private final Description description;
    private final ServiceRegistration<?> health;
    private volatile List<String> lines = List.of();

    /**
     * @param context null in tests without a framework: there is no health then
     * @param pid of the configuration, or the factory's
     * @param type that describes the configurations
     */
    public Problems(BundleContext context, String pid, Class<?> type) {
        this(context, pid, Description.of(type));
    }

    Problems(BundleContext context, String pid, Description description) {
        this.description = description;
        String part = "configuration of " + (pid.startsWith(PREFIX) ? pid.substring(PREFIX.length()) : pid);
        health = context == null ? null : Health.register(context, part, () -> Health.warnings(part, lines));
    }

    /** A line for each key of a configuration that is not known. */
    public List<String> oddities(String pid, Map<String, ?> properties) {
        return description.oddities(properties).stream()
                .map(text -> line(pid, properties, text))
                .toList();
    }

    /** A line that names configuration and, where the host says it, file. */
    public static String line(String pid, Map<String, ?> properties, String text) {
        String where = properties.get(FILE) instanceof String file
                ? pid + " (" + file.replaceFirst("^file:/*", "/") + ")"
                : pid;
        return where + ": " + text;
    }

    /** All that is wrong now; what was wrong before and is not among it is mended. */
    public void now(List<String> found) {
        List<String> fresh = new ArrayList<>();
        synchronized (this) {
            Set<String> before = Set.copyOf(lines);
            new LinkedHashSet<>(found)
                    .stream().filter(line -> !before.contains(line)).forEach(fresh::add);
            lines = List.copyOf(found);
        }
        fresh.forEach(LOG::error);
    }

    /** When the component ends. */
    public void close() {
        if (health != null) {
            health.unregister();
        }
    }
}
