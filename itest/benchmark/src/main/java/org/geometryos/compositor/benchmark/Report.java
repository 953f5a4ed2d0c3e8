package org.geometryos.compositor.benchmark;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * All runs of a scenario, as tables to read, as plots and as a file to compute with.
 *
 * @param date the day, ISO
 * @param jvmOptions those of the product, which its peers run with, too
 * @param contenders their names; the first is compared to each other, and goals are about the second
 * @param skipped who could not take part, and why
 */
record Report(
        String date,
        Machine machine,
        List<String> jvmOptions,
        String scenario,
        String conditions,
        List<Metric> metrics,
        List<String> contenders,
        List<String> skipped,
        List<Run> runs) {
    private static final int THREADS_SHOWN = 8;
    private static final int CLASSES_SHOWN = 12;

    /** What one contender got for a metric, in those rounds in which it got something. */
    List<Double> values(Metric metric, String contender) {
        return runs.stream()
                .filter(run -> run.contender().equals(contender) && run.values().containsKey(metric.name()))
                .map(run -> run.values().get(metric.name()))
                .toList();
    }

    /** Empty if there are no values. */
    OptionalDouble median(String metric, String contender) {
        List<Double> values = values(Metric.fact(metric, ""), contender);
        return values.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(Spread.of(values).median());
    }

    /** The first contender against another, in those rounds in which both got something; empty if there is none. */
    Optional<Spread> ratio(Metric metric, String other) {
        List<Double> ours = new ArrayList<>();
        List<Double> theirs = new ArrayList<>();
        for (Run run : runs) {
            Double value = run.values().get(metric.name());
            runs.stream()
                    .filter(their -> run.contender().equals(contenders.get(0))
                            && their.contender().equals(other)
                            && their.round() == run.round())
                    .map(their -> their.values().get(metric.name()))
                    .filter(their -> value != null && their != null && their != 0)
                    .forEach(their -> {
                        ours.add(value);
                        theirs.add(their);
                    });
        }
        return ours.isEmpty() ? Optional.empty() : Optional.of(Spread.ofRatios(ours, theirs));
    }

    private List<String> others() {
        return contenders.subList(1, contenders.size());
    }

    private List<Metric> compared() {
        return others().isEmpty()
                ? List.of()
                : metrics.stream()
                        .filter(metric -> metric.better() != Metric.Better.NEITHER)
                        .toList();
    }

    /**
     * Writes SCENARIO.md, and into the folder {@code performance} beside it SCENARIO.json and SCENARIO-PLOT.svg.
     *
     * @param plots by name
     * @return what stands in SCENARIO.md
     */
    String write(Path folder, String findings, Map<String, String> plots) throws IOException {
        Path data = Files.createDirectories(folder.resolve("performance"));
        Files.writeString(
                data.resolve(scenario + ".json"),
                new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(json()) + "\n");
        for (Map.Entry<String, String> plot : plots.entrySet()) {
            Files.writeString(data.resolve(scenario + "-" + plot.getKey() + ".svg"), plot.getValue());
        }
        String text = markdown(findings, List.copyOf(plots.keySet()));
        Files.writeString(folder.resolve(scenario + ".md"), text);
        return text;
    }

    /** The ratios as bars; empty if nothing is compared. */
    Optional<String> ratios() {
        List<Metric> metrics = compared();
        if (metrics.isEmpty()) {
            return Optional.empty();
        }
        List<Plot.Series> series = new ArrayList<>();
        for (String other : others()) {
            series.add(new Plot.Series(
                    other,
                    metrics.stream()
                            .map(metric -> ratio(metric, other)
                                    .map(Spread::median)
                                    .filter(ratio -> ratio > 0)
                                    .orElse(Double.NaN))
                            .toList()));
        }
        boolean more = metrics.get(0).better() == Metric.Better.MORE;
        return Optional.of(Plot.bars(
                scenario + ": " + contenders.get(0) + " divided by each peer"
                        + (mixed() ? "" : more ? "; more is better" : "; less is better"),
                metrics.stream().map(Metric::name).toList(),
                series,
                true,
                OptionalDouble.of(1)));
    }

    private boolean mixed() {
        return compared().stream().map(Metric::better).distinct().count() > 1;
    }

    Map<String, Object> json() {
        List<Map<String, Object>> summary = new ArrayList<>();
        for (Metric metric : metrics) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("metric", metric.name());
            line.put("unit", metric.unit());
            line.put("better", metric.better());
            for (String contender : contenders) {
                List<Double> values = values(metric, contender);
                if (!values.isEmpty()) {
                    line.put(contender, Spread.of(values));
                }
            }
            Map<String, Spread> ratios = new LinkedHashMap<>();
            others().forEach(other -> ratio(metric, other).ifPresent(ratio -> ratios.put(other, ratio)));
            line.put("ratios", ratios);
            metric.goal().ifPresent(goal -> line.put("goal", goal));
            metric.limit().ifPresent(limit -> line.put("limit", limit));
            summary.add(line);
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("scenario", scenario);
        json.put("date", date);
        json.put("conditions", conditions);
        json.put("machine", machine);
        // where the product lies is nobody's business
        json.put(
                "jvmOptions",
                jvmOptions.stream()
                        .map(option -> option.replaceFirst("^@.*[/\\\\]", "@"))
                        .toList());
        json.put("skipped", skipped);
        json.put("summary", summary);
        json.put("runs", runs);
        return json;
    }

    /** @param findings to stand instead of the tables; empty for the tables */
    String markdown(String findings, List<String> plots) {
        int rounds = runs.stream().mapToInt(Run::round).max().orElse(0);
        StringBuilder text = new StringBuilder();
        line(text, "## %s", scenario);
        line(text, "");
        line(text, "%s", conditions);
        line(text, "");
        line(
                text,
                "%s, %s; %s; load average %s; [all runs](performance/%s.json).",
                date,
                machine,
                rounds == 1
                        ? "one round"
                        : rounds + " rounds, the servers in turn: medians, in parentheses the least and the greatest",
                numbers(Spread.of(runs.stream().map(Run::loadAverage).toList())),
                scenario);
        line(text, "");
        if (findings.isEmpty()) {
            tables(text);
        } else {
            line(text, "%s", findings.strip());
        }
        for (String plot : plots) {
            line(text, "");
            line(text, "![%s, %s](performance/%s-%s.svg)", scenario, plot, scenario, plot);
        }
        for (String contender : contenders) {
            details(text, contender);
        }
        List<String> failures = runs.stream()
                .filter(run -> !run.failure().isEmpty())
                .map(run -> run.contender() + ", round " + run.round() + ": " + run.failure())
                .toList();
        note(text, "Failed", failures);
        note(text, "Skipped", skipped);
        return text.toString();
    }

    private void tables(StringBuilder text) {
        line(text, "| | | %s |", String.join(" | ", contenders));
        line(text, "| --- | --- |%s", " ---: |".repeat(contenders.size()));
        for (Metric metric : metrics) {
            line(
                    text,
                    "| %s | %s | %s |",
                    metric.name(),
                    metric.unit(),
                    String.join(
                            " | ",
                            contenders.stream()
                                    .map(contender -> cell(metric, contender))
                                    .toList()));
        }
        if (!compared().isEmpty()) {
            line(text, "");
            line(text, "| %s divided by | better | %s | goal |", contenders.get(0), String.join(" | ", others()));
            line(text, "| --- | --- |%s --- |", " ---: |".repeat(others().size()));
            for (Metric metric : compared()) {
                line(
                        text,
                        "| %s | %s | %s | %s |",
                        metric.name(),
                        metric.better() == Metric.Better.MORE ? "more" : "less",
                        String.join(
                                " | ",
                                others().stream()
                                        .map(other -> ratio(metric, other)
                                                .map(Report::numbers)
                                                .orElse("-"))
                                        .toList()),
                        verdict(metric));
            }
        }
        for (Metric metric : metrics) {
            List<Double> own = values(metric, contenders.get(0));
            if (metric.limit().isPresent() && !own.isEmpty()) {
                double limit = metric.limit().getAsDouble();
                line(text, "");
                line(
                        text,
                        "Goal: %s at most %.1f: %s.",
                        metric.name(),
                        limit,
                        Spread.of(own).median() <= limit ? "met" : "**missed**");
            }
        }
    }

    private String cell(Metric metric, String contender) {
        List<Double> values = values(metric, contender);
        if (!values.isEmpty()) {
            return numbers(Spread.of(values));
        }
        return runs.stream()
                        .anyMatch(run -> run.contender().equals(contender)
                                && run.failure().isEmpty())
                ? "-"
                : "failed";
    }

    private String verdict(Metric metric) {
        if (metric.goal().isEmpty()) {
            return "";
        }
        double goal = metric.goal().getAsDouble();
        return ratio(metric, contenders.get(1))
                .map(ratio -> "<= " + goal + ": " + (ratio.median() <= goal ? "met" : "**missed**"))
                .orElse("not measured");
    }

    private void details(StringBuilder text, String contender) {
        Optional<Run> last = runs.stream()
                .filter(run ->
                        run.contender().equals(contender) && !run.threads().isEmpty())
                .reduce((a, b) -> b);
        if (last.isPresent()) {
            line(text, "");
            line(
                    text,
                    "Where it goes in %s (last round), in percent of a core: %s.",
                    contender,
                    String.join(
                            ", ",
                            last.get().threads().stream()
                                    .limit(THREADS_SHOWN)
                                    .map(share ->
                                            String.format(Locale.ROOT, "`%s` %.2f", share.threads(), share.percent()))
                                    .toList()));
            line(
                    text,
                    "Live heap: %s.",
                    String.join(
                            ", ",
                            last.get().objects().stream()
                                    .limit(CLASSES_SHOWN)
                                    .map(objects -> String.format(
                                            Locale.ROOT,
                                            "`%s` %,d in %,d KiB",
                                            objects.type(),
                                            objects.count(),
                                            objects.bytes() / 1024))
                                    .toList()));
        }
    }

    private static void note(StringBuilder text, String what, List<String> reasons) {
        if (!reasons.isEmpty()) {
            line(text, "");
            line(text, "%s: %s.", what, String.join("; ", reasons));
        }
    }

    private static String numbers(Spread spread) {
        if (spread.minimum() == spread.maximum()) {
            return number(spread.median());
        }
        return number(spread.median()) + " (" + number(spread.minimum()) + "-" + number(spread.maximum()) + ")";
    }

    /** Three significant digits, or all before the point. */
    private static String number(double value) {
        double size = Math.abs(value);
        return String.format(Locale.ROOT, size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f", value);
    }

    static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
