package org.geometryos.compositor.configuration;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of one of several configurations of a factory, as people have written it. Hosts differ:
 *
 * <ul>
 *   <li>The PID {@code FACTORY~NAME} has the name, also where a host takes it for a singleton.
 *   <li>A PID that ends with a UUID has none. When it comes from a file, {@code FACTORY-NAME.cfg} has it.
 * </ul>
 */
public final class InstanceName {
    private static final Pattern FILE = Pattern.compile("(?:.*[/\\\\])?([^/\\\\]+?)\\.(?:cfg|config|cfg\\.json)");

    private static final int LONGEST = 64;

    private InstanceName() {}

    /**
     * The name that somebody has given.
     *
     * @param factory the factory's PID
     * @param pid of the configuration
     * @param properties of the configuration
     * @return empty if nobody has
     */
    public static String of(String factory, String pid, Map<String, ?> properties) {
        String name = pid.indexOf('~') < 0 ? "" : pid.substring(pid.indexOf('~') + 1);
        if (name.isEmpty() && properties.get(Problems.FILE) instanceof String file) {
            Matcher matcher = FILE.matcher(file);
            if (matcher.matches()) {
                name = behind(factory, matcher.group(1), "~") + behind(factory, matcher.group(1), "-");
            }
        }
        // a host that splits at hyphens writes a further one so
        return name.replace('~', '-');
    }

    /** The same, of properties with {@code service.pid}. */
    public static String of(String factory, Map<String, ?> properties) {
        return properties.get("service.pid") instanceof String pid ? of(factory, pid, properties) : "";
    }

    /**
     * A name for any configuration, even a wrong one: 1-64 of {@code A-Z a-z 0-9 . _ -}. What somebody has given, or
     * else the last part of the factory's PID.
     */
    public static String plain(String factory, Map<String, ?> properties) {
        String given = of(factory, properties);
        String name = (given.isEmpty() ? factory.substring(factory.lastIndexOf('.') + 1) : given)
                .replaceAll("[^A-Za-z0-9._-]", "-");
        return name.substring(0, Math.min(LONGEST, name.length()));
    }

    /** The name that somebody has given, else what the host has made up. */
    public static String orMadeUp(String factory, String pid, Map<String, ?> properties) {
        String name = of(factory, pid, properties);
        return name.isEmpty() ? behind(factory, pid, ".") : name;
    }

    private static String behind(String factory, String text, String separator) {
        String start = factory + separator;
        return text.startsWith(start) ? text.substring(start.length()) : "";
    }
}
