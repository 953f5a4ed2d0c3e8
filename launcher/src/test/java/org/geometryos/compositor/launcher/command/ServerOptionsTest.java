package org.geometryos.compositor.launcher.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class ServerOptionsTest {
    private static final String SECRET = "cb_abcdefgh_secretsecretsecretsecretsecret12";

    @TempDir
    Path folder;

    private final List<String> warnings = new ArrayList<>();

    @Command(name = "any")
    private static final class Any {
        @Mixin
        private ServerOptions server;
    }

    private Target target(Map<String, String> environment, String... arguments) throws Exception {
        Any any = new Any();
        Arguments.parse(Arguments.commandLine(any), List.of(arguments));
        return any.server.target(environment, warnings::add);
    }

    private Path file(String name, String content, String permissions) throws IOException {
        Path file = Files.writeString(folder.resolve(name), content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    @ParameterizedTest
    @CsvSource({
        "ws://h:1/compositor,ws://h:1/compositor",
        "http://h:1,ws://h:1/compositor",
        "https://h/,wss://h/compositor",
        "WSS://h:1/other,wss://h:1/other",
        "ws://[::1]:8081,ws://[::1]:8081/compositor",
        "ws://[fe80::1%25eth0]:1,ws://[fe80::1%eth0]:1/compositor",
        "ws://[fe80::1%eth0]:1,ws://[fe80::1%eth0]:1/compositor",
        "http://b\u00fchne.example:1,ws://xn--bhne-0ra.example:1/compositor"
    })
    void addressIsTakenAsPeopleWriteIt(String given, String meant) throws Exception {
        assertThat(target(Map.of(), "--url", given).uri()).hasToString(meant);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost:8081",
                "ftp://h",
                "ws://",
                "ws://h:0",
                "ws://h:99999",
                "ws://h i",
                "ws:///x",
                "wss://no_certificate:1",
                "ws://not_known.invalid:1"
            })
    void addressThatIsNoneIsNamedWithTheRule(String given) {
        assertThatThrownBy(() -> target(Map.of(), "--url", given))
                .isInstanceOf(FailedException.class)
                .hasMessageStartingWith("--url " + given + ": ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ws://user:" + SECRET + "@h/",
                "ws://h/?key=" + SECRET,
                "ws://h/#" + SECRET,
                "ftp://u:" + SECRET + "@h"
            })
    void secretInTheAddressIsRefusedAndNotRepeated(String given) {
        assertThatThrownBy(() -> target(Map.of(), "--url", given))
                .isInstanceOf(FailedException.class)
                .hasMessageNotContaining(SECRET);
    }

    @Test
    void optionCountsBeforeEnvironmentBeforeFileBeforeDefault() throws Exception {
        Path settings = file("s.json", "{\"url\":\"ws://file\",\"apiKey\":\"of-file\"}", "rw-------");
        Path key = file("key", "of-option\nsecond line", "rw-------");
        Map<String, String> environment =
                Map.of("COMPOSITOR_URL", "ws://environment", "COMPOSITOR_KEY", "of-environment");

        Target option = target(
                environment, "--url", "ws://option", "--key-file", key.toString(), "--settings", settings.toString());
        assertThat(option.uri().getHost()).isEqualTo("option");
        assertThat(option.key().get().secret()).isEqualTo("of-option");
        Target variable = target(environment, "--settings", settings.toString());
        assertThat(variable.uri().getHost()).isEqualTo("environment");
        assertThat(variable.key().get().secret()).isEqualTo("of-environment");
        Target file = target(Map.of(), "--settings", settings.toString());
        assertThat(file.uri().getHost()).isEqualTo("file");
        assertThat(file.key().get().secret()).isEqualTo("of-file");
        Target nothing = target(Map.of());
        assertThat(nothing.uri()).hasToString("ws://localhost:8081/compositor");
        assertThat(nothing.key()).isEmpty();
        assertThat(warnings).isEmpty();
    }

    @Test
    void keyThatOthersCanReadIsWarnedOf() throws Exception {
        target(Map.of(), "--key-file", file("key", SECRET, "rw-r--r--").toString());
        assertThat(warnings)
                .singleElement()
                .asString()
                .contains("can be read by others")
                .doesNotContain(SECRET);
    }

    @Test
    void keyIsNotInTheTextOfATarget() throws Exception {
        Target target = target(Map.of("COMPOSITOR_KEY", SECRET));
        assertThat(target.key().get().secret()).isEqualTo(SECRET);
        assertThat(target.toString()).doesNotContain("secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two words", "t\u00e4st"})
    void keyThatAHeaderCannotCarryIsRefusedAndNotRepeated(String key) throws Exception {
        Path file = file("key", key, "rw-------");
        assertThatThrownBy(() -> target(Map.of(), "--key-file", file.toString()))
                .isInstanceOf(FailedException.class)
                .hasMessageStartingWith("--key-file " + file + ": ")
                .hasMessageNotContaining("two words");
    }

    @Test
    void unknownFieldOfTheSettingsIsAWarning() throws Exception {
        Path settings = file("s.json", "{\n\"url\":\"ws://h\",\n\"colour\":{\"a\":[1]}}", "rw-------");
        assertThat(target(Map.of(), "--settings", settings.toString()).uri().getHost())
                .isEqualTo("h");
        assertThat(warnings).singleElement().asString().contains(settings + ", line 3: the field colour is unknown");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\n\"apiKey\":\"" + SECRET + "\",\n}",
                "{\n\"url\":\"ws://h\",\n\"apiKey\": " + SECRET + "}",
                "{\n\n\"apiKey\":\"" + SECRET,
                "{\n\"apiKey\":\"" + SECRET + "\",\n\"apiKey\":\"" + SECRET + "\"}",
                "{\n\n\"apiKey\":[\"" + SECRET + "\"]}",
                "{\n\n\"apiKey\":\"" + SECRET + " x\"}"
            })
    void wrongSettingsAreNamedWithFileAndLineAndWithoutTheKey(String content) throws Exception {
        Path settings = file("s.json", content, "rw-------");
        assertThatThrownBy(() -> target(Map.of(), "--settings", settings.toString()))
                .isInstanceOf(FailedException.class)
                .hasMessageContaining(settings + ", line 3: ")
                .hasMessageNotContaining("secret");
    }

    @Test
    void trustIsForSecureAddressesAndHoldsCertificates() throws Exception {
        Path empty = file("empty.pem", "", "rw-r--r--");
        assertThatThrownBy(() -> target(Map.of(), "--url", "wss://h", "--trust", empty.toString()))
                .isInstanceOf(FailedException.class)
                .hasMessageContaining("no certificate");
        assertThatThrownBy(() -> target(
                        Map.of(),
                        "--url",
                        "wss://h",
                        "--trust",
                        folder.resolve("missing").toString()))
                .isInstanceOf(FailedException.class)
                .hasMessageContaining("cannot be read");
    }
}
