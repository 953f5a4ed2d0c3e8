package org.geometryos.compositor.shell;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.geometryos.compositor.api.recording.Moment;
import org.geometryos.compositor.api.recording.RecordedEntry;
import org.geometryos.compositor.api.recording.Recorder;
import org.geometryos.compositor.api.recording.RecorderStatus;
import org.geometryos.compositor.api.recording.Recording;
import org.geometryos.compositor.api.recording.RecordingException;
import org.geometryos.compositor.api.recording.Selection;
import org.geometryos.compositor.api.value.TimeOfDay;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * What an operator asks of the recorder, in the scope {@code compositor} of a Gogo shell: {@code record} with the words
 * that {@code compositor record} takes, {@code status} and {@code stop} beside them. Gives the text to be shown; words
 * that break a rule give an {@link IllegalArgumentException} that says so.
 */
@Component(
        service = RecorderCommands.class,
        property = {"osgi.command.scope=compositor", "osgi.command.function=record"})
public final class RecorderCommands {
    static final String REPLAY = "org.geometryos.compositor.camera.replay";
    /** The configuration that a replay is. */
    static final String NAME = "recorded";

    private static final int PAGE = 2_000;
    private static final String USAGE =
            "record status | list | export FILE [RECORDING] [--from TIME] [--to TIME] [--camera NAME] [--everything]"
                    + " | replay [RECORDING] [--from TIME] [--to TIME] [--speed FACTOR] [--loop] | stop";

    private final Recorder recorder;
    private final ConfigurationAdmin configurations;

    @Activate
    public RecorderCommands(@Reference Recorder recorder, @Reference ConfigurationAdmin configurations) {
        this.recorder = recorder;
        this.configurations = configurations;
    }

    /** Tells how the recorder is, lists and exports recordings, plays one in this host, or ends that. */
    public String record(String... words) throws RecordingException, IOException {
        List<String> rest = new ArrayList<>(List.of(words));
        String what = rest.isEmpty() ? "" : rest.remove(0);
        Map<String, String> options = options(rest);
        return switch (what) {
            case "status" -> {
                check(rest, options, 0, Set.of());
                yield status();
            }
            case "list" -> {
                check(rest, options, 0, Set.of());
                yield list();
            }
            case "export" -> export(rest, options);
            case "replay" -> replay(rest, options);
            case "stop" -> {
                check(rest, options, 0, Set.of());
                yield stop();
            }
            default -> throw new IllegalArgumentException(USAGE);
        };
    }

    /** Takes the options out of the words. */
    private static Map<String, String> options(List<String> words) {
        Map<String, String> options = new LinkedHashMap<>();
        for (int i = 0; i < words.size(); ) {
            if (!words.get(i).startsWith("--")) {
                i++;
                continue;
            }
            String name = words.remove(i);
            if (name.equals("--everything") || name.equals("--loop")) {
                options.put(name, "true");
            } else if (i < words.size()) {
                options.put(name, words.remove(i));
            } else {
                throw new IllegalArgumentException(name + " needs a value");
            }
        }
        return options;
    }

    /** @throws IllegalArgumentException if there are more words, or other options, than these */
    private static void check(List<String> words, Map<String, String> options, int most, Set<String> known) {
        if (words.size() > most || !known.containsAll(options.keySet())) {
            throw new IllegalArgumentException(USAGE);
        }
    }

    private String status() {
        RecorderStatus now = recorder.status();
        return (now.enabled()
                        ? now.problem().isPresent()
                                ? "not recording: " + now.problem().get()
                                : "recording"
                        : "switched off")
                + "\n" + now.file() + ", "
                + now.bytes() / 1024 + " KiB\n"
                + now.epoch()
                        .map(epoch -> epoch + " up to " + now.seq() + ", " + now.behind() + " behind the journal\n")
                        .orElse("")
                + now.written() + " entries written, " + now.missed() + " missed";
    }

