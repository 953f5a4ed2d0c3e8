package org.geometryos.compositor.launcher.command;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The sources of cameras, and their stop and start. */
@Command(
        name = "sources",
        sortOptions = false,
        customSynopsis = {"compositor sources [options]", "compositor sources (stop | start) SOURCE [options]"},
        description = "Lists the sources that drive cameras: how each one is, how many updates it gave, when the last "
                + "one came, and which cameras it holds. Needs the role admin.",
        footer = {"", "exit codes: 0 listed, 1 refused or not answered, 2 wrong usage"},
        subcommands = {SourcesCommand.Stop.class, SourcesCommand.Start.class})
public final class SourcesCommand implements Callable<Integer> {
    private static final List<String> HEAD =
            List.of("SOURCE", "LEVEL", "PRIORITY", "ACCEPTED", "REFUSED", "LAST", "CAMERAS", "SAYS");

    @Option(names = "--json", description = "Print each source as a line of JSON.")
    private boolean json;

    @Mixin
    private ServerOptions server;

    @Mixin
    private Help help;

    @Override
    public Integer call() throws FailedException, UsageException, InterruptedException {
        AdminApi.Answer state = new AdminApi(server.target()).get("state");
        if (state.document().get("sources") == null) {
            throw new FailedException("the host has no camera bridge at the moment, so it knows no sources");
        }
        (json ? state.lines("sources") : print(state)).forEach(Console::out);
        return 0;
    }

    static List<String> print(AdminApi.Answer state) {
        long now = state.document().get("time") instanceof Long time ? time : 0;
        return Table.lines(
                HEAD,
                state.list("sources").stream().map(source -> row(source, now)).toList());
    }

    private static List<String> row(Map<?, ?> source, long now) {
        return List.of(
                JsonText.text(source, "source"),
                Boolean.TRUE.equals(source.get("stopped")) ? "stopped" : JsonText.text(source, "level"),
                JsonText.text(source, "priority"),
                JsonText.text(source, "accepted"),
                JsonText.text(source, "refused"),
                source.get("last") instanceof Long last ? CamerasCommand.age(now - last) : "-",
                source.get("cameras") instanceof List<?> cameras && !cameras.isEmpty()
                        ? Console.plain(String.join(
                                " ", cameras.stream().map(String::valueOf).toList()))
                        : "-",
                JsonText.text(source, "text"));
    }

    /** Which source, on which host. */
    static final class OneSource {
        @Parameters(paramLabel = "SOURCE", converter = OptionTypes.Text.class, description = "The source's name.")
        private String source;

        @Mixin
        private OutcomeOptions outcome;

        Integer change(String action) throws FailedException, UsageException, InterruptedException {
            AdminApi.Answer answer = new AdminApi(outcome.target())
                    .post("sources", new JsonLine().with("source", source).with("action", action));
            outcome.print(
                    answer::json,
                    "source " + Console.plain(source) + " is " + (action.equals("stop") ? "stopped" : "started")
                            + (answer.is("lasts") ? "" : "; at the next start of the host it is as it was before"));
            return 0;
        }
    }

    /** {@code compositor sources stop}. */
    @Command(
            name = "stop",
            sortOptions = false,
            customSynopsis = "compositor sources stop SOURCE [options]",
            description = "Stops a source. Its cameras are free at once. Needs a key of role admin.",
            footer = {"", "exit codes: 0 done, 1 refused or no such source, 2 wrong usage"})
    static final class Stop implements Callable<Integer> {
        @Mixin
        private OneSource one;

        @Override
        public Integer call() throws FailedException, UsageException, InterruptedException {
            return one.change("stop");
        }
    }

    /** {@code compositor sources start}. */
    @Command(
            name = "start",
            sortOptions = false,
            customSynopsis = "compositor sources start SOURCE [options]",
            description = "Starts a source that was stopped. Needs a key of role admin.",
            footer = {"", "exit codes: 0 done, 1 refused or no such source, 2 wrong usage"})
    static final class Start implements Callable<Integer> {
        @Mixin
        private OneSource one;

        @Override
        public Integer call() throws FailedException, UsageException, InterruptedException {
            return one.change("start");
        }
    }
}
