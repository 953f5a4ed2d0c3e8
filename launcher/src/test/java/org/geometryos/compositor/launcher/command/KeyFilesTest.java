package org.geometryos.compositor.launcher.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyFilesTest {
    private static final String PREFIX = "org.geometryos.compositor.endpoint.key~";

    @TempDir
    Path folder;

    @Test
    void keysAreLongAndNeverTheSame() {
        Set<String> keys = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            String key = KeyCommand.make();
            assertThat(key).matches("cb_[A-Za-z0-9]{8}_[A-Za-z0-9]{32}");
            keys.add(key);
        }
        assertThat(keys).hasSize(100);
        assertThat(32 * Math.log(62) / Math.log(2)).isGreaterThan(190);
    }

    @Test
    void fileHoldsRoleAndDigestForItsOwnerAlone() throws Exception {
        KeyFiles keys = new KeyFiles(folder.resolve("conf"));
        Path file = keys.write("wall.left", "control", "cb_a_b");
        assertThat(file).hasFileName(PREFIX + "wall.left.cfg");
        Properties properties = new Properties();
        properties.load(Files.newBufferedReader(file));
        assertThat(properties)
                .hasSize(2)
                .containsEntry("role", "control")
                .containsEntry(
                        "sha256",
                        HexFormat.of()
                                .formatHex(MessageDigest.getInstance("SHA-256")
                                        .digest("cb_a_b".getBytes(StandardCharsets.UTF_8))));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(keys.list())
                .containsExactly(new KeyFiles.Entry("wall.left", java.util.Optional.of("control"), true, file));
        try (Stream<Path> files = Files.list(folder.resolve("conf"))) {
            assertThat(files).as("nothing else is left").containsExactly(file);
        }
    }

    @Test
    void filesOfOtherEditorsAndHostsCount() throws Exception {
        Files.writeString(
                folder.resolve(PREFIX + "marked.cfg"), "\uFEFFrole = view\r\nsha256 = " + "0".repeat(64) + "\r\n");
        Files.writeString(
                folder.resolve(PREFIX.replace('~', '-') + "plain.cfg"), "role = view\rsha256 = " + "1".repeat(64));
        Files.createDirectory(folder.resolve(PREFIX + "folder.cfg"));
        Files.createSymbolicLink(folder.resolve(PREFIX + "link.cfg"), folder.resolve("not there"));
        KeyFiles keys = new KeyFiles(folder);
        assertThat(keys.list())
                .filteredOn(KeyFiles.Entry::usable)
                .extracting(KeyFiles.Entry::name)
                .containsExactlyInAnyOrder("marked", "plain");
        assertThat(keys.list()).as("what cannot be read is a key, too").hasSize(4);
    }

    @Test
    void replacedInTheOtherFormatThereIsOneFileLeft() throws Exception {
        Path old = Files.writeString(folder.resolve(PREFIX + "ops.config"), "role=\"view\"\nkey=\"x\"\n");
        Files.writeString(folder.resolve("org.geometryos.compositor.endpoint.cfg"), "role = admin\nkey = x");
        KeyFiles keys = new KeyFiles(folder);
        assertThat(keys.named("ops")).singleElement().matches(KeyFiles.Entry::usable);
        Path file = keys.write("ops", "admin", "cb_a_b");
        assertThat(old).doesNotExist();
        assertThat(keys.remove("ops")).containsExactly(file);
        assertThat(keys.remove("ops")).isEmpty();
        assertThat(keys.any()).isFalse();
    }
}
