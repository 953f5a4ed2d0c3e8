package org.geometryos.compositor.api.wall;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.geometryos.compositor.api.value.Checks;
import org.geometryos.compositor.api.value.InvalidValueException;

/**
 * A wall as an operator declares it: by a configuration of the factory {@value #FACTORY_PID}, in
 * {@code compose_config.json}, or over HTTP. One way of reading serves all three.
 *
 * @param wall without a delay and without a picture
 * @param delay of the wall, ms in [0, {@value #MAX_DELAY}]; 0: it is chosen within {@code minDelay} and
 *     {@code maxDelay}
 * @param minDelay the least delay that is chosen, ms in [0, {@value #MAX_DELAY}]
 * @param maxDelay the largest delay that is chosen, ms in [{@code minDelay}, {@value #MAX_DELAY}]; a member that needs
 *     more is left out
 * @param alarm how far apart the members may be before that is told, ms in [0, {@value #MAX_DELAY}]; 0: it is never
 *     told
 */
public record WallDeclaration(Wall wall, double delay, double minDelay, double maxDelay, double alarm) {
    public static final String FACTORY_PID = "org.geometryos.compositor.wall";
    public static final int MAX_DELAY = 5000;
    public static final double DEFAULT_MAX_DELAY = 400;
    /** A frame of a screen with 60 Hz. */
    public static final double DEFAULT_ALARM = 17;

    /** What can be declared. */
    public static final List<String> KEYS = List.of(
            "title",
            "camera",
            "width",
            "height",
            "unit",
            "fit",
            "view",
            "eye",
            "members",
            "delay",
            "minDelay",
            "maxDelay",
            "alarm");

    /** @throws InvalidValueException if a value breaks its rule */
    public WallDeclaration {
        Checks.present("wall", wall);
        millis("delay", delay);
        millis("minDelay", minDelay);
        millis("maxDelay", maxDelay);
        millis("alarm", alarm);
        if (maxDelay < minDelay) {
            throw new InvalidValueException(
                    "maxDelay", maxDelay, "must not be below minDelay (" + MemberText.plain(minDelay) + ")");
        }
        if (!wall.delay().isEmpty() || wall.picture().isPresent()) {
            throw new InvalidValueException("wall", wall.name(), "must have neither delay nor picture");
        }
    }

    private static void millis(String field, double value) {
        if (!(Checks.finite(field, value) >= 0 && value <= MAX_DELAY)) {
            throw new InvalidValueException(field, value, "must lie in [0, " + MAX_DELAY + "] ms");
        }
    }

    /** The same wall, with all that is not part of its state as it is by default. */
    public static WallDeclaration of(Wall wall) {
        return new WallDeclaration(
                wall.withDelay(List.of()).withPicture(Optional.empty()), 0, 0, DEFAULT_MAX_DELAY, DEFAULT_ALARM);
    }

    /**
     * Of a configuration's properties: everything may be text, a member is {@code left x=0 y=0 width=1920 height=1080},
     * several in one text have semicolons between them, angles are degrees. Keys that are not known are ignored.
     *
     * @throws InvalidValueException that names key, value and rule
     */
    public static WallDeclaration ofProperties(String name, Map<String, ?> properties) {
        return of(name, new Fields("", properties, false), Math.PI / 180);
    }

    /**
     * Of an object of JSON, with angles in degrees: {@code compose_config.json}.
     *
     * @param values as JDK values: numbers, text, lists and maps
     * @throws InvalidValueException that names key, value and rule
     */
    public static WallDeclaration ofDegrees(String name, Map<String, ?> values) {
        return strict(name, values, Math.PI / 180);
    }

    /** The same with angles in radians, as the protocol has them. */
    public static WallDeclaration ofRadians(String name, Map<String, ?> values) {
        return strict(name, values, 1);
    }

    private static WallDeclaration strict(String name, Map<String, ?> values, double angle) {
        Fields fields = new Fields("", values, true);
        fields.onlyKnown(KEYS);
        return of(name, fields, angle);
    }

    private static WallDeclaration of(String name, Fields values, double angle) {
        List<WallMember> members = new ArrayList<>();
        for (Object member : values.list("members")) {
            members.add(MemberText.member("members[" + members.size() + "]", member, values.strict(), angle));
        }
        Wall wall = new Wall(
                name,
                values.text("title"),
                values.text("camera"),
                values.required("width"),
                values.required("height"),
                values.text("unit").map(word -> Unit.of("unit", word)).orElse(Unit.MM),
                values.text("fit").map(word -> Fit.of("fit", word)).orElse(Fit.CONTAIN),
                values.text("view").map(word -> View.of("view", word)).orElse(View.CAMERA),
                values.point("eye"),
                members,
                List.of(),
                Optional.empty());
        return new WallDeclaration(
                wall,
                values.number("delay", 0),
                values.number("minDelay", 0),
                values.number("maxDelay", DEFAULT_MAX_DELAY),
                values.number("alarm", DEFAULT_ALARM));
    }

