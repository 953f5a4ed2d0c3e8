package org.geometryos.compositor.launcher.command;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.geometryos.compositor.api.recording.Moment;
import org.geometryos.compositor.api.recording.RecordedEntry;
import org.geometryos.compositor.api.recording.Recording;
import org.geometryos.compositor.api.recording.RecordingException;
import org.geometryos.compositor.api.recording.Selection;
import org.geometryos.compositor.api.value.Names;
import org.geometryos.compositor.api.value.TimeOfDay;
import org.geometryos.compositor.recorder.Archive;
import org.geometryos.compositor.recorder.NativeLibrary;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists, exports and plays what the recorder has written, be the bridge running or not; and switches the recorder. */
@Command(
        name = "record",
        sortOptions = false,
        description = "Lists, exports and plays recordings, and switches the recorder of a host that runs.",
        synopsisSubcommandLabel = "(list | export | replay | status | start | stop)")
public final class RecordCommand {
    /** Where a bridge records unless it is configured otherwise, in its data folder. */
    private static final String FILE = "recorder/recordings.db";

    private static final int PAGE = 2_000;
    /** Small, so that reading on delays no view that is due. */
    private static final int REPLAY_PAGE = 200;

    @Mixin
    private Help help;

    private RecordCommand() {}

    /** @param data the data folder unless {@code --data} says otherwise */
    public static CommandLine commandLine(Path data) {
        return Arguments.commandLine(new RecordCommand())
                .addSubcommand(new ListAll(data))
                .addSubcommand(new Export(data))
                .addSubcommand(new Replay(data))
                .addSubcommand(new RecorderCommands.Status())
                .addSubcommand(new RecorderCommands.Start())
                .addSubcommand(new RecorderCommands.Stop());
    }

    /** Which database. */
    private static class Source {
        @Option(
                names = "--data",
                paramLabel = "DIR",
                converter = OptionTypes.Folder.class,
                description = "Data folder of the bridge (default: data/ in the distribution); its recordings are in "
                        + FILE + ".")
        private Path data;

        @Option(
                names = "--database",
                paramLabel = "FILE",
                converter = OptionTypes.Folder.class,
                description = "Another database.")
        private Path database;

        Source(Path data) {
            this.data = data;
        }

        private Path file() {
            return database != null ? database : data.resolve(FILE);
        }

        Archive archive() throws FailedException {
            if (!Files.isRegularFile(file())) {
                throw new FailedException("there is no database " + file()
                        + "; a bridge records when conf/org.geometryos.compositor.recorder.cfg says enabled = true");
            }
            // a database may be read by whoever may not write where it lies
            Path folder = file().toAbsolutePath().getParent();
            if (Files.isWritable(folder)) {
                NativeLibrary.unpackIn(folder.resolve("native"), false);
            }
            return new Archive(file());
        }

        List<Recording> recordings() throws FailedException {
            try {
                return archive().recordings();
            } catch (RecordingException e) {
                throw new FailedException(e.getMessage(), e);
            }
        }
    }

    /** Which part of which recording. */
    private static final class Part extends Source {
        @Parameters(
                arity = "0..1",
                paramLabel = "RECORDING",
                description = "The recording, as list names it, or the beginning of its name (default: the newest).")
        private String name;

        @Option(
                names = "--from",
                paramLabel = "TIME",
                converter = OptionTypes.Point.class,
                description = "Begin here: 2026-11-21T14:00:00Z, or since the recording's beginning 90s, 5m.")
        private Moment from;

        @Option(names = "--to", paramLabel = "TIME", converter = OptionTypes.Point.class, description = "End here.")
        private Moment to;

        @Option(
                names = "--camera",
                paramLabel = "NAME",
                converter = OptionTypes.Text.class,
                description = "A camera, repeatable (default: all).")
        private List<String> cameras = List.of();

        Part(Path data) {
            super(data);
        }

