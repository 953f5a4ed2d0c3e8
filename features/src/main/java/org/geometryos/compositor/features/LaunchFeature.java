package org.geometryos.compositor.features;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * All features as one, with what logs and with what the framework is told, in the words of those launchers that start a
 * feature and nothing else.
 *
 * @param id without its type and classifier
 * @param framework that it is started in
 * @param logging bundles that nobody names, since most hosts bring their own
 */
record LaunchFeature(BundleId id, BundleId framework, List<BundleId> logging, List<FeatureFile> features) {

    private static final int FIRST = 1;
    private static final int LAST = 100;
    private static final String BEGINNING = "org.osgi.framework.startlevel.beginning";

    /** As the OSGi Feature Launcher specification has it (Compendium 8.1, chapter 160). */
    String osgi() {
        ObjectNode feature = json();
        feature.put("feature-resource-version", "1.0");
        feature.put("id", name("osgifeature"));
        describe(feature);
        feature.put("complete", true);
        bundles(feature, "bundleStartLevel");
        configurations(feature);
        ObjectNode extensions = feature.putObject("extensions");
        ArrayNode frameworks =
                extension(extensions, "launch-framework", "artifacts").putArray("artifacts");
        frameworks.addObject().put("id", name(framework));
        ObjectNode told =
                extension(extensions, "framework-launching-properties", "json").putObject("json");
        properties().forEach(told::put);
        extension(extensions, "bundle-start-levels", "json").putObject("json").put("minimumStartLevel", LAST);
        return text(feature);
    }

    /** As Apache Sling's launcher has it. */
    String sling() {
        ObjectNode feature = json();
        feature.put("id", name("slingosgifeature"));
        describe(feature);
        bundles(feature, "start-order");
        configurations(feature);
        ObjectNode told = feature.putObject("framework-properties");
        properties().forEach(told::put);
        return text(feature);
    }

    /** What is to be found in a repository. */
    List<BundleId> artifacts() {
        List<BundleId> all = new ArrayList<>(logging);
        features.forEach(file -> all.addAll(file.bundles()));
        all.add(framework);
        return all;
    }

    private void describe(ObjectNode feature) {
        feature.put("title", "Compositor Bridge");
        feature.put("description", "All features of the Compositor Bridge, with what logs.");
    }

    private void bundles(ObjectNode feature, String level) {
        ArrayNode bundles = feature.putArray("bundles");
        logging.forEach(each -> bundles.addObject().put("id", name(each)).put(level, FIRST));
        features.forEach(file -> file.entries()
                .forEach(
                        entry -> bundles.addObject().put("id", name(entry.id())).put(level, entry.startOrder())));
    }

    private void configurations(ObjectNode feature) {
        ObjectNode configurations = feature.putObject("configurations");
        features.forEach(file -> file.json()
                .path("configurations")
                .properties()
                .forEach(each -> configurations.set(each.getKey(), each.getValue())));
    }

    private Map<String, String> properties() {
        Map<String, String> properties = new TreeMap<>();
        features.forEach(file -> properties.putAll(file.launchingProperties()));
        properties.put(BEGINNING, String.valueOf(LAST));
        return properties;
    }

    private String name(String type) {
        return id.group() + ":" + id.artifact() + ":" + type + ":all:" + id.version();
    }

    private static String name(BundleId id) {
        String kind = id.classifier().isEmpty() ? "" : id.type() + ":" + id.classifier() + ":";
        return id.group() + ":" + id.artifact() + ":" + kind + id.version();
    }

    private static ObjectNode extension(ObjectNode extensions, String name, String type) {
        return extensions.putObject(name).put("kind", "optional").put("type", type);
    }

    private static ObjectNode json() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static String text(ObjectNode json) {
        DefaultPrettyPrinter lines = new DefaultPrettyPrinter();
        lines.indentArraysWith(new DefaultIndenter("  ", "\n"));
        try {
            return new ObjectMapper().writer(lines).writeValueAsString(json) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can be written", e);
        }
    }
}
