package org.geometryos.compositor.tracking;

import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.geometryos.compositor.api.value.InvalidValueException;

/**
 * From the reading of a zoom encoder to the lens, for each device of its own. Between two readings of a table it is
 * linear, beyond its ends it stays.
 *
 * @param tables by the device's id; {@value #OTHERS} for those without one of their own
 */
public record Calibration(Map<Integer, Table> tables) {
    public static final Calibration NONE = new Calibration(Map.of());
    public static final int OTHERS = -1;
    /** Fields of view that can be configured, degrees. */
    public static final double MIN_ANGLE = 0.001;

    public static final double MAX_ANGLE = 179;
    public static final int MAX_READINGS = 1000;
    private static final double MIN_FOCAL = 0.1;
    private static final double MAX_FOCAL = 10_000;
    private static final int MAX_ID = 255;
    private static final int MAX_READING = (1 << 24) - 1;
    private static final String RULE = "must be like \"1: 0=60 16384=3.5; *: 0=10mm 10000=100mm\"";

    /**
     * @param focal whether the values are focal lengths in millimetres; otherwise vertical fields of view in degrees
     */
    public record Table(boolean focal, NavigableMap<Integer, Double> values) {
        public double at(int reading) {
            Map.Entry<Integer, Double> low = values.floorEntry(reading);
            Map.Entry<Integer, Double> high = values.ceilingEntry(reading);
            if (low == null || high == null || low.getKey().equals(high.getKey())) {
                return (low == null ? high : low).getValue();
            }
            double part = (double) (reading - low.getKey()) / (high.getKey() - low.getKey());
            return low.getValue() + part * (high.getValue() - low.getValue());
        }
    }

    /** @throws InvalidValueException that names key, value and rule */
    public static Calibration parse(String key, String text) {
        Map<Integer, Table> tables = new TreeMap<>();
        for (String entry : text.split(";")) {
            if (!entry.isBlank()) {
                String[] halves = entry.split(":", -1);
                if (halves.length != 2) {
                    throw new InvalidValueException(key, entry.strip(), RULE);
                }
                int id = halves[0].strip().equals("*")
                        ? OTHERS
                        : integer(key, halves[0], MAX_ID, "a device is * or 0 to 255");
                if (tables.put(id, table(key, entry, halves[1])) != null) {
                    throw new InvalidValueException(key, entry.strip(), "must have one table for each device");
                }
            }
        }
        return new Calibration(Map.copyOf(tables));
    }

    private static Table table(String key, String entry, String text) {
        NavigableMap<Integer, Double> values = new TreeMap<>();
        int focal = 0;
        for (String pair : text.strip().split("\\s+")) {
            String[] halves = pair.split("=", -1);
            if (halves.length != 2) {
                throw new InvalidValueException(key, entry.strip(), RULE);
            }
            boolean millimetres = halves[1].endsWith("mm");
            focal += millimetres ? 1 : 0;
            double value =
                    value(key, millimetres ? halves[1].substring(0, halves[1].length() - 2) : halves[1], millimetres);
            if (values.put(integer(key, halves[0], MAX_READING, "a reading is 0 to 16777215"), value) != null) {
                throw new InvalidValueException(key, entry.strip(), "must have one value for each reading");
            }
        }
        if (focal != 0 && focal != values.size()) {
            throw new InvalidValueException(key, entry.strip(), "must not mix degrees and mm in one table");
        }
        if (values.size() > MAX_READINGS) {
            throw new InvalidValueException(
                    key, values.size() + " readings", "must have at most " + MAX_READINGS + " readings in a table");
        }
        return new Table(focal > 0, values);
    }

    private static int integer(String key, String text, int most, String rule) {
        try {
            int found = Integer.parseInt(text.strip());
            if (found >= 0 && found <= most) {
                return found;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new InvalidValueException(key, text.strip(), RULE + "; " + rule);
    }

    private static double value(String key, String text, boolean millimetres) {
        try {
            double found = Double.parseDouble(text);
            if (found >= (millimetres ? MIN_FOCAL : MIN_ANGLE) && found <= (millimetres ? MAX_FOCAL : MAX_ANGLE)) {
                return found;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new InvalidValueException(
                key, text, RULE + "; a field of view lies in [0.001, 179] degrees, a focal length in [0.1, 10000] mm");
    }

    public boolean focal() {
        return tables.values().stream().anyMatch(Table::focal);
    }

    public Optional<Table> of(int id) {
        Table own = tables.get(id);
        return Optional.ofNullable(own == null ? tables.get(OTHERS) : own);
    }
}
