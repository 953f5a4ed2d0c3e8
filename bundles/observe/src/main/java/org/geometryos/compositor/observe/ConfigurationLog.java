package org.geometryos.compositor.observe;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.ConfigurationListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in one line what each change of a configuration was: its PID, and which keys were set, changed or removed.
 * Values are neither said nor kept, as some are secrets.
 */
@Component(service = ConfigurationListener.class, immediate = true)
public final class ConfigurationLog implements ConfigurationListener {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigurationLog.class);
    private static final int MAX_PIDS = 10_000;
    private static final int MAX_KEYS = 20;
    private static final int MAX_LENGTH = 200;
    private static final String FILE = "felix.fileinstall.filename";
    /** What a container adds, and what says only that a file was read again. */
    private static final Set<String> NOT_SAID =
            Set.of("service.pid", "service.factoryPid", "service.bundleLocation", FILE);

    private static final String OURS = "org.geometryos.compositor.";
    /** Factories whose configurations are found by their names, however a host stores them. */
    private static final Set<String> READ_ANYWAY =
            Set.of(OURS + "endpoint.key", OURS + "connections.display", OURS + "wall");

    private final ConfigurationAdmin admin;
    // guarded by this: a number for each value, by PID and key
    private final Map<String, Map<String, Integer>> known = new HashMap<>();

    /** What is configured already is known, and is no change. */
    @Activate
    public ConfigurationLog(@Reference ConfigurationAdmin admin) throws IOException, InvalidSyntaxException {
        this.admin = admin;
        Configuration[] all = admin.listConfigurations(null);
        for (Configuration each : all == null ? new Configuration[0] : all) {
            known.put(each.getPid(), numbers(each.getProperties()));
            dead(each).ifPresent(LOG::warn);
        }
    }

    /** On Config Admin's thread. */
    @Override
    public void configurationEvent(ConfigurationEvent event) {
        String pid = event.getPid();
        if (event.getType() == ConfigurationEvent.CM_DELETED) {
            if (forget(pid)) {
                LOG.info("configuration {} is deleted", shown(pid));
            }
        } else if (event.getType() == ConfigurationEvent.CM_UPDATED) {
            try {
                Configuration[] found = admin.listConfigurations("(service.pid=" + escaped(pid) + ")");
                if (found != null) {
                    String change = change(pid, numbers(found[0].getProperties()));
                    if (!change.isEmpty()) {
                        LOG.info("configuration {}: {}", shown(pid), change);
                        dead(found[0]).ifPresent(LOG::warn);
                    }
                }
            } catch (IOException | InvalidSyntaxException | IllegalStateException e) {
                LOG.debug("the configuration {} cannot be read", pid, e);
            }
        }
    }

    /**
     * Why nobody reads a configuration: one of several that the host takes for a single one, because it separates
     * factory and name in another way than by {@code ~}. FileInstall does so with {@code PID~NAME.cfg}.
     */
    static Optional<String> dead(Configuration configuration) {
        String pid = configuration.getPid();
        int name = pid.indexOf('~');
        if (name < 0
                || !pid.startsWith(OURS)
                || configuration.getFactoryPid() != null
                || READ_ANYWAY.contains(pid.substring(0, name))) {
            return Optional.empty();
        }
        Dictionary<String, Object> properties = configuration.getProperties();
        Object file = properties == null ? null : properties.get(FILE);
        return Optional.of("nobody reads the configuration " + shown(pid)
                + (file == null ? "" : " (" + shown(String.valueOf(file)) + ")")
                + ": this host takes it for a single one. Here the name of the file is "
                + shown(pid.substring(0, name) + "-" + pid.substring(name + 1)) + ".cfg");
    }

    private synchronized boolean forget(String pid) {
        return known.remove(pid) != null;
    }

    /** @return in words what is new; empty if nothing is */
    synchronized String change(String pid, Map<String, Integer> now) {
        Map<String, Integer> before = known.get(pid);
        if (before == null && known.size() >= MAX_PIDS) {
            return "changed";
        }
        known.put(pid, now);
        Set<String> set = new TreeSet<>();
        Set<String> changed = new TreeSet<>();
        now.forEach((key, number) -> {
            Integer was = before == null ? null : before.get(key);
            if (was == null) {
                set.add(key);
            } else if (!was.equals(number)) {
                changed.add(key);
            }
        });
        Set<String> removed = new TreeSet<>(before == null ? Set.of() : before.keySet());
        removed.removeAll(now.keySet());
        List<String> words = new ArrayList<>();
        say(words, "set", set);
        say(words, "changed", changed);
        say(words, "removed", removed);
        return words.isEmpty() && before == null ? "made, with no key" : String.join("; ", words);
    }

    private static void say(List<String> words, String what, Set<String> keys) {
        if (!keys.isEmpty()) {
            List<String> some =
                    keys.stream().limit(MAX_KEYS).map(ConfigurationLog::shown).toList();
            words.add(what + " " + String.join(", ", some)
                    + (keys.size() > MAX_KEYS ? " and " + (keys.size() - MAX_KEYS) + " more" : ""));
        }
    }

    private static String shown(String text) {
        return text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH) + "...";
    }

    /** A number for each value, from which nobody gets the value. */
    static Map<String, Integer> numbers(Dictionary<String, Object> properties) {
        Map<String, Integer> numbers = new TreeMap<>();
        if (properties != null) {
            for (String key : Collections.list(properties.keys())) {
                // keys with a dot in front are private to their component; their names are none of the log's business
                if (!NOT_SAID.contains(key) && !key.startsWith(".")) {
                    numbers.put(key, Arrays.deepHashCode(new Object[] {properties.get(key)}));
                }
            }
        }
        return numbers;
    }

    private static String escaped(String pid) {
        return pid.replaceAll("([\\\\*()])", "\\\\$1");
    }
}