    /** As {@link #ofRadians} reads it, in values of the JDK. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = common();
        wall.eye().ifPresent(eye -> map.put("eye", eye));
        map.put("members", wall.members().stream().map(MemberText::map).toList());
        return map;
    }

    /** As {@link #ofProperties} reads it, for Config Admin. */
    public Map<String, Object> toProperties() {
        Map<String, Object> map = common();
        wall.eye()
                .ifPresent(eye -> map.put(
                        "eye",
                        String.join(" ", eye.stream().map(MemberText::plain).toList())));
        map.put("members", wall.members().stream().map(MemberText::text).toArray(String[]::new));
        return map;
    }

    private Map<String, Object> common() {
        Map<String, Object> map = new LinkedHashMap<>();
        wall.title().ifPresent(title -> map.put("title", title));
        wall.camera().ifPresent(camera -> map.put("camera", camera));
        map.put("width", wall.width());
        map.put("height", wall.height());
        map.put("unit", wall.unit().word());
        map.put("fit", wall.fit().word());
        map.put("view", wall.view().word());
        map.put("delay", delay);
        map.put("minDelay", minDelay);
        map.put("maxDelay", maxDelay);
        map.put("alarm", alarm);
        return map;
    }

    /**
     * Values by their keys.
     *
     * @param path of what they belong to, for messages
     * @param strict whether each has its type of JSON; else all may be text
     */
    record Fields(String path, Map<String, ?> values, boolean strict) {
        private static final int AXES = 3;
        private static final String THREE = "must be three numbers";

        private String named(String key) {
            return path.isEmpty() ? key : path + "." + key;
        }

        void onlyKnown(List<String> keys) {
            for (String key : values.keySet()) {
                if (!keys.contains(key)) {
                    throw new InvalidValueException(named(key), key, "must be one of " + String.join(", ", keys));
                }
            }
        }

        Optional<String> text(String key) {
            Object value = values.get(key);
            if (value != null && (strict ? !(value instanceof String) : value instanceof Object[])) {
                throw new InvalidValueException(named(key), value, "must be text");
            }
            return Optional.ofNullable(value)
                    .map(Object::toString)
                    .map(String::strip)
                    .filter(text -> !text.isEmpty());
        }

        Optional<Double> number(String key) {
            Object value = values.get(key);
            if (value instanceof Number number) {
                return Optional.of(number.doubleValue());
            }
            try {
                if (value == null || !strict) {
                    return text(key).map(Double::valueOf);
                }
            } catch (NumberFormatException e) {
                // told below
            }
            throw new InvalidValueException(named(key), value, "must be a number");
        }

        double number(String key, double otherwise) {
            return number(key).orElse(otherwise);
        }

        double required(String key) {
            return number(key).orElseThrow(() -> new InvalidValueException(named(key), null, "is required"));
        }

        /** A list; not strict, also an array or one text, and several where a text has semicolons. */
        List<?> list(String key) {
            Object value = values.get(key);
            List<?> list = value instanceof List<?> given
                    ? given
                    : value instanceof Object[] array ? Arrays.asList(array) : null;
            if (strict) {
                if (value != null && list == null) {
                    throw new InvalidValueException(named(key), value, "must be a list");
                }
                return list == null ? List.of() : list;
            }
            return (list != null ? list : value == null ? List.of() : List.of(value))
                    .stream()
                            .flatMap(text -> MemberText.several(String.valueOf(text)).stream())
                            .toList();
        }

        /** Three numbers: a list of them, or text with commas or blanks between them. */
        Optional<List<Double>> point(String key) {
            Object value = values.get(key);
            boolean text = value instanceof CharSequence && !strict;
            if (value == null || text && value.toString().isBlank()) {
                return Optional.empty();
            }
            List<?> parts = text ? List.of(value.toString().strip().split("\\s*,\\s*|\\s+")) : list(key);
            if (parts.size() != AXES) {
                throw new InvalidValueException(named(key), value, THREE);
            }
            List<Double> point = new ArrayList<>();
            for (Object part : parts) {
                Map<String, Object> one = new LinkedHashMap<>();
                one.put(key, part);
                point.add(new Fields(path, one, strict)
                        .number(key)
                        .orElseThrow(() -> new InvalidValueException(named(key), value, THREE)));
            }
            return Optional.of(point);
        }
    }
}
