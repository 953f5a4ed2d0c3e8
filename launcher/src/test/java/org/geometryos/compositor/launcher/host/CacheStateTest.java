package org.geometryos.compositor.launcher.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheStateTest {

    @TempDir
    Path folder;

    private void leave(String bundle, String name, String content, long modified) throws IOException {
        Path file = Files.createDirectories(
                        folder.resolve("cache").resolve(bundle).resolve("data"))
                .resolve(name);
        Files.writeString(file, content);
        Files.setLastModifiedTime(file, FileTime.fromMillis(modified));
    }

    @Test
    void whatLiesInACacheOfWhichNothingIsKnownIsMovedIntoTheDataFolder() throws Exception {
        leave("bundle17", "scene.json", "scene", 1_000);
        leave("bundle18", "displays.json", "displays", 1_000);
        Files.writeString(folder.resolve("cache/bundle17/bundle.info"), "");
        try (DataFolder data = DataFolder.open(folder)) {
            CacheState.rescue(data);
            assertThat(data.path("scene/scene.json")).hasContent("scene");
            assertThat(data.path("connections/displays.json")).hasContent("displays");
            DataFolder.delete(data.path("cache"));
        }
        try (DataFolder data = DataFolder.open(folder)) {
            CacheState.rescue(data);
            assertThat(data.path("scene/scene.json")).hasContent("scene");
        }
    }

    @Test
    void ofSeveralTheLatestCounts() throws Exception {
        leave("bundle17", "scene.json", "later", 2_000);
        leave("bundle3", "scene.json", "earlier", 1_000);
        leave("bundle4", "scene.json", "first", 500);
        try (DataFolder data = DataFolder.open(folder)) {
            CacheState.rescue(data);
        }
        assertThat(folder.resolve("scene/scene.json")).hasContent("later");
    }

    @Test
    void whatMayHoldSecretsIsForItsOwnerAlone() throws Exception {
        assumeTrue(
                folder.getFileSystem().supportedFileAttributeViews().contains("posix"),
                "the file system knows no permissions");
        Path config = Files.createDirectories(folder.resolve("old/config"));
        Files.setPosixFilePermissions(config, PosixFilePermissions.fromString("rwxr-xr-x"));
        DataFolder.open(folder.resolve("old")).close();
        DataFolder.open(folder.resolve("new")).close();
        for (String name : new String[] {"old/config", "old/log", "new", "new/config", "new/scene"}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name))))
                    .as(name)
                    .isEqualTo("rwx------");
        }
    }
}
