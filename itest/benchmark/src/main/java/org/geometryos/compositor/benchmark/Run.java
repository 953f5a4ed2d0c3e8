package org.geometryos.compositor.benchmark;

import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One contender in one round.
 *
 * @param values by the name of the metric; what could not be measured of this contender is missing
 * @param threads who took the CPU in the window
 * @param objects the classes that take most of the live heap, in descending order
 * @param loadAverage of the machine over the last minute, at the end
 * @param failure why there are no values; empty if all went well
 */
record Run(
        String contender,
        int round,
        Map<String, Double> values,
        List<ThreadShare> threads,
        List<Jcmd.Objects> objects,
        double loadAverage,
        String failure) {

    static Run of(Contender contender, int round, Map<String, Double> values) throws IOException {
        return new Run(contender.name(), round, values, List.of(), List.of(), ProcFs.loadAverage(), "");
    }

    static Run failed(Contender contender, int round, String failure) throws IOException {
        return new Run(contender.name(), round, Map.of(), List.of(), List.of(), ProcFs.loadAverage(), failure);
    }

    /**
     * What threads of one name took.
     *
     * @param threads their name, with {@code #} for the numbers in the end and without paths, so that the threads of a
     *     pool count together
     * @param percent of one core, over the window
     */
    record ThreadShare(String threads, double percent) {

        /**
         * In descending order; those that took nothing are left out.
         *
         * @param before CPU seconds by thread at the beginning of the window
         * @param after the same at its end
         * @param names of the threads that were still there after it
         * @param seconds length of the window
         */
        static List<ThreadShare> of(
                Map<Long, Double> before, Map<Long, Double> after, Map<Long, String> names, double seconds) {
            Map<String, Double> sums = new HashMap<>();
            after.forEach((thread, cpu) -> sums.merge(
                    common(names.getOrDefault(thread, "(not Java's)")),
                    cpu - before.getOrDefault(thread, 0.0),
                    Double::sum));
            return sums.entrySet().stream()
                    .filter(sum -> sum.getValue() > 0)
                    .map(sum -> new ThreadShare(sum.getKey(), sum.getValue() / seconds * 100))
                    .sorted(Comparator.comparingDouble(ThreadShare::percent).reversed())
                    .toList();
        }

        /** A file's path in a name would tell of the machine, not of the work. */
        private static String common(String name) {
            return name.replaceAll("/.*", "/").replaceAll("\\d+(?=-|$)", "#");
        }
    }
}
