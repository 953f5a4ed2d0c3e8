package org.geometryos.compositor.features;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A feature (OSGi Feature Service, JSON) as the build sees it: its text with versions filled in, and the bundles it
 * names.
 *
 * @param name the file's name, for messages and for the copy in the distribution
 * @param json what the text says
 */
record FeatureFile(String name, String text, JsonNode json, List<Entry> entries) {

    private static final String LAUNCHING = "framework-launching-properties";
    private static final String OPTION = "org.geometryos.compositor.option";

    /**
     * A bundle of a feature.
     *
     * @param startOrder its start level in the distribution, 1 or more
     */
    record Entry(BundleId id, int startOrder) {}

    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^}]*)}");

    /** @param property the value of a build property, or null when there is none of that name */
    static FeatureFile read(Path file, UnaryOperator<String> property) throws IOException {
        String name = file.getFileName().toString();
        String text = fill(name, Files.readString(file), property);
        JsonNode json;
        try {
            json = new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(name + " is not JSON: " + e.getMessage(), e);
        }
        if (!"1.0".equals(json.path("feature-resource-version").asText())) {
            throw new IllegalArgumentException(name + ": feature-resource-version must be \"1.0\"");
        }
        List<Entry> entries = new ArrayList<>();
        for (JsonNode bundle : json.path("bundles")) {
            if (!bundle.path("start-order").canConvertToInt()) {
                throw new IllegalArgumentException(
                        name + ": " + bundle.path("id").asText() + " has no start-order");
            }
            entries.add(new Entry(
                    BundleId.parse(bundle.path("id").asText()),
                    bundle.path("start-order").asInt()));
        }
        return new FeatureFile(name, text, json, List.copyOf(entries));
    }

    List<BundleId> bundles() {
        return entries.stream().map(Entry::id).toList();
    }

    /** The file's name without its ending. */
    String shortName() {
        return name.substring(0, name.lastIndexOf('.'));
    }

    String description() {
        return json.path("description").asText();
    }

    /** Whether only our own host has it, and that if it is run with an option. */
    boolean optional() {
        return json.path("extensions").has(OPTION);
    }

    /**
     * Default configurations by PID for hosts that read them out of properties files, as the file has them: a key may
     * end with {@code :Type}. Such a host takes a text that begins with a bracket for an array and fails, so that a
     * configuration with one is left out.
     */
    Map<String, Map<String, String>> configurations() {
        Map<String, Map<String, String>> configurations = new LinkedHashMap<>();
        json.path("configurations").properties().forEach(each -> {
            Map<String, String> values = strings(each.getValue());
            if (values.values().stream().noneMatch(text -> text.startsWith("["))) {
                configurations.put(each.getKey(), values);
            }
        });
        return configurations;
    }

    /** What the framework is to be told at its start. */
    Map<String, String> launchingProperties() {
        return strings(json.path("extensions").path(LAUNCHING).path("json"));
    }

    private static Map<String, String> strings(JsonNode object) {
        Map<String, String> strings = new LinkedHashMap<>();
        object.properties()
                .forEach(each -> strings.put(each.getKey(), each.getValue().asText()));
        return strings;
    }

    private static String fill(String file, String text, UnaryOperator<String> property) {
        return PLACEHOLDER.matcher(text).replaceAll(match -> {
            String value = property.apply(match.group(1));
            if (value == null) {
                throw new IllegalArgumentException(file + ": no build property named " + match.group(1));
            }
            return Matcher.quoteReplacement(value);
        });
    }
}
