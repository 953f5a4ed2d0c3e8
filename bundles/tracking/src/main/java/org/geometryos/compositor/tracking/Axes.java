package org.geometryos.compositor.tracking;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.geometryos.compositor.api.value.InvalidValueException;

/**
 * Which of three numbers a sender means by which: an order of them, each with a sign.
 *
 * @param from the place of each in what is sent: 0, 1, 2 in any order
 * @param sign 1 or -1 each
 */
public record Axes(List<Integer> from, List<Integer> sign) {

    /**
     * @param text as {@code -y, x, z}
     * @param names of the three, in the order of the format
     * @throws InvalidValueException that names key, value and rule
     */
    public static Axes parse(String key, String text, List<String> names) {
        List<Integer> from = new ArrayList<>();
        List<Integer> sign = new ArrayList<>();
        for (String one : text.split(",", -1)) {
            String name = one.strip().toLowerCase(Locale.ROOT);
            boolean negative = name.startsWith("-");
            from.add(names.indexOf(negative ? name.substring(1).strip() : name));
            sign.add(negative ? -1 : 1);
        }
        if (from.size() != 3 || from.contains(-1) || from.stream().distinct().count() != 3) {
            throw new InvalidValueException(
                    key,
                    text,
                    "must name " + String.join(", ", names) + ", each once, in any order, each with or without -");
        }
        return new Axes(List.copyOf(from), List.copyOf(sign));
    }

    public Triple apply(Triple sent) {
        return new Triple(take(sent, 0), take(sent, 1), take(sent, 2));
    }

    /** For factors, which have no sign. */
    public Triple order(Triple sent) {
        return new Triple(part(sent, from.get(0)), part(sent, from.get(1)), part(sent, from.get(2)));
    }

    /** The way back: what is to be sent so that {@link #apply} gives this. */
    public Triple undo(Triple meant) {
        double[] sent = new double[3];
        for (int place = 0; place < 3; place++) {
            sent[from.get(place)] = sign.get(place) * part(meant, place);
        }
        return new Triple(sent[0], sent[1], sent[2]);
    }

    private double take(Triple sent, int place) {
        return sign.get(place) * part(sent, from.get(place));
    }

    private static double part(Triple sent, int place) {
        return place == 0 ? sent.first() : place == 1 ? sent.second() : sent.third();
    }
}