        /** A recording that grows is taken as long as it is now. */
        Selection selection(Recording recording, boolean viewsOnly) throws UsageException {
            for (String camera : cameras) {
                if (!Names.valid(camera)) {
                    throw new UsageException("--camera " + camera
                            + ": must be 1-64 of A-Z a-z 0-9 . _ - / without an empty, . or .. segment");
                }
            }
            return new Selection(
                    recording.epoch(),
                    from == null ? Long.MIN_VALUE : from.micros(recording.from()),
                    to == null ? recording.to() : to.micros(recording.from()),
                    Set.copyOf(cameras),
                    viewsOnly);
        }

        Recording recording() throws FailedException {
            List<Recording> all = recordings();
            List<Recording> named = name == null
                    ? all
                    : all.stream().filter(one -> one.epoch().startsWith(name)).toList();
            if (named.isEmpty()) {
                throw new FailedException(
                        name == null
                                ? "there is no recording in the database yet"
                                : "there is no recording " + name + "; compositor record list shows them");
            }
            if (name != null && named.size() > 1) {
                throw new FailedException(name + " is the beginning of " + named.size() + " recordings");
            }
            return named.get(named.size() - 1);
        }
    }

    @Command(
            name = "list",
            sortOptions = false,
            customSynopsis = "compositor record list [options]",
            description =
                    "Lists the recordings, the oldest first. Each run of the bridge is one; missing are entries that "
                            + "the recorder did not get.")
    private static final class ListAll implements Callable<Integer> {
        private static final List<String> HEAD = List.of("RECORDING", "FROM", "TO", "ENTRIES", "MISSING", "CAMERAS");

        @Option(names = "--json", description = "Print each recording as a line of JSON; times in microseconds.")
        private boolean json;

        @Mixin
        private final Source source;

        @Mixin
        private Help help;

        ListAll(Path data) {
            this.source = new Source(data);
        }

        @Override
        public Integer call() throws FailedException {
            List<Recording> recordings = source.recordings();
            (json
                            ? recordings.stream().map(ListAll::line).toList()
                            : Table.lines(
                                    HEAD, recordings.stream().map(ListAll::row).toList()))
                    .forEach(Console::out);
            return 0;
        }

        private static List<String> row(Recording one) {
            return List.of(
                    one.epoch(),
                    TimeOfDay.text(one.from()),
                    TimeOfDay.text(one.to()),
                    String.valueOf(one.entries()),
                    String.valueOf(one.missing()),
                    one.cameras().isEmpty() ? "-" : String.join(" ", one.cameras()));
        }

        /** Epochs and names of cameras hold nothing that JSON would have to escape. */
        private static String line(Recording one) {
            List<String> cameras =
                    one.cameras().stream().map(name -> "\"" + name + "\"").toList();
            return "{\"recording\":\"" + one.epoch() + "\",\"started\":" + one.started() + ",\"from\":" + one.from()
                    + ",\"to\":" + one.to() + ",\"last\":" + one.last() + ",\"entries\":" + one.entries()
                    + ",\"missing\":" + one.missing() + ",\"cameras\":[" + String.join(",", cameras) + "]}";
        }
    }

    @Command(
            name = "export",
            sortOptions = false,
            customSynopsis = "compositor record export [RECORDING] [options]",
            description = "Writes a recording as lines of JSON (JSON Lines), each the message that displays got: what "
                    + "camera.replay plays.")
    private static final class Export implements Callable<Integer> {
        @Option(
                names = "--everything",
                description =
                        "Also control, presence and scene, not only views of cameras; only views can be played as a "
                                + "file.")
        private boolean everything;

        @Option(
                names = {"-o", "--output"},
                paramLabel = "FILE",
                converter = OptionTypes.Folder.class,
                description = "The file; it is there when it is complete (default: standard output).")
        private Path output;

        @Mixin
        private final Part part;

        @Mixin
        private Help help;

        /** Takes lines. */
        private interface Sink {
            /** @return whether it takes more */
            boolean line(String line) throws IOException;
        }

