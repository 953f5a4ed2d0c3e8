package org.geometryos.compositor.launcher.host;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A feature (OSGi Feature Service, JSON) as the launcher sees it.
 *
 * @param configurations default configurations by PID; a factory configuration's PID is {@code factory~name}
 * @param demo PIDs of those that are left out when the demo is not wanted
 * @param ready names of services that must be there before it can be used
 * @param option the option of {@code run} that has it be a part of the host; empty if it always is
 */
record Feature(
        String name,
        List<Entry> bundles,
        Map<String, Map<String, Object>> configurations,
        List<String> demo,
        List<String> ready,
        String option) {

    private static final String DEMO = "org.geometryos.compositor.demo";
    private static final String READY = "org.geometryos.compositor.ready";
    private static final String OPTION = "org.geometryos.compositor.option";

    /**
     * A bundle.
     *
     * @param id the Maven id without its version, so that a newer version takes the place of an older one
     * @param file its file's name in {@code bundle/}
     * @param startOrder its start level, 1 or more
     */
    record Entry(String id, String file, int startOrder) {}

    static List<Feature> readAll(Path folder) throws StartException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Feature> features = new ArrayList<>();
            for (Path file : files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList()) {
                features.add(read(file));
            }
            return features;
        } catch (IOException e) {
            throw new StartException("cannot read the features: " + DataFolder.reason(e), e);
        }
    }

    static Feature read(Path file) throws IOException, StartException {
        try (JsonParser parser = new JsonFactory().createParser(Files.newBufferedReader(file))) {
            parser.nextToken();
            return of(file.getFileName().toString(), map(value(parser)));
        } catch (ClassCastException | IllegalArgumentException e) {
            throw new StartException("the feature " + file + " is not valid: " + e.getMessage(), e);
        }
    }

    private static Feature of(String file, Map<String, Object> json) {
        List<Entry> bundles = new ArrayList<>();
        for (Object bundle : list(json.get("bundles"))) {
            bundles.add(entry(map(bundle)));
        }
        Map<String, Map<String, Object>> configurations = new LinkedHashMap<>();
        map(json.get("configurations")).forEach((pid, values) -> {
            Map<String, Object> properties = new LinkedHashMap<>();
            map(values).forEach((key, value) -> {
                int colon = key.indexOf(':');
                properties.put(
                        colon < 0 ? key : key.substring(0, colon),
                        typed(value, colon < 0 ? "" : key.substring(colon + 1)));
            });
            configurations.put(pid, properties);
        });
        Map<String, Object> extensions = map(json.get("extensions"));
        return new Feature(
                file.substring(0, file.lastIndexOf('.')),
                bundles,
                configurations,
                text(extensions.get(DEMO)),
                text(extensions.get(READY)),
                String.join("", text(extensions.get(OPTION))));
    }

    private static Entry entry(Map<String, Object> bundle) {
        String id = (String) bundle.get("id");
        String[] parts = id.split(":", -1);
        if (parts.length < 3 || parts.length > 5) {
            throw new IllegalArgumentException("\"" + id + "\" is not group:artifact[:type[:classifier]]:version");
        }
        String version = parts[parts.length - 1];
        String type = parts.length > 3 ? parts[2] : "jar";
        String classifier = parts.length > 4 ? "-" + parts[3] : "";
        return new Entry(
                parts[0] + ":" + parts[1] + classifier,
                parts[1] + "-" + version + classifier + "." + type,
                ((Number) bundle.get("start-order")).intValue());
    }

    /** Types as in configuration resources of the Configurator specification; without one, JSON's own. */
    private static Object typed(Object value, String type) {
        if (value instanceof List<?> values && type.endsWith("[]")) {
            Object[] array = values.stream()
                    .map(each -> typed(each, type.substring(0, type.length() - 2)))
                    .toArray();
            Object typed = java.lang.reflect.Array.newInstance(
                    array.length == 0
                            ? typed("0", type.substring(0, type.length() - 2)).getClass()
                            : array[0].getClass(),
                    array.length);
            System.arraycopy(array, 0, typed, 0, array.length);
            return typed;
        }
        String text = String.valueOf(value);
        return switch (type) {
            case "String" -> text;
            case "Boolean", "boolean" -> Boolean.valueOf(text);
            case "Integer", "int" -> Integer.valueOf(text);
            case "Long", "long" -> Long.valueOf(text);
            case "Double", "double" -> Double.valueOf(text);
            case "" -> value;
            default -> throw new IllegalArgumentException("unknown type \"" + type + "\"");
        };
    }

    private static List<String> text(Object extension) {
        return list(map(extension).get("text")).stream().map(String.class::cast).toList();
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return value == null ? Map.of() : (Map<String, Object>) value;
    }

    @SuppressWarnings("unchecked")
    private static List<Object> list(Object value) {
        return value == null ? List.of() : (List<Object>) value;
    }

    /** The value the parser stands on: a map, a list, or a scalar. */
    private static Object value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                Map<String, Object> map = new LinkedHashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String key = parser.currentName();
                    parser.nextToken();
                    map.put(key, value(parser));
                }
                yield map;
            }
            case START_ARRAY -> {
                List<Object> list = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    list.add(value(parser));
                }
                yield list;
            }
            case VALUE_NUMBER_INT -> parser.getLongValue();
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE, VALUE_FALSE -> parser.getBooleanValue();
            default -> parser.getText();
        };
    }
}
