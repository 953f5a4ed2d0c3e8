package org.geometryos.compositor.launcher.command;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code GET /compositor/health} gives.
 *
 * @param json as it came
 * @param document its members
 */
record HealthReport(String json, Map<String, Object> document) {
    static final String ADMIN_ONLY = "(the role admin gets the details)";
    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** @throws FailedException it does not answer, or does not tell who asks */
    static HealthReport of(Target target) throws FailedException, InterruptedException {
        HttpAnswer answer = HttpAnswer.of(target, target.health(), Optional.empty(), LIMIT);
        if (answer.status() == 401 || answer.status() == 403) {
            throw new FailedException(target.health() + " answers HTTP " + answer.status()
                    + (answer.status() == 401
                            ? " (it wants a key of role admin: --key-file or COMPOSITOR_KEY)"
                            : " (not allowed from here)"));
        }
        if (answer.status() != 200 && answer.status() != 503) {
            throw new FailedException(
                    target.health() + " answers HTTP " + answer.status() + ": the bundle observe does not run there");
        }
        try {
            return of(answer.body());
        } catch (IOException e) {
            throw new FailedException(target.health() + " does not answer with a health document", e);
        }
    }

    static HealthReport of(String json) throws IOException {
        Map<String, Object> document = JsonText.read(json);
        if (!document.containsKey("status")) {
            throw new IOException("no status");
        }
        return new HealthReport(json, document);
    }

    String status() {
        return text(document, "status");
    }

    /** Whether it tells more than the overall state. */
    boolean detailed() {
        return document.containsKey("parts");
    }

    /** A line for each problem of a part. */
    List<String> problems() {
        List<String> lines = new ArrayList<>();
        for (Map<?, ?> part : list("parts")) {
            for (Map<?, ?> problem : list(part, "problems")) {
                lines.add(String.format(
                        Locale.ROOT, "%-12s%s: %s", text(problem, "level"), text(part, "part"), text(problem, "text")));
            }
        }
        return lines;
    }

    /** The exit code of a command that tells it: 1 when a part is down. */
    int exitCode() {
        return status().equals("down") ? 1 : 0;
    }

    List<Map<?, ?>> list(String name) {
        return list(document, name);
    }

    /** The text of a member of the document, as it came; empty if there is none. */
    String raw(String name) {
        return JsonText.member(json, name);
    }

    static List<Map<?, ?>> list(Map<?, ?> from, String name) {
        return JsonText.list(from, name);
    }

    static String text(Map<?, ?> from, String name) {
        return JsonText.text(from, name);
    }
}
