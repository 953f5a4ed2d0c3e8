package org.geometryos.compositor.camera.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
    private static final String PID = "org.geometryos.compositor.camera.replay";

    private static Settings of(Object... keysAndValues) {
        return Settings.of(map(keysAndValues));
    }

    private static Map<String, Object> map(Object... keysAndValues) {
        Map<String, Object> properties = new HashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            properties.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return properties;
    }

    @Test
    void defaultsAreThoseThatTheMetatypeShows() throws Exception {
        Settings settings = of("file", "a.jsonl");
        assertThat(settings.loop()).isEqualTo(shown("loop"));
        assertThat(settings.speed()).isEqualTo(shown("speed"));
        assertThat(settings.priority()).isEqualTo(shown("priority"));
        assertThat(settings.camera().orElse("")).isEqualTo(shown("camera"));
        assertThat(settings.folder().orElse("")).isEqualTo(shown("folder"));
    }

    private static Object shown(String key) throws Exception {
        return ReplayConfig.class.getDeclaredMethod(key).getDefaultValue();
    }

    @Test
    void stringsOfACfgFileAreRead() {
        assertThat(of(
                        "file",
                        "a.jsonl, b.jsonl",
                        "loop",
                        "false",
                        "speed",
                        "0.5",
                        "priority",
                        "-3",
                        "camera",
                        "wall/left",
                        "source",
                        "demo",
                        "delay",
                        "-12.5"))
                .isEqualTo(new Settings(
                        "demo",
                        -3,
                        -12.5,
                        List.of("a.jsonl", "b.jsonl"),
                        java.util.Optional.empty(),
                        false,
                        0.5,
                        java.util.Optional.of("wall/left"),
                        java.util.Optional.empty()));
    }

    @Test
    void typedValuesAreRead() {
        assertThat(of("file", new String[] {"a,b.jsonl", "c.jsonl"}, "loop", false, "speed", 2, "priority", 7L))
                .isEqualTo(new Settings(
                        "a-b",
                        7,
                        0,
                        List.of("a,b.jsonl", "c.jsonl"),
                        java.util.Optional.empty(),
                        false,
                        2.0,
                        java.util.Optional.empty(),
                        java.util.Optional.empty()));
        assertThat(of("folder", "shows", "speed", 1.5f, "file", List.of()).speed())
                .isEqualTo(1.5);
    }

    @ParameterizedTest
    @CsvSource({
        "~tour,x.jsonl,tour",
        ".1234-5678,x.jsonl,x",
        "~a b/ü,x.jsonl,a-b--",
        "'',/data/my show.jsonl,my-show",
        "'',äö/,--",
        "'','',replay"
    })
    void theSourceHasAName(String suffix, String file, String name) {
        assertThat(Settings.defaultSource(map("service.pid", PID + suffix, "file", file)))
                .isEqualTo(name == null ? "" : name);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "speed|0|speed must lie in [0.01, 100], not \"0\"",
                "speed|NaN|speed must lie in [0.01, 100], not \"NaN\"",
                "speed|-1|speed must lie in [0.01, 100], not \"-1\"",
                "speed|100.5|speed must lie in [0.01, 100], not \"100.5\"",
                "speed|fast|speed must be a number, not \"fast\"",
                "speed|$[env:SPEED]|speed must be a number, not \"$[env:SPEED]\"",
                "delay|10001|delay must lie in [-1000, 10000], not \"10001\"",
                "delay|late|delay must be a number, not \"late\"",
                "loop|yes|loop must be true or false, not \"yes\"",
                "priority|1.5|priority must be a 32-bit integer, not \"1.5\"",
                "camera|../up|camera must be 1-64 of A-Z a-z 0-9 . _ - / without an empty, . or .. segment, not "
                        + "\"../up\"",
                "source|a b|source must be 1-64 of A-Z a-z 0-9 . _ -, not \"a b\"",
                "folder|x|file must be empty when there is a folder or a recording, not \"a.jsonl\"",
                "file|$[env:FILE]|file must not contain an unresolved placeholder $[...] or a NUL character, not "
                        + "\"$[env:FILE]\"",
                "file|' '|file is required, unless there is a folder or a recording, not \"\"",
                "recording|newest|file must be empty when there is a folder or a recording, not \"a.jsonl\"",
                "from|5m|from is for a recording of the recorder only, not \"5m\"",
                "to|soon|to must be an instant such as 2026-11-21T14:00:00Z, or a time since the beginning such as "
                        + "90s or 5m, not \"soon\"",
                "file|a,b,a|file must name each file once, not \"a,b,a\""
            })
    void aWrongValueIsRefusedByKeyValueAndRule(String key, String value, String message) {
        Map<String, Object> properties = map("file", "a.jsonl");
        properties.put(key, value);
        assertThatThrownBy(() -> Settings.of(properties))
                .isInstanceOf(InvalidValueException.class)
                .hasMessage(message);
    }

    @Test
    void aValueOfAWrongTypeIsRefused() {
        assertThatThrownBy(() -> of("file", "a", "speed", Double.NaN))
                .hasMessage("speed must lie in [0.01, 100], not NaN");
        assertThatThrownBy(() -> of("file", "a", "speed", new String[] {"1"}))
                .hasMessage("speed must be a number, not \"[1]\"");
        assertThatThrownBy(() -> of("file", "a", "camera", 5)).hasMessage("camera must be a text, not 5");
        assertThatThrownBy(() -> of("file", "a", "priority", 1L << 40))
                .hasMessageStartingWith("priority must be a 32-bit integer");
        assertThatThrownBy(() -> of())
                .hasMessage("file is required, unless there is a folder or a recording, not \"\"");
    }
}
