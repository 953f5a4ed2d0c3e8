package org.geometryos.compositor.launcher.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The recorder of a host that runs. */
final class RecorderCommands {
    private RecorderCommands() {}

    /** {@code compositor record status}. */
    @Command(
            name = "status",
            sortOptions = false,
            customSynopsis = "compositor record status [options]",
            description = "Tells whether a host records, into which file, and how far it is. Needs the role admin.",
            footer = {
                "",
                "exit codes: 0 it records or is not to; 1 it does not although it is to, or no answer; 2 wrong usage"
            })
    static final class Status implements Callable<Integer> {
        @Option(names = "--json", description = "Print it as a line of JSON.")
        private boolean json;

        @Mixin
        private ServerOptions server;

        @Mixin
        private Help help;

        @Override
        public Integer call() throws FailedException, UsageException, InterruptedException {
            AdminApi.Answer state = new AdminApi(server.target()).get("state");
            if (!(state.document().get("recorder") instanceof Map<?, ?> recorder)) {
                throw new FailedException("the bundle recorder does not run there");
            }
            (json ? List.of(JsonText.member(state.json(), "recorder")) : print(recorder)).forEach(Console::out);
            return recorder.get("problem") == null ? 0 : 1;
        }

        static List<String> print(Map<?, ?> recorder) {
            List<String> lines = new ArrayList<>();
            lines.add("recording   "
                    + (Boolean.TRUE.equals(recorder.get("recording"))
                            ? "yes"
                            : Boolean.TRUE.equals(recorder.get("enabled")) ? "no, although it is switched on" : "no"));
            for (String[] each : new String[][] {
                {"file", "file", ""},
                {"size", "bytes", " bytes"},
                {"written", "written", " entries"},
                {"behind", "behind", " entries"},
                {"missed", "missed", " entries"},
                {"problem", "problem", ""}
            }) {
                String value = JsonText.text(recorder, each[1]);
                if (!value.isEmpty()) {
                    lines.add(String.format(Locale.ROOT, "%-12s%s%s", each[0], value, each[2]));
                }
            }
            return lines;
        }
    }

    /** Switches it. */
    static final class Switch {
        @Mixin
        private OutcomeOptions outcome;

        Integer to(boolean enabled) throws FailedException, UsageException, InterruptedException {
            AdminApi.Answer answer = new AdminApi(outcome.target())
                    .post("recorder", new JsonLine().raw("enabled", String.valueOf(enabled)));
            outcome.print(
                    answer::json,
                    "recording is switched " + (enabled ? "on" : "off")
                            + (answer.is("lasts") ? "" : ConfigCommand.LATER));
            if (answer.document().get("problem") != null) {
                throw new FailedException(answer.text("problem"));
            }
            return 0;
        }
    }

    /** {@code compositor record start}. */
    @Command(
            name = "start",
            sortOptions = false,
            customSynopsis = "compositor record start [options]",
            description = "Switches recording on, also for the next start of the host. Needs a key of role admin.",
            footer = {"", "exit codes: 0 it records, 1 refused or it cannot, 2 wrong usage"})
    static final class Start implements Callable<Integer> {
        @Mixin
        private Switch recorder;

        @Override
        public Integer call() throws FailedException, UsageException, InterruptedException {
            return recorder.to(true);
        }
    }

    /** {@code compositor record stop}. */
    @Command(
            name = "stop",
            sortOptions = false,
            customSynopsis = "compositor record stop [options]",
            description = "Switches recording off, also for the next start of the host. Needs a key of role admin.",
            footer = {"", "exit codes: 0 done, 1 refused, 2 wrong usage"})
    static final class Stop implements Callable<Integer> {
        @Mixin
        private Switch recorder;

        @Override
        public Integer call() throws FailedException, UsageException, InterruptedException {
            return recorder.to(false);
        }
    }
}
