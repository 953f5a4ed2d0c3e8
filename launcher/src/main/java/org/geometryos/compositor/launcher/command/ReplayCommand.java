package org.geometryos.compositor.launcher.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** A hand on what a host plays. */
@Command(
        name = "replay",
        sortOptions = false,
        customSynopsis =
                "compositor replay (list | play | pause | seek | step | loop | speed | open | close) [options]",
        description = "Lists what a host plays, and plays, pauses, seeks, steps, loops it or sets its speed.",
        subcommands = {
            ReplayCommand.ListAll.class,
            ReplayCommand.Play.class,
            ReplayCommand.Pause.class,
            ReplayCommand.Seek.class,
            ReplayCommand.Step.class,
            ReplayCommand.Loop.class,
            ReplayCommand.Speed.class,
            ReplayCommand.Open.class,
            ReplayCommand.Close.class
        })
public final class ReplayCommand implements Runnable {
    private static final List<String> HEAD =
            List.of("PLAYBACK", "STATE", "POSITION", "LENGTH", "SPEED", "LOOP", "CAMERAS", "RECORDING");
    private static final String EXIT = "exit codes: 0 done, 1 refused or not answered, 2 wrong usage";
    private static final double MICROS = 1e6;

    @Spec
    private CommandSpec spec;

