package org.geometryos.compositor.protocol.codec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Function;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.api.value.Quaternion;
import org.geometryos.compositor.api.value.Vector3;

/**
 * An object as it was read from either form, and the ways to ask it for fields of a kind. A value is a {@link String},
 * {@link Long}, {@link Double}, {@link Boolean}, {@link Fields}, {@code List<Object>} of these, {@link #NULL} or
 * {@link #BYTES}. A number is a {@code Long} if it was written as an integer and fits, else a {@code Double}.
 *
 * <p>What is missing or wrong throws {@link InvalidValueException}, with the path of the field as seen from here.
 */
final class Fields {
    static final Object NULL = words("null");
    /** A byte string; no field holds one, so its content does not matter. */
    static final Object BYTES = words("a byte string");
    /** Up to so many names a walk through all of them is quicker than a hash. */
    private static final int FEW = 16;

    private static final long MAX = CameraUpdate.MAX_INTEGER;

    private String[] names = new String[8];
    private Object[] values = new Object[8];
    private int size;
    private Map<String, Integer> index;

    /** @return false if the name is there already; nothing happens then */
    boolean add(String name, Object value) {
        if (find(name) >= 0) {
            return false;
        }
        if (size == names.length) {
            names = Arrays.copyOf(names, 2 * size);
            values = Arrays.copyOf(values, 2 * size);
        }
        names[size] = name;
        values[size] = value;
        if (index != null) {
            index.put(name, size);
        }
        size++;
        if (size == FEW) {
            index = new HashMap<>();
            for (int i = 0; i < size; i++) {
                index.put(names[i], i);
            }
        }
        return true;
    }

    private int find(String name) {
        if (index != null) {
            return index.getOrDefault(name, -1);
        }
        for (int i = 0; i < size; i++) {
            if (names[i].equals(name)) {
                return i;
            }
        }
        return -1;
    }

    /** Whether the field is there, be it as null. */
    boolean has(String name) {
        return find(name) >= 0;
    }

    /** The value, or null if it is absent or null. */
    Object get(String name) {
        int at = find(name);
        return at < 0 || values[at] == NULL ? null : values[at];
    }

    private Object required(String name) {
        Object value = get(name);
        if (value == null) {
            throw new InvalidValueException(name, null, "is required");
        }
        return value;
    }

    String text(String name) {
        return text(name, required(name));
    }

    Optional<String> optionalText(String name) {
        Object value = get(name);
        return value == null ? Optional.empty() : Optional.of(text(name, value));
    }

    /** @param most characters (code points) */
    Optional<String> optionalText(String name, int most) {
        Optional<String> text = optionalText(name);
        if (text.isPresent() && !atMost(text.get(), most)) {
            throw new InvalidValueException(name, text.get(), "must have at most " + most + " characters");
        }
        return text;
    }

    static boolean atMost(String text, int characters) {
        return text.length() <= characters || text.codePointCount(0, text.length()) <= characters;
    }

    private static String text(String field, Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw wrong(field, value, "must be a string");
    }

    /** One of a few words. */
    String word(String name, List<String> words) {
        String word = text(name);
        if (!words.contains(word)) {
            throw new InvalidValueException(name, word, "must be one of " + String.join(", ", words));
        }
        return word;
    }

    Optional<String> optionalWord(String name, List<String> words) {
        return get(name) == null ? Optional.empty() : Optional.of(word(name, words));
    }

    boolean flag(String name) {
        if (required(name) instanceof Boolean flag) {
            return flag;
        }
        throw wrong(name, get(name), "must be true or false");
    }

    boolean flag(String name, boolean absent) {
        return get(name) == null ? absent : flag(name);
    }

    /** An integer that every client can hold: |n| below 2^53. */
    long integer(String name) {
        return integer(name, -MAX, MAX);
    }

    /** 0 to 2^53 - 1. */
    long count(String name) {
        return integer(name, 0, MAX);
    }