        Export(Path data) {
            this.part = new Part(data);
        }

        @Override
        public Integer call() throws FailedException, UsageException {
            Recording recording = part.recording();
            Selection selection = part.selection(recording, !everything);
            try {
                if (output == null) {
                    return write(selection, line -> {
                                        Console.raw(line + "\n");
                                        return !Console.broken();
                                    })
                                    < 0
                            ? 1
                            : 0;
                }
                Path unfinished = output.resolveSibling(output.getFileName() + ".tmp");
                long lines;
                try (BufferedWriter writer = Files.newBufferedWriter(unfinished, StandardCharsets.UTF_8)) {
                    lines = write(selection, line -> {
                        writer.write(line);
                        writer.write('\n');
                        return true;
                    });
                } catch (IOException | FailedException e) {
                    Files.deleteIfExists(unfinished);
                    throw e;
                }
                Files.move(unfinished, output, StandardCopyOption.REPLACE_EXISTING);
                Console.error(lines + " lines of " + recording.epoch() + " are in " + output);
                return 0;
            } catch (IOException e) {
                throw new FailedException(
                        (output == null ? "standard output" : output) + " cannot be written ("
                                + e.getClass().getSimpleName() + ": " + e.getMessage() + ")",
                        e);
            }
        }

        /** @return how many lines, or -1 if nobody takes them any more */
        private long write(Selection selection, Sink sink) throws FailedException, IOException {
            long lines = 0;
            for (long after = 0; ; ) {
                List<RecordedEntry> page = page(part.archive(), selection, after, PAGE);
                for (RecordedEntry entry : page) {
                    if (!sink.line(entry.json())) {
                        return -1;
                    }
                    lines++;
                    after = entry.seq();
                }
                if (page.size() < PAGE) {
                    return lines;
                }
            }
        }
    }

    private static List<RecordedEntry> page(Archive archive, Selection selection, long after, int max)
            throws FailedException {
        try {
            return archive.read(selection, after, max);
        } catch (RecordingException e) {
            throw new FailedException(e.getMessage(), e);
        }
    }

    @Command(
            name = "replay",
            sortOptions = false,
            customSynopsis = "compositor record replay [RECORDING] [options]",
            description =
                    "Plays a recording on a bridge: takes its cameras and drives them, with the distances in time of "
                            + "the recording. "
                            + "Needs a key of role control. Ends with the recording, or with Ctrl-C.",
            footer = {"", "exit codes: 0 played to the end, or Ctrl-C; 1 refused or lost; 2 wrong usage"})
    private static final class Replay implements Callable<Integer> {
        @Option(
                names = "--speed",
                paramLabel = "FACTOR",
                converter = OptionTypes.Speed.class,
                description = "How fast, 0.01 to 100 (default 1).")
        private double speed = 1;

        @Option(
                names = {"-w", "--display"},
                paramLabel = "NAME",
                converter = OptionTypes.Name.class,
                description = "The name to drive under (default: replay).")
        private String display = "replay";

        @Mixin
        private final Part part;

        @Mixin
        private ServerOptions server;

        @Mixin
        private Help help;

        Replay(Path data) {
            this.part = new Part(data);
        }

        @Override
        public Integer call() throws FailedException, UsageException, InterruptedException {
            Recording recording = part.recording();
            Selection selection = part.selection(recording, true);
            Archive archive = part.archive();
            List<RecordedEntry> page = page(archive, selection, 0, REPLAY_PAGE);
            if (page.isEmpty()) {
                throw new FailedException("there is no view of a camera in that part of " + recording.epoch());
            }
            try (Playing playing = Playing.to(server.target(), display, speed)) {
                while (!page.isEmpty()) {
                    playing.play(page);
                    page = page(archive, selection, page.get(page.size() - 1).seq(), REPLAY_PAGE);
                }
                Console.error(playing.account());
                return 0;
            }
        }
    }
}
