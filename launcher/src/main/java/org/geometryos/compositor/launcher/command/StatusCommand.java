package org.geometryos.compositor.launcher.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a host is. */
@Command(
        name = "status",
        sortOptions = false,
        customSynopsis = "compositor status [options]",
        description =
                "Tells how a host is: its version, parts with problems, what was deployed in whose place or refused, "
                        + "and how full its budgets are. Needs the role admin; with another it tells the overall "
                        + "state alone.",
        footer = {"", "exit codes: 0 no part is down, 1 a part is down or it does not answer, 2 wrong usage"})
public final class StatusCommand implements Callable<Integer> {
    @Option(names = "--json", description = "Print the document as the host gives it.")
    private boolean json;

    @Mixin
    private ServerOptions server;

    @Mixin
    private Help help;

    @Override
    public Integer call() throws FailedException, UsageException, InterruptedException {
        HealthReport health = HealthReport.of(server.target());
        (json ? List.of(health.json()) : print(health)).forEach(Console::out);
        return health.exitCode();
    }

    static List<String> print(HealthReport health) {
        List<String> lines = new ArrayList<>();
        String version = HealthReport.text(health.document(), "version");
        lines.add("status      " + health.status() + (version.isEmpty() ? "" : ", version " + version));
        if (!health.detailed()) {
            lines.add("            " + HealthReport.ADMIN_ONLY);
            return lines;
        }
        List<Map<?, ?>> bundles = health.list("bundles");
        lines.add("bundles     " + bundles.size() + ", active "
                + bundles.stream()
                        .filter(each -> HealthReport.text(each, "state").equals("active"))
                        .count());
        lines.addAll(health.problems());
        for (Map<?, ?> deployment : health.list("deployments")) {
            lines.add(String.format(
                    java.util.Locale.ROOT,
                    "%-12s%s",
                    HealthReport.text(deployment, "state"),
                    HealthReport.text(deployment, "text")));
        }
        for (Map<?, ?> component : health.list("components")) {
            lines.add("component   " + HealthReport.text(component, "component") + " "
                    + HealthReport.text(component, "problem"));
        }
        List<List<String>> budgets = new ArrayList<>();
        for (Map<?, ?> part : health.list("parts")) {
            for (Map<?, ?> budget : HealthReport.list(part, "budgets")) {
                budgets.add(List.of(
                        HealthReport.text(part, "part"),
                        HealthReport.text(budget, "name"),
                        HealthReport.text(budget, "used"),
                        HealthReport.text(budget, "limit"),
                        HealthReport.text(budget, "unit")));
            }
        }
        if (!budgets.isEmpty()) {
            lines.add("");
            lines.addAll(Table.lines(List.of("PART", "BUDGET", "USED", "LIMIT", "UNIT"), budgets));
        }
        return lines;
    }
}
