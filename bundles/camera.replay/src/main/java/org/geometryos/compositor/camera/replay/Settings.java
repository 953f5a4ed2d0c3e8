package org.geometryos.compositor.camera.replay;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.geometryos.compositor.api.camera.CameraSource;
import org.geometryos.compositor.api.recording.Moment;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.api.value.Names;
import org.geometryos.compositor.configuration.InstanceName;

/**
 * The configuration, checked.
 *
 * @param files as configured; empty if there is a folder
 * @param folder as configured
 * @param delay milliseconds by which the times of updates are set back
 * @param speed factor, {@value #MIN_SPEED} to {@value #MAX_SPEED}
 * @param camera the name to drive instead of the recorded one
 * @param excerpt what to play of what the recorder wrote, instead of files or a folder
 */
record Settings(
        String source,
        int priority,
        double delay,
        List<String> files,
        Optional<String> folder,
        boolean loop,
        double speed,
        Optional<String> camera,
        Optional<Excerpt> excerpt) {
    static final double MIN_SPEED = 0.01;
    static final double MAX_SPEED = 100;
    static final int MAX_FILES = 100;
    /** The recording that was begun last. */
    static final String NEWEST = "newest";

    private static final Pattern SOURCE = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /**
     * A part of a recording of the recorder.
     *
     * @param recording the beginning of its name, or {@link #NEWEST}
     */
    record Excerpt(String recording, Optional<Moment> from, Optional<Moment> to) {}

    /**
     * @param properties of the configuration: typed values, or the Strings of a {@code .cfg} file
     * @throws InvalidValueException that names key, value and rule
     */
    static Settings of(Map<String, ?> properties) {
        List<String> files = files(properties.get("file"));
        Optional<String> folder = text(properties, "folder");
        Optional<Excerpt> excerpt = excerpt(properties);
        if (folder.isPresent() && excerpt.isPresent()) {
            throw new InvalidValueException("folder", folder.get(), "must be empty when there is a recording");
        }
        if (files.isEmpty() == (folder.isEmpty() && excerpt.isEmpty())) {
            throw new InvalidValueException(
                    "file",
                    files.isEmpty() ? "" : String.join(",", files),
                    files.isEmpty()
                            ? "is required, unless there is a folder or a recording"
                            : "must be empty when there is a folder or a recording");
        }
        Optional<String> camera = text(properties, "camera");
        camera.ifPresent(name -> Names.check("camera", name));
        Optional<String> source = text(properties, "source");
        if (source.isPresent() && !SOURCE.matcher(source.get()).matches()) {
            throw new InvalidValueException("source", source.get(), "must be 1-64 of A-Z a-z 0-9 . _ -");
        }
        return new Settings(
                source.orElseGet(() -> defaultSource(properties)),
                priority(properties.get("priority")),
                decimal(properties, "delay", 0, CameraSource.MIN_DELAY, CameraSource.MAX_DELAY),
                files,
                folder,
                loop(properties.get("loop")),
                decimal(properties, "speed", 1, MIN_SPEED, MAX_SPEED),
                camera,
                excerpt);
    }

    private static Optional<Excerpt> excerpt(Map<String, ?> properties) {
        Optional<Moment> from = text(properties, "from").map(text -> Moment.parse("from", text));
        Optional<Moment> to = text(properties, "to").map(text -> Moment.parse("to", text));
        Optional<Excerpt> excerpt = text(properties, "recording").map(name -> new Excerpt(name, from, to));
        if (excerpt.isEmpty() && (from.isPresent() || to.isPresent())) {
            throw new InvalidValueException(
                    from.isPresent() ? "from" : "to",
                    properties.get(from.isPresent() ? "from" : "to"),
                    "is for a recording of the recorder only");
        }
        return excerpt;
    }

    /** A name for the source of any configuration, even of a wrong one. */
    static String defaultSource(Map<String, ?> properties) {
        String name = InstanceName.of(ReplayConfig.PID, properties);
        if (name.isEmpty()) {
            for (String key : new String[] {"file", "folder"}) {
                List<String> values = strings(properties.get(key));
                if (name.isEmpty() && !values.isEmpty()) {
                    name = values.get(0).replace('\\', '/').replaceAll("/+$", "");
                    name = name.substring(name.lastIndexOf('/') + 1).replaceAll("\\.jsonl?$", "");
                }
            }
        }
        name = name.replaceAll("[^A-Za-z0-9._-]", "-");
        return name.isEmpty() ? "replay" : name.substring(0, Math.min(64, name.length()));
    }

    private static List<String> files(Object value) {
        List<String> files = strings(value);
        if (new LinkedHashSet<>(files).size() != files.size()) {
            throw new InvalidValueException("file", String.join(",", files), "must name each file once");
        }
        if (files.size() > MAX_FILES) {
            throw new InvalidValueException(
                    "file", files.size() + " files", "must name at most " + MAX_FILES + " files");
        }
        files.forEach(name -> placeholder("file", name));
        return List.copyOf(files);
    }

    /** A list as it is, or one String with commas; without blanks around and without empty ones. */
    private static List<String> strings(Object value) {
        List<String> found = new ArrayList<>();
        if (value instanceof Collection<?> many) {
            many.forEach(one -> found.add(String.valueOf(one).strip()));
        } else if (value != null && value.getClass().isArray()) {
            for (int i = 0; i < Array.getLength(value); i++) {
                found.add(String.valueOf(Array.get(value, i)).strip());
            }
        } else if (value != null) {
            for (String one : value.toString().split(",")) {
                found.add(one.strip());
            }
        }
        found.removeIf(String::isEmpty);
        return found;
    }

    private static Optional<String> text(Map<String, ?> properties, String key) {
        Object value = properties.get(key);
        if (value == null || value.equals("")) {
            return Optional.empty();
        }
        if (!(value instanceof String text)) {
            throw new InvalidValueException(key, shown(value), "must be a text");
        }
        placeholder(key, text);
        return Optional.of(text.strip()).filter(stripped -> !stripped.isEmpty());
    }

    private static void placeholder(String key, String value) {
        if (value.contains("$[") || value.indexOf('\0') >= 0) {
            throw new InvalidValueException(
                    key, value, "must not contain an unresolved placeholder $[...] or a NUL character");
        }
    }

    private static boolean loop(Object value) {
        if (value == null || value instanceof Boolean) {
            return value == null || (Boolean) value;
        }
        return switch (value.toString().strip()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new InvalidValueException("loop", shown(value), "must be true or false");
        };
    }

    private static double decimal(Map<String, ?> properties, String key, double missing, double least, double most) {
        Object value = properties.get(key);
        double found = missing;
        try {
            if (value != null) {
                found = value instanceof Number number
                        ? number.doubleValue()
                        : Double.parseDouble(value.toString().strip());
            }
        } catch (NumberFormatException e) {
            throw new InvalidValueException(key, shown(value), "must be a number");
        }
        if (!(found >= least && found <= most)) {
            throw new InvalidValueException(key, shown(value), "must lie in [" + text(least) + ", " + text(most) + "]");
        }
        return found;
    }

    private static String text(double number) {
        return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
    }

    private static int priority(Object value) {
        try {
            return value == null
                    ? 0
                    : value instanceof Integer number
                            ? number
                            : value instanceof Long number
                                    ? Math.toIntExact(number)
                                    : Integer.parseInt(value.toString().strip());
        } catch (ArithmeticException | NumberFormatException e) {
            throw new InvalidValueException("priority", shown(value), "must be a 32-bit integer");
        }
    }

    private static Object shown(Object value) {
        return value.getClass().isArray() || value instanceof Collection
                ? strings(value).toString()
                : value;
    }
}