    OptionalLong optionalCount(String name) {
        return get(name) == null ? OptionalLong.empty() : OptionalLong.of(count(name));
    }

    long integer(String name, long least, long most) {
        Object value = required(name);
        if (value instanceof Long number && number >= least && number <= most) {
            return number;
        }
        throw wrong(name, value, "must be an integer in [" + bound(least) + ", " + bound(most) + "]");
    }

    private static String bound(long value) {
        return value == MAX ? "2^53 - 1" : value == -MAX ? "1 - 2^53" : Long.toString(value);
    }

    double number(String name) {
        return number(name, required(name));
    }

    OptionalDouble optionalNumber(String name) {
        Object value = get(name);
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(number(name, value));
    }

    private static double number(String field, Object value) {
        if (value instanceof Double number) {
            if (!Double.isFinite(number)) {
                throw new InvalidValueException(field, number, "must be a finite number");
            }
            return number;
        }
        if (value instanceof Long number) {
            return number;
        }
        throw wrong(field, value, "must be a number");
    }

    /** A list of so many numbers. */
    double[] numbers(String name, int count) {
        Object value = required(name);
        if (!(value instanceof List<?> list) || list.size() != count) {
            throw wrong(name, value, "must be a list of " + count + " numbers");
        }
        double[] numbers = new double[count];
        for (int i = 0; i < count; i++) {
            Object item = list.get(i);
            numbers[i] = item instanceof Double number && Double.isFinite(number)
                    ? number
                    : number(name + "[" + i + "]", item);
        }
        return numbers;
    }

    Vector3 vector(String name) {
        double[] n = numbers(name, 3);
        return new Vector3(n[0], n[1], n[2]);
    }

    Quaternion quaternion(String name) {
        double[] n = numbers(name, 4);
        try {
            return new Quaternion(n[0], n[1], n[2], n[3]);
        } catch (InvalidValueException e) {
            throw e.within(name);
        }
    }

    /** An object, read by a function that sees its fields. */
    <T> T object(String name, Function<Fields, T> read) {
        return object(name, required(name), read);
    }

    <T> Optional<T> optionalObject(String name, Function<Fields, T> read) {
        Object value = get(name);
        return value == null ? Optional.empty() : Optional.of(object(name, value, read));
    }

    private static <T> T object(String field, Object value, Function<Fields, T> read) {
        if (!(value instanceof Fields fields)) {
            throw wrong(field, value, "must be an object");
        }
        try {
            return read.apply(fields);
        } catch (InvalidValueException e) {
            throw field.isEmpty() ? e : e.within(field);
        }
    }

    <T> List<T> objects(String name, Function<Fields, T> read) {
        return list(name, (field, value) -> object(field, value, read));
    }

    List<String> texts(String name) {
        return list(name, Fields::text);
    }

    List<Double> numbers(String name) {
        return list(name, Fields::number);
    }

    /** A list of anything. */
    List<Object> list(String name) {
        return list(name, (field, value) -> value);
    }

    /** Items know themselves without a name; the place in the list is put before it here. */
    private <T> List<T> list(String name, Item<T> read) {
        Object value = required(name);
        if (!(value instanceof List<?> items)) {
            throw wrong(name, value, "must be a list");
        }
        List<T> list = new ArrayList<>(items.size());
        for (Object item : items) {
            try {
                list.add(read.read("", item));
            } catch (InvalidValueException e) {
                throw e.within("[" + list.size() + "]").within(name);
            }
        }
        return list;
    }

    private interface Item<T> {
        T read(String field, Object value);
    }

    static InvalidValueException wrong(String field, Object value, String rule) {
        return new InvalidValueException(
                field, value instanceof List<?> list ? words("a list of " + list.size()) : value, rule);
    }

    @Override
    public String toString() {
        return "an object";
    }

    /** What an error message shows for a value that is no text: it has no quotes. */
    private static Object words(String words) {
        return new Object() {
            @Override
            public String toString() {
                return words;
            }
        };
    }
}
