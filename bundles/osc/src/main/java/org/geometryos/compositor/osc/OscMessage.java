package org.geometryos.compositor.osc;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A message of OSC 1.0.
 *
 * @param address or a pattern of addresses, printable ASCII, begins with {@code /}
 * @param arguments Integer, Float, String, byte[], Long, Double, {@link Tag}, Boolean, {@link Nil}, {@link Impulse},
 *     Character, {@link Four}, or a List of such
 */
record OscMessage(String address, List<Object> arguments) {

    /** A time: 1900-based seconds and their fraction, as NTP has it. */
    record Tag(long value) {
        /** At once. */
        static final Tag NOW = new Tag(1);

        private static final long SECONDS_TO_UNIX = 2_208_988_800L;
        private static final long MICROS = 1_000_000;

        static Tag of(long micros) {
            long seconds = Math.floorDiv(micros, MICROS) + SECONDS_TO_UNIX;
            long fraction = (Math.floorMod(micros, MICROS) << 32) / MICROS;
            return new Tag(seconds << 32 | fraction);
        }

        boolean now() {
            return value == 1;
        }

        /** Microseconds since the Unix epoch; the seconds begin anew in 2036. */
        long micros() {
            long seconds = value >>> 32;
            long era = seconds < 1L << 31 ? 1L << 32 : 0;
            return (seconds + era - SECONDS_TO_UNIX) * MICROS + ((value & 0xffff_ffffL) * MICROS >>> 32);
        }
    }

    /** Nothing. */
    enum Nil {
        NIL
    }

    /** A press of a button. */
    enum Impulse {
        IMPULSE
    }

    /** A colour or four bytes of MIDI. */
    record Four(int value) {}

    /** All arguments, those in lists included, in order. */
    List<Object> flat() {
        List<Object> all = new ArrayList<>();
        flatten(arguments, all);
        return all;
    }

    private static void flatten(List<?> from, List<Object> into) {
        for (Object one : from) {
            if (one instanceof List<?> list) {
                flatten(list, into);
            } else {
                into.add(one);
            }
        }
    }

    /** What an argument says as a number: true is 1, false is 0. */
    static OptionalDouble number(Object argument) {
        if (argument instanceof Number number) {
            return OptionalDouble.of(number.doubleValue());
        }
        return argument instanceof Boolean flag ? OptionalDouble.of(flag ? 1 : 0) : OptionalDouble.empty();
    }

    /** What an argument says as a switch: a number is on from 0.5, an impulse is on. */
    static Optional<Boolean> flag(Object argument) {
        if (argument instanceof Impulse) {
            return Optional.of(true);
        }
        OptionalDouble number = number(argument);
        return number.isPresent() && !Double.isNaN(number.getAsDouble())
                ? Optional.of(number.getAsDouble() >= 0.5)
                : Optional.empty();
    }
}