    private String list() throws RecordingException {
        StringBuilder text = new StringBuilder(line("RECORDING", "FROM", "TO", "ENTRIES", "MISSING", "CAMERAS"));
        for (Recording one : recorder.recordings()) {
            text.append('\n')
                    .append(line(
                            one.epoch(),
                            TimeOfDay.text(one.from()),
                            TimeOfDay.text(one.to()),
                            String.valueOf(one.entries()),
                            String.valueOf(one.missing()),
                            String.join(" ", one.cameras())));
        }
        return text.toString();
    }

    private static String line(String... columns) {
        return String.format(Locale.ROOT, "%-18s %-25s %-25s %10s %8s  %s", (Object[]) columns)
                .stripTrailing();
    }

    private String export(List<String> words, Map<String, String> options) throws RecordingException, IOException {
        check(words, options, 2, Set.of("--from", "--to", "--camera", "--everything"));
        if (words.isEmpty()) {
            throw new IllegalArgumentException("export needs a file\n" + USAGE);
        }
        Recording recording = recording(words.size() > 1 ? words.get(1) : "");
        Selection selection = new Selection(
                recording.epoch(),
                moment(options, "--from").map(at -> at.micros(recording.from())).orElse(Long.MIN_VALUE),
                moment(options, "--to").map(at -> at.micros(recording.from())).orElse(recording.to()),
                Optional.ofNullable(options.get("--camera")).map(Set::of).orElse(Set.of()),
                !options.containsKey("--everything"));
        Path file = Path.of(words.get(0)).toAbsolutePath();
        Path unfinished = file.resolveSibling(file.getFileName() + ".tmp");
        long lines = 0;
        try (BufferedWriter out = Files.newBufferedWriter(unfinished, StandardCharsets.UTF_8)) {
            List<RecordedEntry> page = recorder.read(selection, 0, PAGE);
            while (!page.isEmpty()) {
                for (RecordedEntry entry : page) {
                    out.write(entry.json());
                    out.write('\n');
                    lines++;
                }
                page = recorder.read(selection, page.get(page.size() - 1).seq(), PAGE);
            }
        } catch (IOException | RecordingException e) {
            Files.deleteIfExists(unfinished);
            throw e;
        }
        Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
        return lines + " lines of " + recording.epoch() + " are in " + file;
    }

    private Recording recording(String name) throws RecordingException {
        return recorder.recordings().stream()
                .filter(one -> one.epoch().startsWith(name))
                .reduce((one, next) -> next)
                .orElseThrow(() -> new RecordingException(
                        name.isEmpty() ? "there is no recording yet" : "there is no recording " + name));
    }

    private static Optional<Moment> moment(Map<String, String> options, String name) {
        return Optional.ofNullable(options.get(name)).map(text -> Moment.parse(name, text));
    }

    private String replay(List<String> words, Map<String, String> options) throws RecordingException, IOException {
        check(words, options, 1, Set.of("--from", "--to", "--speed", "--loop"));
        moment(options, "--from");
        moment(options, "--to");
        Recording recording = recording(words.isEmpty() ? "" : words.get(0));
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put("recording", recording.epoch());
        properties.put("loop", options.containsKey("--loop"));
        // above sources, and as much as displays, of which the last one to take a camera has it
        properties.put("priority", 10);
        options.forEach((name, value) -> {
            if (!name.equals("--loop")) {
                properties.put(name.substring(2), value);
            }
        });
        stop();
        configurations.getFactoryConfiguration(REPLAY, NAME, "?").update(properties);
        return "playing " + recording.epoch() + " as the configuration " + REPLAY + "~" + NAME
                + "; record stop ends it";
    }

    private String stop() throws IOException {
        Configuration replay = configurations.getFactoryConfiguration(REPLAY, NAME, "?");
        boolean there = replay.getProperties() != null;
        replay.delete();
        return there ? "stopped" : "nothing was played";
    }
}
