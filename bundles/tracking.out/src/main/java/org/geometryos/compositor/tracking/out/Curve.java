package org.geometryos.compositor.tracking.out;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.configuration.values.Values;
import org.geometryos.compositor.tracking.Calibration;

/**
 * From what a lens does to the reading of its encoder: linear between two values, constant beyond the ends.
 *
 * @param readings by value
 */
record Curve(NavigableMap<Double, Integer> readings) {
    private static final int MAX_READING = (1 << 24) - 1;
    private static final String RULE = "must be like \"0=0.5 30000=3 65535=100\", readings in [0, 16777215] = metres";

    /**
     * The way back through a table.
     *
     * @throws InvalidValueException if its values do not rise or fall all the way
     */
    static Curve of(String key, NavigableMap<Integer, Double> values) {
        NavigableMap<Double, Integer> readings = new TreeMap<>();
        int direction = 0;
        double last = Double.NaN;
        for (Map.Entry<Integer, Double> one : values.entrySet()) {
            int step = Double.isNaN(last) ? 0 : Double.compare(one.getValue(), last);
            if (!Double.isNaN(last) && (step == 0 || direction != 0 && step != direction)) {
                throw new InvalidValueException(
                        key, one.getKey() + "=" + one.getValue(), "must rise or fall all the way to be sent");
            }
            direction = step;
            last = one.getValue();
            readings.put(one.getValue(), one.getKey());
        }
        return new Curve(readings);
    }

    /** One of metres. */
    static Curve metres(String key, String text) {
        NavigableMap<Integer, Double> values = new TreeMap<>();
        for (String pair : text.strip().split("\\s+")) {
            String[] halves = pair.split("=", -1);
            if (halves.length != 2 || !halves[0].matches("\\d{1,8}") || values.size() >= Calibration.MAX_READINGS) {
                throw new InvalidValueException(key, pair, RULE);
            }
            int reading = Integer.parseInt(halves[0]);
            double value = Values.number(key, halves[1]);
            if (reading > MAX_READING || !(value > 0) || values.put(reading, value) != null) {
                throw new InvalidValueException(key, pair, RULE + ", each reading once");
            }
        }
        return of(key, values);
    }

    int reading(double value) {
        Map.Entry<Double, Integer> low = readings.floorEntry(value);
        Map.Entry<Double, Integer> high = readings.ceilingEntry(value);
        if (low == null || high == null || low.getKey().equals(high.getKey())) {
            return (low == null ? high : low).getValue();
        }
        double part = (value - low.getKey()) / (high.getKey() - low.getKey());
        return (int) Math.round(low.getValue() + part * (high.getValue() - low.getValue()));
    }
}
