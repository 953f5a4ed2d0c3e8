package org.geometryos.compositor.features;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A feature (OSGi Feature Service, JSON) as the build sees it: its text with versions filled in, and the bundles it
 * names.
 *
 * @param name the file's name, for messages and for the copy in the distribution
 */
record FeatureFile(String name, String text, List<BundleId> bundles) {

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
        List<BundleId> bundles = new ArrayList<>();
        for (JsonNode bundle : json.path("bundles")) {
            if (!bundle.path("start-order").canConvertToInt()) {
                throw new IllegalArgumentException(
                        name + ": " + bundle.path("id").asText() + " has no start-order");
            }
            bundles.add(BundleId.parse(bundle.path("id").asText()));
        }
        return new FeatureFile(name, text, List.copyOf(bundles));
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
