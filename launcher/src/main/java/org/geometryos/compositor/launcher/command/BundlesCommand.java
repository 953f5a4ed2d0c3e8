package org.geometryos.compositor.launcher.command;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The bundles of a host. */
@Command(
        name = "bundles",
        sortOptions = false,
        customSynopsis = "compositor bundles [options]",
        description =
                "Lists the bundles of a host: what runs, from where (the distribution, or a file in deploy/), and in "
                        + "place of which version "
                        + "of the distribution's own. Needs the role admin.")
public final class BundlesCommand implements Callable<Integer> {
    private static final List<String> HEAD =
            List.of("ID", "BUNDLE", "VERSION", "STATE", "FROM", "INSTEAD OF", "PROBLEM");

    @Option(names = "--json", description = "Print the list as JSON.")
    private boolean json;

    @Mixin
    private ServerOptions server;

    @Mixin
    private Help help;

    @Override
    public Integer call() throws FailedException, UsageException, InterruptedException {
        HealthReport health = HealthReport.of(server.target());
        if (!health.detailed()) {
            throw new FailedException("only the role admin may list the bundles");
        }
        (json ? List.of(json(health)) : print(health)).forEach(Console::out);
        return 0;
    }

    static List<String> print(HealthReport health) {
        return Table.lines(
                HEAD, health.list("bundles").stream().map(BundlesCommand::row).toList());
    }

    private static List<String> row(Map<?, ?> bundle) {
        return List.of(
                HealthReport.text(bundle, "id"),
                HealthReport.text(bundle, "bundle"),
                HealthReport.text(bundle, "version"),
                HealthReport.text(bundle, "state"),
                HealthReport.text(bundle, "from"),
                HealthReport.text(bundle, "instead"),
                HealthReport.text(bundle, "problem"));
    }

    static String json(HealthReport health) {
        String list = health.raw("bundles");
        return list.isEmpty() ? "[]" : list;
    }
}
