package org.geometryos.compositor.api.wall;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.api.wall.WallDeclaration.Fields;

/** A member of a wall as people declare it: {@code left x=0 y=0 width=1920 height=1080 turn=90}, or as an object. */
final class MemberText {
    private static final List<String> KEYS =
            List.of("display", "x", "y", "width", "height", "turn", "delay", "position", "yaw", "pitch");
    /** Degrees are written to so many of a degree, as turning them to radians and back leaves a rest. */
    private static final double DIGITS = 1e9;

    private static final Pattern QUOTED = Pattern.compile("\"([^\"]*)\"");

    private MemberText() {}

    /** Members in one text: with semicolons or lines between them, or as a list of texts in quotes. */
    static List<String> several(String text) {
        String stripped = text.strip();
        Stream<String> parts = stripped.startsWith("[") && stripped.endsWith("]") && stripped.contains("\"")
                ? QUOTED.matcher(stripped).results().map(quoted -> quoted.group(1))
                : Stream.of(stripped.split("[;\n]"));
        return parts.map(String::strip).filter(part -> !part.isEmpty()).toList();
    }

    /**
     * @param path for messages
     * @param value text, or a map
     * @param strict whether it is of JSON, and must be a map
     * @param angle radians of what an angle's unit is
     */
    static WallMember member(String path, Object value, boolean strict, double angle) {
        Map<String, Object> values = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, each) -> values.put(String.valueOf(key), each));
        } else if (value instanceof CharSequence text && !strict) {
            read(path, text.toString(), values);
        } else {
            throw new InvalidValueException(
                    path,
                    value,
                    strict ? "must be an object" : "must be text such as left x=0 y=0 width=1920 height=1080");
        }
        Fields fields = new Fields(path, values, strict);
        fields.onlyKnown(KEYS);
        // read before the record is made: what these say names its path already
        String display = fields.text("display")
                .orElseThrow(() -> new InvalidValueException(path + ".display", null, "is required"));
        double x = fields.required("x");
        double y = fields.required("y");
        double width = fields.required("width");
        double height = fields.required("height");
        double turn = fields.number("turn", 0);
        if (turn != (int) turn) {
            throw new InvalidValueException(path + ".turn", turn, "must be 0, 90, 180 or 270");
        }
        double delay = fields.number("delay", 0);
        Optional<List<Double>> position = fields.point("position");
        Optional<Double> yaw = fields.number("yaw");
        Optional<Double> pitch = fields.number("pitch");
        if (position.isEmpty() && (yaw.isPresent() || pitch.isPresent())) {
            throw new InvalidValueException(path + ".position", null, "is required with yaw and pitch");
        }
        try {
            return new WallMember(
                    display,
                    x,
                    y,
                    width,
                    height,
                    (int) turn,
                    delay,
                    position.map(middle -> new Placement(middle, yaw.orElse(0.0) * angle, pitch.orElse(0.0) * angle)));
        } catch (InvalidValueException e) {
            throw e.within(path);
        }
    }

    private static void read(String path, String text, Map<String, Object> values) {
        for (String word : text.strip().split("\\s+")) {
            int equals = word.indexOf('=');
            if (equals < 0 && values.isEmpty()) {
                values.put("display", word);
            } else if (equals <= 0) {
                throw new InvalidValueException(
                        path, word, "must be a display's name and then words such as x=0, without blanks in them");
            } else if (values.put(word.substring(0, equals), word.substring(equals + 1)) != null) {
                throw new InvalidValueException(path, word, "must have each word once");
            }
        }
    }

    /** With angles in degrees. */
    static String text(WallMember member) {
        StringBuilder text = new StringBuilder(member.display());
        map(member).forEach((key, value) -> {
            switch (key) {
                case "display" -> {
                    // it stands before all else
                }
                case "position" -> {
                    List<String> axes = member.placement().orElseThrow().position().stream()
                            .map(MemberText::plain)
                            .toList();
                    text.append(" position=").append(String.join(",", axes));
                }
                case "yaw", "pitch" ->
                    text.append(' ')
                            .append(key)
                            .append('=')
                            .append(plain(Math.rint(Math.toDegrees((Double) value) * DIGITS) / DIGITS));
                default -> text.append(' ').append(key).append('=').append(plain(((Number) value).doubleValue()));
            }
        });
        return text.toString();
    }

    /** With angles in radians, as the protocol has it. */
    static Map<String, Object> map(WallMember member) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("display", member.display());
        map.put("x", member.x());
        map.put("y", member.y());
        map.put("width", member.width());
        map.put("height", member.height());
        if (member.turn() != 0) {
            map.put("turn", member.turn());
        }
        if (member.delay() != 0) {
            map.put("delay", member.delay());
        }
        member.placement().ifPresent(stands -> {
            map.put("position", stands.position());
            map.put("yaw", stands.yaw());
            map.put("pitch", stands.pitch());
        });
        return map;
    }

    /** A number as people write it. */
    static String plain(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
