package org.geometryos.compositor.launcher.command;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What of a host is not well. */
@Command(
        name = "health",
        sortOptions = false,
        customSynopsis = "compositor health [options]",
        description =
                "Tells whether a host is well, and what is wrong: a line for each problem of a part. Needs the role "
                        + "admin; with another it tells the overall state alone. The command status tells more.",
        footer = {"", "exit codes: 0 no part is down, 1 a part is down or it does not answer, 2 wrong usage"})
public final class HealthCommand implements Callable<Integer> {
    private static final Duration PROBE = Duration.ofSeconds(10);
    private static final int UP = 200;

    @Option(names = "--json", description = "Print state and parts as JSON.")
    private boolean json;

    @ArgGroup
    private Probe probe;

    @Mixin
    private ServerOptions server;

    @Mixin
    private Help help;

    /** What needs no key: one word. */
    private static final class Probe {
        @Option(names = "--live", description = "Tell only whether it answers at all; needs no key.")
        private boolean live;

        @Option(names = "--ready", description = "Tell only whether a display would be served; needs no key.")
        private boolean ready;

        private String path() {
            return live ? "/health/live" : "/health/ready";
        }
    }

    @Override
    public Integer call() throws FailedException, UsageException, InterruptedException {
        if (probe != null) {
            return probe(server.target());
        }
        HealthReport health = HealthReport.of(server.target());
        (json ? List.of(json(health)) : print(health)).forEach(Console::out);
        return health.exitCode();
    }

    private int probe(Target target) throws FailedException, InterruptedException {
        HttpAnswer answer = HttpAnswer.of(target, target.probe(probe.path()), Optional.empty(), PROBE);
        boolean up = answer.status() == UP;
        Console.out(json ? answer.body().strip() : "health      " + (up ? "up" : "down"));
        return up ? 0 : 1;
    }

    static List<String> print(HealthReport health) {
        List<String> lines = new ArrayList<>();
        lines.add("health      " + health.status());
        lines.addAll(health.detailed() ? health.problems() : List.of("            " + HealthReport.ADMIN_ONLY));
        return lines;
    }

    static String json(HealthReport health) {
        return "{\"status\":" + health.raw("status") + (health.detailed() ? ",\"parts\":" + health.raw("parts") : "")
                + "}";
    }
}
