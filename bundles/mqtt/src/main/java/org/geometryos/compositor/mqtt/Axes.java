package org.geometryos.compositor.mqtt;

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
record Axes(List<Integer> from, List<Integer> sign) {

    /**
     * @param text as {@code x,z,-y}
     * @param names of the three, in the order in which they are sent
     * @throws InvalidValueException that names key, value and rule
     */
    static Axes parse(String key, String text, List<String> names) {
        List<Integer> from = new ArrayList<>();
        List<Integer> sign = new ArrayList<>();
        for (String one : text.split(",", -1)) {
            String name = one.strip().toLowerCase(Locale.ROOT);
            boolean negative = name.startsWith("-");
            from.add(names.indexOf(negative ? name.substring(1) : name));
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

    double[] apply(double[] sent) {
        return new double[] {
            sign.get(0) * sent[from.get(0)], sign.get(1) * sent[from.get(1)], sign.get(2) * sent[from.get(2)]
        };
    }

    /** 1 if they are right-handed where the sent ones are, else -1. */
    int handedness() {
        int swaps = (from.get(0) > from.get(1) ? 1 : 0)
                + (from.get(0) > from.get(2) ? 1 : 0)
                + (from.get(1) > from.get(2) ? 1 : 0);
        return sign.get(0) * sign.get(1) * sign.get(2) * (swaps % 2 == 0 ? 1 : -1);
    }
}
