package org.geometryos.compositor.tracking.out;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.geometryos.compositor.api.value.InvalidValueException;

/** Frames a second as a fraction. */
record Rate(int num, int denom) {
    static final int MAX = 240;
    private static final int NTSC = 1001;
    private static final Pattern FRACTION = Pattern.compile("(\\d{1,7})/(\\d{1,7})");
    private static final double NANOS = 1e9;

    /**
     * @param text as {@code 50}, {@code 59.94} or {@code 60000/1001}
     * @throws InvalidValueException that names key, value and rule
     */
    static Rate parse(String key, String text) {
        Rate found = of(text);
        if (found == null || !(found.hertz() >= 1 && found.hertz() <= MAX)) {
            throw new InvalidValueException(
                    key,
                    text,
                    "must be in [1, " + MAX + "] and whole, 23.976, 29.97, 47.952, 59.94, 119.88, or as 30000/1001");
        }
        return found;
    }

    private static Rate of(String text) {
        Matcher fraction = FRACTION.matcher(text);
        if (fraction.matches()) {
            int denom = Integer.parseInt(fraction.group(2));
            return denom == 0 ? null : new Rate(Integer.parseInt(fraction.group(1)), denom);
        }
        return switch (text) {
            case "23.976", "23.98" -> new Rate(24_000, NTSC);
            case "29.97" -> new Rate(30_000, NTSC);
            case "47.952", "47.95" -> new Rate(48_000, NTSC);
            case "59.94" -> new Rate(60_000, NTSC);
            case "119.88" -> new Rate(120_000, NTSC);
            default -> text.matches("\\d{1,3}") ? new Rate(Integer.parseInt(text), 1) : null;
        };
    }

    double hertz() {
        return (double) num / denom;
    }

    /** From the first frame to another, nanoseconds. */
    long nanos(long frame) {
        return Math.round(frame * (NANOS * denom / num));
    }

    @Override
    public String toString() {
        return denom == 1 ? num + " Hz" : num + "/" + denom + " Hz";
    }
}
