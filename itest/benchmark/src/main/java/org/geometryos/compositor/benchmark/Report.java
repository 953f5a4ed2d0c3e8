package org.geometryos.compositor.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;

/**
 * All runs of a scenario, as a table to read and as a file to compute with.
 *
 * @param date the day, ISO
 * @param jvmOptions those of the product, which its peers run with, too
 * @param contenders their names; the first is compared to the second
 */
record Report(String date, Machine machine, List<String> jvmOptions, String scenario, String conditions, List<Metric> metrics,
        List<String> contenders, List<Run> runs) {
    private static final int THREADS_SHOWN = 8;
    private static final int CLASSES_SHOWN = 12;

    /** What one contender got for a metric, round by round. */
    List<Double> values(Metric metric, String contender) {
        return runs.stream().filter(run -> run.contender().equals(contender)).map(run -> run.values().get(metric.name())).toList();
    }

    /** The first contender against the second, round by round. */
    Spread ratio(Metric metric) {
        return Spread.ofRatios(values(metric, contenders.get(0)), values(metric, contenders.get(1)));
    }

    /** Writes NAME.md and NAME.json. */
    void write(Path folder, String name) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve(name + ".md"), markdown());
        Files.writeString(folder.resolve(name + ".json"),
                new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(json()) + "\n");
    }

    private Map<String, Object> json() {
        List<Map<String, Object>> summary = new ArrayList<>();
        for (Metric metric : metrics) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("metric", metric.name());
            line.put("unit", metric.unit());
            contenders.forEach(contender -> line.put(contender, Spread.of(values(metric, contender))));
            line.put("ratio", ratio(metric));
            metric.goal().ifPresent(goal -> line.put("goal", goal));
            summary.add(line);
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("scenario", scenario);
        json.put("date", date);
        json.put("conditions", conditions);
        json.put("machine", machine);
        json.put("jvmOptions", jvmOptions);
        json.put("summary", summary);
        json.put("runs", runs);
        return json;
    }

    String markdown() {
        int rounds = runs.size() / contenders.size();
        StringBuilder text = new StringBuilder();
        line(text, "# %s, %s", scenario, date);
        line(text, "");
        line(text, "%s Rounds: %d, the servers in turn; each figure is the median, in parentheses the least and the greatest; "
                + "ratios are taken within a round.", conditions, rounds);
        line(text, "");
        line(text, "%d cores (%s), %,d MiB, %s; %s; JVM options of all servers: `%s`; load average of the machine %s.", machine.cores(),
                machine.processor(), machine.memoryMiB(), machine.kernel(), machine.java(), String.join(" ", jvmOptions),
                numbers(Spread.of(runs.stream().map(Run::loadAverage).toList())));
        line(text, "");
        line(text, "| | | %s | ratio | goal |", String.join(" | ", contenders));
        line(text, "| --- | --- |%s --- | --- |", " ---: |".repeat(contenders.size()));
        for (Metric metric : metrics) {
            line(text, "| %s | %s | %s | %s | %s |", metric.name(), metric.unit(),
                    String.join(" | ", contenders.stream().map(contender -> numbers(Spread.of(values(metric, contender)))).toList()),
                    numbers(ratio(metric)), metric.goal().isPresent() ? verdict(metric) : "");
        }
        for (String contender : contenders) {
            Run last = runs.stream().filter(run -> run.contender().equals(contender)).reduce((a, b) -> b).orElseThrow();
            line(text, "");
            line(text, "Where it goes in %s (last round), in percent of a core: %s.", contender, String.join(", ", last.threads().stream()
                    .limit(THREADS_SHOWN).map(share -> String.format(Locale.ROOT, "`%s` %.2f", share.threads(), share.percent())).toList()));
            line(text, "Live heap: %s.", String.join(", ", last.objects().stream().limit(CLASSES_SHOWN)
                    .map(objects -> String.format(Locale.ROOT, "`%s` %,d in %,d KiB", objects.type(), objects.count(), objects.bytes() / 1024)).toList()));
        }
        return text.toString();
    }

    private String verdict(Metric metric) {
        double goal = metric.goal().orElseThrow();
        return String.format(Locale.ROOT, "<= %.1f: %s", goal, ratio(metric).median() <= goal ? "met" : "**missed**");
    }

    private static String numbers(Spread spread) {
        return number(spread.median()) + " (" + number(spread.minimum()) + "-" + number(spread.maximum()) + ")";
    }

    /** Three significant digits, or all before the point. */
    private static String number(double value) {
        double size = Math.abs(value);
        return String.format(Locale.ROOT, size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f", value);
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