    @Mixin
    private Help help;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "say what to do with it: list, play, pause, seek, step, loop, speed, open or close");
    }

    /** {@code 500ms}, {@code 90s}, {@code 1.25s}, {@code 5m}, or microseconds. */
    static final class Position implements picocli.CommandLine.ITypeConverter<Long> {
        private static final Pattern TIME = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,6})?)(ms|s|m|h)|(\\d{1,15})");

        @Override
        public Long convert(String value) {
            Matcher time = TIME.matcher(value);
            if (!time.matches()) {
                throw new TypeConversionException("must be a time such as 500ms, 1.25s or 5m, or microseconds");
            }
            if (time.group(3) != null) {
                return Long.parseLong(time.group(3));
            }
            double factor =
                    switch (time.group(2)) {
                        case "ms" -> 1e3;
                        case "s" -> MICROS;
                        case "m" -> 60 * MICROS;
                        default -> 3600 * MICROS;
                    };
            return Math.round(Double.parseDouble(time.group(1)) * factor);
        }
    }

    /** A position as it is printed. */
    static String time(Map<?, ?> from, String key) {
        return from.get(key) instanceof Number micros
                ? String.format(Locale.ROOT, "%.3fs", micros.doubleValue() / MICROS)
                : "-";
    }

    private static List<String> row(Map<?, ?> playback) {
        if (playback.get("problem") != null) {
            return List.of(
                    JsonText.text(playback, "playback"),
                    JsonText.text(playback, "problem"),
                    "-",
                    "-",
                    "-",
                    "-",
                    "-",
                    "-");
        }
        String loop = playback.get("marks") instanceof Map<?, ?> marks
                ? time(marks, "from") + " to " + time(marks, "to")
                : Boolean.TRUE.equals(playback.get("loop")) ? "yes" : "no";
        List<String> cameras = new ArrayList<>();
        if (playback.get("lanes") instanceof List<?> lanes) {
            for (Object lane : lanes) {
                Map<?, ?> map = (Map<?, ?>) lane;
                cameras.add(JsonText.text(map, "camera") + (Boolean.TRUE.equals(map.get("held")) ? " (held)" : ""));
            }
        }
        List<String> recordings = new ArrayList<>();
        if (playback.get("recordings") instanceof List<?> all) {
            all.forEach(each -> recordings.add(Console.plain(String.valueOf(each))));
        }
        return List.of(
                JsonText.text(playback, "playback"),
                JsonText.text(playback, "status"),
                time(playback, "position"),
                time(playback, "length"),
                JsonText.text(playback, "speed"),
                loop,
                String.join(", ", cameras),
                String.join(", ", recordings));
    }

    static List<String> print(List<Map<?, ?>> playbacks) {
        return Table.lines(HEAD, playbacks.stream().map(ReplayCommand::row).toList());
    }

    /** {@code compositor replay list}. */
    @Command(
            name = "list",
            sortOptions = false,
            customSynopsis = "compositor replay list [options]",
            description = "Lists what plays: where it is, its length, speed, loop and cameras. Needs the role view.",
            footer = {"", "exit codes: 0 listed, 1 not answered, 2 wrong usage"})
    static final class ListAll implements Callable<Integer> {
        @Option(names = "--json", description = "Print each as a line of JSON, as GET /compositor/recordings has it.")
        private boolean json;

        @Mixin
        private ServerOptions server;

        @Mixin
        private Help help;

        @Override
        public Integer call() throws FailedException, UsageException, InterruptedException {
            AdminApi.Answer answer = AdminApi.ofRecordings(server.target()).get("");
            (json ? answer.lines("playbacks") : print(answer.list("playbacks"))).forEach(Console::out);
            return 0;
        }
    }

    /** What is done to one playback. */
    @Command(
            sortOptions = false,
            footer = {"", EXIT})
    abstract static class OneCommand implements Callable<Integer> {
        @Parameters(
                index = "0",
                paramLabel = "PLAYBACK",
                converter = OptionTypes.Name.class,
                description = "Its name, as compositor replay list shows it: the source of a replay.")
        private String name;

        @Mixin
        private OutcomeOptions outcome;

        abstract JsonLine body() throws UsageException;

        @Override
        public final Integer call() throws FailedException, UsageException, InterruptedException {
            AdminApi.Answer answer = AdminApi.ofRecordings(outcome.target()).post(name, body());
            outcome.print(answer::json, String.join("\n", print(List.of(answer.document()))));
            return 0;
        }
    }

    private static JsonLine action(String word) {
        return new JsonLine().with("action", word);
    }

    /** {@code compositor replay play}. */
    @Command(
            name = "play",
            customSynopsis = "compositor replay play PLAYBACK [options]",
            description = "Goes on from where it is; at its end it begins again. Needs a key of role control.")
    static final class Play extends OneCommand {
        @Override
        JsonLine body() {
            return action("play");
        }
    }

    /** {@code compositor replay pause}. */
    @Command(
            name = "pause",
            customSynopsis = "compositor replay pause PLAYBACK [options]",
            description = "Stops it where it is. Needs a key of role control.")
    static final class Pause extends OneCommand {
        @Override
        JsonLine body() {
            return action("pause");
        }
    }

    /** {@code compositor replay seek}. */
    @Command(
            name = "seek",
            customSynopsis = "compositor replay seek PLAYBACK POSITION [options]",
            description = "Goes to a position: each camera jumps to what the recording has there. Needs a key of role "
                    + "control.")
    static final class Seek extends OneCommand {
        @Parameters(
                index = "1",
                paramLabel = "POSITION",
                converter = Position.class,
                description = "Since the beginning: 500ms, 1.25s, 5m, or microseconds.")
        private long position;

        @Override
        JsonLine body() {
            return action("seek").with("position", position);
        }
    }

    /** {@code compositor replay step}. */
    @Command(
            name = "step",
            customSynopsis = "compositor replay step PLAYBACK [--back] [--entries N] [--camera NAME] [options]",
            description = "Pauses, and goes one entry on or back. Needs a key of role control.")
    static final class Step extends OneCommand {
        @Option(names = "--back", description = "Back instead of on.")
        private boolean back;

        @Option(
                names = "--entries",
                paramLabel = "N",
                converter = OptionTypes.Count.class,
                description = "So many entries, at most 1000 (default: 1).")
        private Integer entries;

        @Option(
                names = "--camera",
                paramLabel = "NAME",
                converter = OptionTypes.Text.class,
                description = "Entries of this camera alone (default: of all).")
        private String camera;

        @Override
        JsonLine body() {
            int by = entries == null ? 1 : entries;
            JsonLine body = action("step").with("entries", back ? -by : by);
            return camera == null ? body : body.with("camera", camera);
        }
    }

    /** {@code compositor replay loop}. */
    @Command(
            name = "loop",
            customSynopsis = "compositor replay loop PLAYBACK [--from POSITION --to POSITION | --off] [options]",
            description = "Plays all of it, or the part between two marks, again and again. Needs a key of role "
                    + "control.")
    static final class Loop extends OneCommand {
        @Option(
                names = "--from",
                paramLabel = "POSITION",
                converter = Position.class,
                description = "The first mark: 500ms, 1.25s, 5m, or microseconds.")
        private Long from;

        @Option(
                names = "--to",
                paramLabel = "POSITION",
                converter = Position.class,
                description = "The second mark, which the part does not reach.")
        private Long to;

        @Option(names = "--off", description = "Plays to the end, once.")
        private boolean off;

        @Override
        JsonLine body() throws UsageException {
            if ((from == null) != (to == null) || off && from != null) {
                throw new UsageException("either --from and --to, or --off, or none of them");
            }
            JsonLine body = action("loop");
            return from == null
                    ? body.raw("on", String.valueOf(!off))
                    : body.with("from", from).with("to", to);
        }
    }

    /** {@code compositor replay speed}. */
    @Command(
            name = "speed",
            customSynopsis = "compositor replay speed PLAYBACK FACTOR [options]",
            description = "Plays at another speed from where it is. Needs a key of role control.")
    static final class Speed extends OneCommand {
        @Parameters(
                index = "1",
                paramLabel = "FACTOR",
                converter = OptionTypes.Speed.class,
                description = "0.01 to 100; 1 is as recorded.")
        private double factor;

        @Override
        JsonLine body() {
            return action("speed").raw("speed", String.valueOf(factor));
        }
    }

    /** {@code compositor replay open}. */
    @Command(
            name = "open",
            sortOptions = false,
            customSynopsis = "compositor replay open RECORDING [options]",
            description = "Plays a recording of the host's recorder as the playback \"operator\", from now on. Needs a "
                    + "key of role control.",
            footer = {"", EXIT})
    static final class Open implements Callable<Integer> {
        @Parameters(
                paramLabel = "RECORDING",
                converter = OptionTypes.Text.class,
                description = "Its whole name, as compositor record list shows it, or newest.")
        private String recording;

        @Option(
                names = "--speed",
                paramLabel = "FACTOR",
                converter = OptionTypes.Speed.class,
                description = "0.01 to 100 (default: 1).")
        private Double speed;

        @Option(names = "--loop", description = "Begins again at the end.")
        private boolean loop;

        @Mixin
        private OutcomeOptions outcome;

        @Override
        public Integer call() throws FailedException, UsageException, InterruptedException {
            JsonLine body = action("open").with("recording", recording).raw("loop", String.valueOf(loop));
            AdminApi.Answer answer = AdminApi.ofRecordings(outcome.target())
                    .post("", speed == null ? body : body.raw("speed", String.valueOf(speed)));
            outcome.print(answer::json, "recording " + Console.plain(recording) + " plays as the playback operator");
            if (answer.document().get("problem") != null) {
                throw new FailedException(answer.text("problem"));
            }
            return 0;
        }
    }

    /** {@code compositor replay close}. */
    @Command(
            name = "close",
            sortOptions = false,
            customSynopsis = "compositor replay close [options]",
            description = "Ends what open began. Needs a key of role control.",
            footer = {"", EXIT})
    static final class Close implements Callable<Integer> {
        @Mixin
        private OutcomeOptions outcome;

        @Override
        public Integer call() throws FailedException, UsageException, InterruptedException {
            AdminApi.Answer answer = AdminApi.ofRecordings(outcome.target()).post("", action("close"));
            outcome.print(answer::json, "the playback operator is closed");
            return 0;
        }
    }
}
