package org.geometryos.compositor.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.geometryos.compositor.api.recording.RecordedEntry;
import org.geometryos.compositor.api.recording.Recorder;
import org.geometryos.compositor.api.recording.RecorderStatus;
import org.geometryos.compositor.api.recording.Recording;
import org.geometryos.compositor.api.recording.Selection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

class RecorderCommandsTest {
    @TempDir
    Path folder;

    private final List<String> asked = new ArrayList<>();
    private Dictionary<?, ?> replay;
    private final RecorderCommands commands =
            new RecorderCommands(new TwoRecordings(), proxy(ConfigurationAdmin.class, (name, arguments) -> {
                asked.add(name + " " + arguments[0] + "~" + arguments[1]);
                return proxy(Configuration.class, this::configuration);
            }));

    private interface Answer {
        Object to(String method, Object[] arguments);
    }

    private static <T> T proxy(Class<T> type, Answer answer) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> answer.to(method.getName(), arguments)));
    }

    private Object configuration(String method, Object[] arguments) {
        switch (method) {
            case "update" -> replay = (Dictionary<?, ?>) arguments[0];
            case "delete" -> replay = null;
            case "getProperties" -> {
                return replay;
            }
            default -> throw new UnsupportedOperationException(method);
        }
        return null;
    }

    private final class TwoRecordings implements Recorder {
        @Override
        public RecorderStatus status() {
            return new RecorderStatus(
                    true, "/data/recordings.db", Optional.of("bb01"), 7, 2, 5, 1, 4096, Optional.of("disk full"));
        }

        @Override
        public List<Recording> recordings() {
            return List.of(
                    new Recording("aa01", 0, 0, 1_500_000, 9, 9, List.of("a", "b"), 0),
                    new Recording("bb01", 0, 0, 1_500_000, 3, 3, List.of("a"), 4));
        }

        @Override
        public List<RecordedEntry> read(Selection what, long after, int max) {
            asked.add(what.toString());
            return after > 0 ? List.of() : List.of(new RecordedEntry(1, 0, "{1}"), new RecordedEntry(2, 0, "{2}"));
        }

        @Override
        public List<RecordedEntry> newest(Selection what, long before) {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void statusTellsWhetherItRecordsAndWhyNot() throws Exception {
        assertThat(commands.record("status"))
                .isEqualTo(
                        "not recording: disk full\n/data/recordings.db, 4 KiB\nbb01 up to 7, 2 behind the journal\n5 "
                                + "entries written, 1 missed");
    }

    @Test
    void recordingsAreListed() throws Exception {
        List<String> lines = commands.record("list").lines().toList();
        assertThat(lines).hasSize(3);
        assertThat(lines.get(1))
                .startsWith("aa01")
                .contains("1970-01-01T00:00:01.500Z")
                .endsWith("a b");
    }

    @Test
    void thePartThatIsAskedForIsExported() throws Exception {
        Path file = folder.resolve("out.jsonl");
        assertThat(commands.record("export", file.toString(), "aa", "--from", "1s", "--camera", "a"))
                .isEqualTo("2 lines of aa01 are in " + file);
        assertThat(Files.readString(file)).isEqualTo("{1}\n{2}\n");
        assertThat(asked).first().isEqualTo(new Selection("aa01", 1_000_000, 1_500_000, Set.of("a"), true).toString());
    }

    @Test
    void aReplayIsAConfigurationThatStopDeletes() throws Exception {
        assertThat(commands.record("replay", "--speed", "2", "--from", "1s"))
                .startsWith("playing bb01 as the configuration org.geometryos.compositor.camera.replay~recorded");
        assertThat(replay.get("recording")).isEqualTo("bb01");
        assertThat(replay.get("speed")).isEqualTo("2");
        assertThat(replay.get("from")).isEqualTo("1s");
        assertThat(replay.get("loop")).isEqualTo(false);
        assertThat(commands.record("stop")).isEqualTo("stopped");
        assertThat(replay).isNull();
        assertThat(commands.record("stop")).isEqualTo("nothing was played");
    }

    @Test
    void wrongWordsAreRefusedWithTheRule() {
        assertThatThrownBy(() -> commands.record()).hasMessageStartingWith("record status | list");
        assertThatThrownBy(() -> commands.record("list", "x")).hasMessageStartingWith("record status | list");
        assertThatThrownBy(() -> commands.record("replay", "--from")).hasMessage("--from needs a value");
        assertThatThrownBy(() -> commands.record("replay", "--from", "soon"))
                .hasMessageContaining("--from must be an instant");
        assertThatThrownBy(() -> commands.record("replay", "zz")).hasMessage("there is no recording zz");
        assertThat(replay).isNull();
    }
}
