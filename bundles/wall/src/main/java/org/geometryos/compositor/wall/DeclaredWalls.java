package org.geometryos.compositor.wall;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.api.wall.WallDeclaration;
import org.geometryos.compositor.configuration.InstanceName;
import org.geometryos.compositor.configuration.Problems;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the walls that operators declare. All at once: a display that changes its wall is never in both. One thread.
 */
final class DeclaredWalls {
    private static final Logger LOG = LoggerFactory.getLogger(DeclaredWalls.class);
    private static final String FACTORY = WallDeclaration.FACTORY_PID;
    /**
     * Not by factory PID alone: FileInstall takes the first hyphen of a file's name for what separates factory and
     * name, so it makes a singleton of {@code PID~NAME.cfg}.
     */
    static final String ALL = "(|(service.factoryPid=" + FACTORY + ")(service.pid=" + FACTORY + "~*))";

    private final ConfigurationAdmin admin;
    private final ServiceReference<?> reference;
    private final Problems problems;
    private final Predicate<Map<String, Object>> lasts;

    /**
     * @param reference the Config Admin's, for whose plugins placeholders are replaced
     * @param problems is told what is wrong
     * @param lasts whether a change of a configuration outlives the host
     */
    DeclaredWalls(
            ConfigurationAdmin admin,
            ServiceReference<?> reference,
            Problems problems,
            Predicate<Map<String, Object>> lasts) {
        this.admin = admin;
        this.reference = reference;
        this.problems = problems;
        this.lasts = lasts;
    }

    /** Whether a change of this configuration is one of a wall. */
    static boolean concerns(ConfigurationEvent event) {
        return FACTORY.equals(event.getFactoryPid()) || event.getPid().startsWith(FACTORY + "~");
    }

    /** The name of a wall, as its configuration has it. */
    static String name(String pid, Map<String, Object> properties) {
        return InstanceName.orMadeUp(FACTORY, pid, properties);
    }

    /**
     * The walls in force, by name. A declaration that breaks a rule leaves the last good one of that wall standing.
     *
     * @param before those in force until now
     * @return empty if the configurations cannot be read: then nothing is known
     */
    Optional<Map<String, Declared>> read(Map<String, Declared> before) {
        Candidates candidates = new Candidates(before);
        List<String> wrong = new ArrayList<>();
        try {
            Configuration[] found = admin.listConfigurations(ALL);
            for (Configuration configuration : found == null ? new Configuration[0] : found) {
                try {
                    String pid = configuration.getPid();
                    Map<String, Object> properties = map(configuration.getProcessedProperties(reference));
                    declare(pid, properties, candidates, wrong);
                    wrong.addAll(problems.oddities(pid, properties));
                } catch (IllegalStateException e) {
                    LOG.debug("a configuration was deleted while it was read", e);
                }
            }
        } catch (IOException | InvalidSyntaxException e) {
            LOG.error("the walls that are declared cannot be read", e);
            return Optional.empty();
        }
        Map<String, Declared> inForce = candidates.inForce();
        problems.now(wrong);
        return Optional.of(inForce);
    }

    private void declare(String pid, Map<String, Object> properties, Candidates candidates, List<String> wrong) {
        String name = name(pid, properties);
        try {
            candidates.add(
                    pid,
                    WallDeclaration.ofProperties(name, properties),
                    lasts.test(properties),
                    text -> wrong.add(Problems.line(pid, properties, text)));
        } catch (InvalidValueException e) {
            candidates.addBroken(pid, name, e.getMessage(), text -> wrong.add(Problems.line(pid, properties, text)));
        }
    }

    private static Map<String, Object> map(Dictionary<String, Object> properties) {
        Map<String, Object> map = new HashMap<>();
        if (properties != null) {
            Collections.list(properties.keys()).forEach(key -> map.put(key, properties.get(key)));
        }
        return map;
    }
}
