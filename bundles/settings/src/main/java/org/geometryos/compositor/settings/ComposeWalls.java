package org.geometryos.compositor.settings;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.geometryos.compositor.api.wall.WallDeclaration;
import org.geometryos.compositor.configuration.InstanceName;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the walls of {@code compose_config.json} into Config Admin, each as a configuration. One that is declared
 * elsewhere, too, is left alone and told, until it is declared here only. One thread; it does I/O.
 */
final class ComposeWalls {
    private static final Logger LOG = LoggerFactory.getLogger(ComposeWalls.class);
    private static final String FACTORY = WallDeclaration.FACTORY_PID;
    /** As a host that reads files may make a singleton of one. */
    private static final String ALL = "(|(service.factoryPid=" + FACTORY + ")(service.pid=" + FACTORY + "~*))";

    private final Path path;
    private final ConfigurationAdmin admin;
    /** Those of the file that are declared elsewhere; null: that is not known yet. */
    private Map<String, WallDeclaration> ignored;

    private Set<String> told = Set.of();
    private String mark = "";

    ComposeWalls(Path path, ConfigurationAdmin admin) {
        this.path = path;
        this.admin = admin;
    }

    /** Whether {@link #standing} is to be called. */
    boolean unknown() {
        return ignored == null;
    }

    /** The file is in force already: which of its walls are declared elsewhere? */
    void standing(Map<String, WallDeclaration> walls) throws IOException {
        Map<String, Configuration> there = there();
        ignored = new TreeMap<>(walls);
        ignored.keySet().removeIf(name -> !there.containsKey(name) || ours(there.get(name)));
        tell(there);
    }

    /** The walls of a changed file. */
    void take(Map<String, WallDeclaration> walls, String fingerprint) throws IOException {
        mark = fingerprint;
        Map<String, Configuration> there = there();
        for (Map.Entry<String, Configuration> each : there.entrySet()) {
            if (ours(each.getValue()) && !walls.containsKey(each.getKey())) {
                each.getValue().delete();
            }
        }
        ignored = new TreeMap<>(walls);
        write(there);
    }

    /** Those that are declared elsewhere may not be any more. */
    void again() throws IOException {
        if (!ignored.isEmpty()) {
            write(there());
        }
    }

    private void write(Map<String, Configuration> there) throws IOException {
        for (String name : Set.copyOf(ignored.keySet())) {
            Configuration stands = there.get(name);
            if (stands == null || ours(stands)) {
                Map<String, Object> properties =
                        new HashMap<>(ignored.remove(name).toProperties());
                properties.put(ComposeFile.MARK, mark);
                Configuration written = stands == null ? admin.getFactoryConfiguration(FACTORY, name, "?") : stands;
                written.update(new Hashtable<>(properties));
            }
        }
        tell(there);
    }

    private void tell(Map<String, Configuration> there) {
        for (String name : ignored.keySet()) {
            if (!told.contains(name)) {
                LOG.warn(
                        "{}: walls.{} is ignored while {} declares that wall",
                        path,
                        name,
                        there.get(name).getPid());
            }
        }
        told = new TreeSet<>(ignored.keySet());
    }

    private static boolean ours(Configuration configuration) {
        return configuration.getProperties() != null
                && configuration.getProperties().get(ComposeFile.MARK) != null;
    }

    /** The configurations that declare walls, by the walls' names; of two of one name one that is not ours. */
    private Map<String, Configuration> there() throws IOException {
        Map<String, Configuration> there = new TreeMap<>();
        try {
            Configuration[] found = admin.listConfigurations(ALL);
            for (Configuration each : found == null ? new Configuration[0] : found) {
                Map<String, Object> properties = new HashMap<>();
                if (each.getProperties() != null) {
                    Collections.list(each.getProperties().keys())
                            .forEach(key ->
                                    properties.put(key, each.getProperties().get(key)));
                }
                there.merge(
                        InstanceName.orMadeUp(FACTORY, each.getPid(), properties),
                        each,
                        (one, other) -> ours(one) ? other : one);
            }
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
        return there;
    }
}
