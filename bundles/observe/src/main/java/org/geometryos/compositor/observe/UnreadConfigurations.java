package org.geometryos.compositor.observe;

import java.io.IOException;
import java.util.Dictionary;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.geometryos.compositor.configuration.Problems;
import org.geometryos.compositor.health.Health;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configurations that nobody reads, as their names are misspelt in all likelihood: of the bridge all with a PID
 * that nobody knows, of others those out of a file whose name is nearly one that somebody knows. And those that have a
 * name where there is to be one alone: each makes the part that reads it once more. Each is told when it has stood for
 * some seconds in which no bundle brought a PID. One thread looks; any thread asks.
 */
final class UnreadConfigurations {
    /** The name of the part: what operators read of a configuration is in parts that begin so. */
    static final String PART = "configuration of no bundle";

    static final long SETTLE_NANOS = TimeUnit.SECONDS.toNanos(4);
    private static final Logger LOG = LoggerFactory.getLogger(UnreadConfigurations.class);
    private static final String OURS = "org.geometryos.compositor.";
    private static final String FILE = "felix.fileinstall.filename";
    private static final int MOST = 100;

    private final BundleContext context;
    private final KnownPids pids;
    private final LongSupplier nanos;
    // of the thread that looks
    private Map<String, Long> since = new LinkedHashMap<>();
    private int known = -1;
    private long learned;
    private volatile List<String> told = List.of();

    UnreadConfigurations(BundleContext context, KnownPids pids, LongSupplier nanos) {
        this.context = context;
        this.pids = pids;
        this.nanos = nanos;
    }

    Health health() {
        return Health.warnings(PART, told);
    }

    /** Looks at all configurations. */
    void look() {
        ServiceReference<ConfigurationAdmin> reference = context.getServiceReference(ConfigurationAdmin.class);
        ConfigurationAdmin admin = reference == null ? null : context.getService(reference);
        if (admin == null) {
            return;
        }
        try {
            Configuration[] all = admin.listConfigurations(null);
            look(all == null ? List.of() : List.of(all), pids.look(), pids.single());
        } catch (IOException | InvalidSyntaxException | IllegalStateException e) {
            LOG.debug("the configurations cannot be read", e);
        } finally {
            context.ungetService(reference);
        }
    }

    /** @param single those that take one configuration alone */
    void look(List<Configuration> all, Set<String> knownPids, Set<String> single) {
        long now = nanos.getAsLong();
        if (knownPids.size() != known) {
            known = knownPids.size();
            learned = now;
        }
        Map<String, Long> unread = new LinkedHashMap<>();
        for (Configuration each : all) {
            if (unread.size() < MOST) {
                line(each, knownPids, single).ifPresent(line -> unread.put(line, since.getOrDefault(line, now)));
            }
        }
        since = unread;
        List<String> before = told;
        List<String> lines = now - learned < SETTLE_NANOS
                ? before.stream().filter(unread::containsKey).toList()
                : unread.entrySet().stream()
                        .filter(each -> now - each.getValue() >= SETTLE_NANOS)
                        .map(Map.Entry::getKey)
                        .toList();
        lines.stream().filter(line -> !before.contains(line)).forEach(line -> LOG.warn("configuration {}", line));
        told = lines;
    }

    /** What to say of a configuration that nobody reads. */
    private static Optional<String> line(Configuration configuration, Set<String> known, Set<String> single) {
        try {
            String pid = configuration.getPid();
            int tilde = pid.indexOf('~');
            String factory = configuration.getFactoryPid();
            String read = factory != null ? factory : tilde < 0 ? pid : pid.substring(0, tilde);
            Dictionary<String, Object> properties = configuration.getProperties();
            Object file = properties == null ? null : properties.get(FILE);
            if (known.contains(read)
                    && !single.contains(read)
                    && ConfigurationLog.dead(configuration).isPresent()) {
                return Optional.of(Problems.line(
                        pid,
                        file == null ? Map.of() : Map.of(FILE, file),
                        "this host takes it for a single configuration, so nobody reads it; here the name of the file "
                                + "is " + read + "-" + pid.substring(tilde + 1) + ".cfg"));
            }
            if (!pid.equals(read) && read.startsWith(OURS) && single.contains(read)) {
                return Optional.of(Problems.line(
                        pid,
                        file == null ? Map.of() : Map.of(FILE, file),
                        read + " takes one configuration and no name behind it; call it " + read));
            }
            if (known.contains(read) || !read.startsWith(OURS) && file == null) {
                return Optional.empty();
            }
            Optional<String> meant = KnownPids.nearest(read, known);
            if (!read.startsWith(OURS) && meant.isEmpty()) {
                return Optional.empty();
            }
            String name = tilde < 0 ? "" : pid.substring(tilde);
            return Optional.of(Problems.line(
                    pid,
                    file == null ? Map.of() : Map.of(FILE, file),
                    "no bundle knows this configuration, so it has no effect"
                            + meant.map(each -> "; did you mean " + each + name + "?")
                                    .orElse("")));
        } catch (IllegalStateException e) {
            // it was deleted meanwhile
            return Optional.empty();
        }
    }
}
