package org.geometryos.compositor.settings;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.api.wall.Wall;
import org.geometryos.compositor.api.wall.WallDeclaration;
import org.geometryos.compositor.api.wall.WallMember;

/** What is in {@code compose_config.json}: nested JSON, where Config Admin has properties named by the paths. */
final class ComposeConfig {
    private static final String SCHEMA = "$schema";
    private static final String CAMERAS = "cameras";
    private static final String WALLS = "walls";
    private static final Set<String> NAMES = Settings.names();
    /** The objects that values are in. */
    private static final Set<String> GROUPS = NAMES.stream()
            .filter(name -> name.indexOf('.') > 0)
            .map(name -> name.substring(0, name.indexOf('.')))
            .collect(Collectors.toUnmodifiableSet());

    private final Map<String, Object> values = new HashMap<>();
    private final Map<String, WallDeclaration> walls = new TreeMap<>();

    /**
     * What a file says.
     *
     * @param properties that it sets, without those that it leaves to their defaults
     * @param walls by name
     */
    record Content(Map<String, Object> properties, Map<String, WallDeclaration> walls) {}

    private ComposeConfig() {}

    /**
     * Checks a file as a whole.
     *
     * @throws IOException if it is not JSON, as while it is being written
     * @throws IllegalArgumentException if it is, but breaks a rule; names path, value and rule
     */
    static Content read(byte[] content) throws IOException {
        JsonNode root = JsonDocuments.MAPPER.readTree(content);
        if (root.isMissingNode()) {
            throw new IOException("it is empty");
        }
        if (!root.isObject()) {
            throw new InvalidValueException("the file", root, "must hold an object");
        }
        ComposeConfig read = new ComposeConfig();
        read.object("", root);
        Settings.ofJson(read.values);
        read.values.values().removeIf(value -> value == null);
        read.checkWalls();
        return new Content(read.values, read.walls);
    }

    private void walls(JsonNode node) {
        if (node.isNull()) {
            return;
        }
        if (!node.isObject()) {
            throw new InvalidValueException(WALLS, node, "must be an object that has walls by their names");
        }
        node.properties().forEach(wall -> {
            String path = WALLS + "." + Wall.checkName(WALLS, wall.getKey());
            if (!wall.getValue().isObject()) {
                throw new InvalidValueException(path, wall.getValue(), "must be an object");
            }
            try {
                walls.put(wall.getKey(), WallDeclaration.ofDegrees(wall.getKey(), object(wall.getValue())));
            } catch (InvalidValueException e) {
                throw e.within(path);
            }
        });
    }

    private void checkWalls() {
        Map<String, String> displays = new HashMap<>();
        walls.forEach((name, declared) -> {
            List<WallMember> members = declared.wall().members();
            for (int i = 0; i < members.size(); i++) {
                String other = displays.put(members.get(i).display(), name);
                if (other != null) {
                    throw new InvalidValueException(
                            WALLS + "." + name + ".members[" + i + "].display",
                            members.get(i).display(),
                            "must be no member of the wall " + other);
                }
            }
        });
    }

    private static Map<String, Object> object(JsonNode node) {
        Map<String, Object> map = new LinkedHashMap<>();
        node.properties().forEach(member -> map.put(member.getKey(), tree(member.getValue())));
        return map;
    }

    /** Maps, lists, text, numbers and truth values. */
    private static Object tree(JsonNode node) {
        if (node.isObject()) {
            return object(node);
        }
        if (node.isArray()) {
            List<Object> list = new ArrayList<>();
            node.forEach(element -> list.add(tree(element)));
            return list;
        }
        return node.isNumber()
                ? (Object) node.doubleValue()
                : node.isTextual() ? node.textValue() : node.isNull() ? null : (Object) node.booleanValue();
    }

    private void object(String prefix, JsonNode object) {
        object.properties().forEach(member -> {
            String path = prefix + member.getKey();
            JsonNode value = member.getValue();
            if (path.equals(SCHEMA)) {
                if (!value.isTextual()) {
                    throw new InvalidValueException(SCHEMA, value, "must be the address of a schema");
                }
            } else if (path.equals(WALLS)) {
                walls(value);
            } else if (GROUPS.contains(path)) {
                if (!value.isObject()) {
                    throw new InvalidValueException(path, value, "must be an object");
                }
                object(path + ".", value);
            } else if (NAMES.contains(path) && member.getKey().indexOf('.') < 0) {
                values.put(path, plain(path, value));
            } else {
                throw new IllegalArgumentException(unknown(path));
            }
        });
    }

    /** In values of the JDK; what can't be one stays as it is, and breaks whatever rule there is. */
    private static Object plain(String path, JsonNode value) {
        if (path.equals(CAMERAS) && value.isArray()) {
            return StreamSupport.stream(value.spliterator(), false)
                    .map(JsonNode::toString)
                    .toArray(String[]::new);
        }
        return value.isNull()
                ? null
                : value.isTextual()
                        ? value.textValue()
                        : value.isBoolean()
                                ? (Object) value.booleanValue()
                                : value.canConvertToInt() && value.canConvertToExactIntegral()
                                        ? (Object) value.intValue()
                                        : value.isNumber() ? (Object) value.doubleValue() : value;
    }

    private static String unknown(String path) {
        Map<Integer, String> byDistance = new TreeMap<>();
        NAMES.stream().sorted().forEach(name -> byDistance.putIfAbsent(distance(path, name), name));
        GROUPS.stream().sorted().forEach(name -> byDistance.putIfAbsent(distance(path, name), name));
        byDistance.putIfAbsent(distance(path, WALLS), WALLS);
        int least = byDistance.keySet().iterator().next();
        String shown = path.length() > 80 ? path.substring(0, 80) + "..." : path;
        return "\"" + shown.replaceAll("\\p{Cntrl}", "?") + "\" is not a setting"
                + (least <= 3 ? " (is " + byDistance.get(least) + " meant?)" : "");
    }

    /**
     * How many characters have to be put in, left out or changed to get from one to the other; at least by how much
     * their lengths differ.
     */
    private static int distance(String from, String to) {
        if (Math.abs(from.length() - to.length()) > 3) {
            return Math.abs(from.length() - to.length());
        }
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int changed = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[to.length()];
    }
}
