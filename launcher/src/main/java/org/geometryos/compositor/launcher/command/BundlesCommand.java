package org.geometryos.compositor.launcher.command;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The bundles of a host. */
@Command(
        name = "bundles",
        sortOptions = false,
        customSynopsis = {"compositor bundles [options]", "compositor bundles swap BUNDLE [options]"},
        description =
                "Lists the bundles of a host: what runs, from where (the distribution, or a file in deploy/), and in "
                        + "place of which version "
                        + "of the distribution's own. Needs the role admin.",
        subcommands = BundlesCommand.Swap.class)
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

    /** {@code compositor bundles swap}. */
    @Command(
            name = "swap",
            sortOptions = false,
            customSynopsis = "compositor bundles swap BUNDLE [options]",
            description = "Reads a bundle of the bridge again from where it came, and replaces it while the host runs. "
                    + "Tells how long its services were away. Needs a key of role admin.",
            footer = {"", "exit codes: 0 replaced; 1 refused, or a service is not back; 2 wrong usage"})
    static final class Swap implements Callable<Integer> {
        private static final String PREFIX = "org.geometryos.compositor.";

        @Parameters(
                paramLabel = "BUNDLE",
                converter = OptionTypes.Text.class,
                description = "Its symbolic name, such as camera or " + PREFIX + "camera.")
        private String bundle;

        @Mixin
        private OutcomeOptions outcome;

        @Override
        public Integer call() throws FailedException, UsageException, InterruptedException {
            String name = bundle.startsWith(PREFIX) ? bundle : PREFIX + bundle;
            AdminApi.Answer answer = new AdminApi(outcome.target())
                    .post("bundles", new JsonLine().with("name", name).with("action", "swap"));
            outcome.print(answer::json, print(answer));
            if (answer.document().get("missing") instanceof List<?> missing && !missing.isEmpty()) {
                throw new FailedException("not back after it: " + Console.plain(String.valueOf(missing)));
            }
            return 0;
        }

        static String print(AdminApi.Answer answer) {
            double millis = Double.parseDouble(answer.text("millis"));
            int others = answer.document().get("restarted") instanceof List<?> restarted ? restarted.size() : 0;
            return answer.text("name") + " " + answer.text("version") + " runs in place of " + answer.text("before")
                    + "; its services were back after " + Math.round(millis) + " ms"
                    + (others == 0
                            ? ""
                            : ", " + others + (others == 1 ? " bundle" : " bundles") + " that use it with them");
        }
    }
}
