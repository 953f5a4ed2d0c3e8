package org.geometryos.compositor.configuration;

import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Checks configurations by a Metatype resource, for whoever does not have the type that it was made from. Any thread.
 */
public final class ConfigurationCheck {
    private final Description description;

    private ConfigurationCheck(Description description) {
        this.description = description;
    }

    /**
     * @param metatype the resource, of one type; it is read to its end
     * @param name of the resource, for messages
     * @throws IllegalStateException if it cannot be read
     */
    public static ConfigurationCheck of(InputStream metatype, String name) {
        return new ConfigurationCheck(Description.of(metatype, name));
    }

    /**
     * The values as their types have them, several as lists.
     *
     * @throws IllegalArgumentException whose message begins with the key, and names value and rule; the value of a
     *     secret is not named
     */
    public Map<String, Object> check(Map<String, ?> properties) {
        Map<String, Object> known = description.known(properties);
        for (String key : properties.keySet()) {
            if (!known.containsKey(key) && !description.has(key)) {
                throw new IllegalArgumentException(description.unknown(key));
            }
        }
        return description.convert(new LinkedHashMap<>(known), key -> false);
    }
}
