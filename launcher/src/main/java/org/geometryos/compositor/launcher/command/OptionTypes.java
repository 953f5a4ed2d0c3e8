package org.geometryos.compositor.launcher.command;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.geometryos.compositor.api.recording.Moment;
import org.geometryos.compositor.api.value.InvalidValueException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The kinds of values that options take. Each says in words what it takes. */
public final class OptionTypes {
    private OptionTypes() {}

    /** A value is there, and is not the next option. */
    private static String present(String value) {
        if (value.isEmpty() || value.startsWith("--")) {
            throw new TypeConversionException("needs a value");
        }
        return value;
    }

    /** Any text. */
    public static final class Text implements ITypeConverter<String> {
        @Override
        public String convert(String value) {
            return present(value);
        }
    }

    /** A file or folder, made absolute. */
    public static final class Folder implements ITypeConverter<Path> {
        @Override
        public Path convert(String value) {
            try {
                return Path.of(present(value)).toAbsolutePath().normalize();
            } catch (InvalidPathException e) {
                throw new TypeConversionException("is not a path");
            }
        }
    }

    /** 0 to 65535. */
    public static final class Port implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            try {
                int port = Integer.parseInt(present(value));
                if (port >= 0 && port <= 65535) {
                    return port;
                }
            } catch (NumberFormatException e) {
                // said below
            }
            throw new TypeConversionException("must be a whole number from 0 to 65535");
        }
    }

    /** The name of a further demo. */
    public static final class Demo implements ITypeConverter<String> {
        /** Six displays as one wall. */
        public static final String WALL = "wall";

        @Override
        public String convert(String value) {
            if (present(value).equals(WALL)) {
                return WALL;
            }
            throw new TypeConversionException("must be " + WALL);
        }
    }

    /** A width or height, 1 to 1,000,000 pixels. */
    public static final class Pixels implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            try {
                int pixels = Integer.parseInt(present(value));
                if (pixels >= 1 && pixels <= 1_000_000) {
                    return pixels;
                }
            } catch (NumberFormatException e) {
                // said below
            }
            throw new TypeConversionException("must be a whole number from 1 to 1000000");
        }
    }

    /** 1 to 1,000,000. */
    public static final class Count implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            try {
                int count = Integer.parseInt(present(value));
                if (count >= 1 && count <= 1_000_000) {
                    return count;
                }
            } catch (NumberFormatException e) {
                // said below
            }
            throw new TypeConversionException("must be a whole number from 1 to 1000000");
        }
    }

    /** Above 0. */
    public static final class Positive implements ITypeConverter<Double> {
        @Override
        public Double convert(String value) {
            return number(value, Double.MAX_VALUE, "must be a number above 0");
        }
    }

    /** Camera updates per second. */
    public static final class Rate implements ITypeConverter<Double> {
        @Override
        public Double convert(String value) {
            return number(value, 1000, "must be a number above 0 and at most 1000");
        }
    }

    private static double number(String value, double max, String rule) {
        try {
            double number = Double.parseDouble(present(value));
            if (number > 0 && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new TypeConversionException(rule);
    }

    /** The name of a display, user or key. */
    public static final class Name implements ITypeConverter<String> {
        static final String RULE = "must be 1-64 of A-Z a-z 0-9 . _ -";
        private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

        @Override
        public String convert(String value) {
            if (!NAME.matcher(present(value)).matches()) {
                throw new TypeConversionException(RULE);
            }
            return value;
        }
    }

    /** {@code 500ms}, {@code 30s}, {@code 2m}; at most a day. */
    public static final class Time implements ITypeConverter<Duration> {
        private static final Pattern TIME = Pattern.compile("(\\d{1,9})(ms|s|m)");
        private static final Duration MAX = Duration.ofDays(1);

        @Override
        public Duration convert(String value) {
            Matcher matcher = TIME.matcher(present(value));
            if (matcher.matches()) {
                long amount = Long.parseLong(matcher.group(1));
                Duration time =
                        switch (matcher.group(2)) {
                            case "ms" -> Duration.ofMillis(amount);
                            case "s" -> Duration.ofSeconds(amount);
                            default -> Duration.ofMinutes(amount);
                        };
                if (time.compareTo(MAX) <= 0) {
                    return time;
                }
            }
            throw new TypeConversionException("must be a time such as 500ms, 30s or 2m, at most 1440m");
        }

        /** The way back, in the largest unit that fits. */
        static String text(Duration time) {
            long millis = time.toMillis();
            return millis % 1000 != 0
                    ? millis + "ms"
                    : millis % 60_000 != 0 || millis == 0 ? millis / 1000 + "s" : millis / 60_000 + "m";
        }
    }

    /** See {@link Moment}. */
    public static final class Point implements ITypeConverter<Moment> {
        @Override
        public Moment convert(String value) {
            try {
                return Moment.parse("it", present(value));
            } catch (InvalidValueException e) {
                throw new TypeConversionException(
                        "must be an instant such as 2026-11-21T14:00:00Z, or a time since the beginning such as 90s "
                                + "or 5m");
            }
        }
    }

    /** 0.01 to 100. */
    public static final class Speed implements ITypeConverter<Double> {
        private static final double LEAST = 0.01;

        @Override
        public Double convert(String value) {
            String rule = "must be a number from 0.01 to 100";
            double speed = number(value, 100, rule);
            if (speed < LEAST) {
                throw new TypeConversionException(rule);
            }
            return speed;
        }
    }

    /** One of some words. */
    abstract static class Word implements ITypeConverter<String> {
        private final List<String> words;

        Word(String... words) {
            this.words = List.of(words);
        }

        @Override
        public String convert(String value) {
            if (!words.contains(present(value).toLowerCase(Locale.ROOT))) {
                throw new TypeConversionException("must be one of " + String.join(", ", words));
            }
            return value.toLowerCase(Locale.ROOT);
        }
    }

    static final class ConnectType extends Word {
        ConnectType() {
            super("keep-open", "once");
        }
    }

    static final class ColorSpace extends Word {
        ColorSpace() {
            super("srgb", "display-p3", "rec2020");
        }
    }

    static final class Fit extends Word {
        Fit() {
            super("contain", "cover", "same-scale");
        }
    }

    static final class LevelWord extends Word {
        LevelWord() {
            super("info", "warning", "error");
        }
    }

    static final class RoleWord extends Word {
        RoleWord() {
            super("view", "control", "admin");
        }
    }
}
