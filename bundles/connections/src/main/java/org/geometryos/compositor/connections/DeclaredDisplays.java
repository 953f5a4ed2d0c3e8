package org.geometryos.compositor.connections;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.geometryos.compositor.api.connection.DisplaySettings;
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
 * Reads the displays that operators declare. All at once: a display has no moment in which its declaration is not there
 * yet.
 */
final class DeclaredDisplays {
    private static final Logger LOG = LoggerFactory.getLogger(DeclaredDisplays.class);
    /**
     * Not by factory PID alone: FileInstall takes the first hyphen of a file's name for what separates factory and
     * name, so it makes a singleton of {@code PID~NAME.cfg}.
     */
    private static final String ALL = "(|(service.factoryPid=" + DisplayConfig.FACTORY_PID + ")(service.pid="
            + DisplayConfig.FACTORY_PID + "~*))";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private DeclaredDisplays() {}

    /** Whether a change of this configuration is one of a declared display. */
    static boolean concerns(ConfigurationEvent event) {
        return DisplayConfig.FACTORY_PID.equals(event.getFactoryPid())
                || event.getPid().startsWith(DisplayConfig.FACTORY_PID + "~");
    }

    /**
     * The settings declared, by the display's name. A declaration that breaks a rule is left out, with one line.
     *
     * @param reference the Config Admin's, for whose plugins placeholders are replaced
     * @param problems is told what is wrong
     */
    static Map<String, DisplaySettings> read(
            ConfigurationAdmin admin, ServiceReference<?> reference, Problems problems) {
        Map<String, DisplaySettings> declared = new HashMap<>();
        List<String> wrong = new ArrayList<>();
        try {
            Configuration[] found = admin.listConfigurations(ALL);
            for (Configuration configuration : found == null ? new Configuration[0] : found) {
                try {
                    String pid = configuration.getPid();
                    Map<String, Object> properties = map(configuration.getProcessedProperties(reference));
                    declare(pid, properties, declared)
                            .ifPresent(text -> wrong.add(Problems.line(pid, properties, text)));
                    wrong.addAll(problems.oddities(pid, properties));
                } catch (IllegalStateException e) {
                    LOG.debug("a configuration was deleted while it was read", e);
                }
            }
        } catch (IOException | InvalidSyntaxException e) {
            LOG.error("the declared displays cannot be read", e);
        }
        problems.now(wrong);
        return declared;
    }

    /** @return what is wrong with it */
    private static Optional<String> declare(
            String pid, Map<String, Object> properties, Map<String, DisplaySettings> declared) {
        try {
            String name = name(pid, properties);
            return declared.put(name, DisplaySettings.fromMap(properties)) == null
                    ? Optional.empty()
                    : Optional.of("display \"" + name + "\" is declared twice; one of the two is ignored");
        } catch (IllegalArgumentException e) {
            return Optional.of(e.getMessage() + "; the declaration is ignored");
        }
    }

    /** Without what is empty: a form writes that for each field that nobody has filled in. */
    private static Map<String, Object> map(Dictionary<String, Object> properties) {
        Map<String, Object> map = new HashMap<>();
        if (properties != null) {
            Collections.list(properties.keys()).forEach(key -> map.put(key, properties.get(key)));
        }
        map.values().removeIf(value -> value instanceof String text && text.isBlank());
        return map;
    }

    /** What {@code display} says, else the configuration's own name. */
    private static String name(String pid, Map<String, Object> properties) {
        String name = properties.containsKey("display")
                ? properties.get("display").toString()
                : InstanceName.orMadeUp(DisplayConfig.FACTORY_PID, pid, properties);
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "display must have 1 to 64 characters of A-Z a-z 0-9 . _ -, not \"" + name + "\"");
        }
        return name;
    }
}
