package org.geometryos.compositor.launcher.command;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
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
    @Option(names = "--json", description = "Print state and parts as JSON.")
    private boolean json;

    @Mixin
    private ServerOptions server;

    @Mixin
    private Help help;

    @Override
    public Integer call() throws FailedException, UsageException, InterruptedException {
        HealthReport health = HealthReport.of(server.target());
        (json ? List.of(json(health)) : print(health)).forEach(Console::out);
        return health.exitCode();
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
