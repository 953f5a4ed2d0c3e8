package org.geometryos.compositor.launcher.verify;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** The verdicts, printed as they come. */
final class StepReport {
    /** What became of a step. */
    enum Verdict {
        OK,
        FAIL,
        SKIP
    }

    /** @param millis how long it took */
    record Result(String step, Verdict verdict, double millis, String detail) {}

    private final Consumer<String> out;
    private final boolean json;
    private final List<Result> results = new ArrayList<>();

    StepReport(Consumer<String> out, boolean json) {
        this.out = out;
        this.json = json;
    }

    void add(Result result) {
        results.add(result);
        String detail = result.detail().replaceAll("\\p{Cntrl}", "?");
        out.accept(
                json
                        ? String.format(
                                Locale.ROOT,
                                "{\"step\":\"%s\",\"verdict\":\"%s\",\"millis\":%.1f,\"detail\":\"%s\"}",
                                result.step(),
                                result.verdict(),
                                result.millis(),
                                new String(JsonStringEncoder.getInstance().quoteAsString(detail)))
                        : String.format(
                                Locale.ROOT,
                                "%-4s  %-20s  %8.1f ms  %s",
                                result.verdict(),
                                result.step(),
                                result.millis(),
                                detail));
    }

    boolean ok(String step) {
        return results.stream().anyMatch(result -> result.step().equals(step) && result.verdict() == Verdict.OK);
    }

    long count(Verdict verdict) {
        return results.stream().filter(result -> result.verdict() == verdict).count();
    }
}
