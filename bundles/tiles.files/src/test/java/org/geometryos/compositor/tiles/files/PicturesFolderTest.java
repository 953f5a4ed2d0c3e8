package org.geometryos.compositor.tiles.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.geometryos.compositor.api.tiles.TileTree;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PicturesFolderTest {
    private static final byte[] PNG = Pictures.png(9, 9, 1);

    @TempDir
    private Path temporary;

    private Path root;
    private PicturesFolder folder;

    @BeforeEach
    void begin() throws IOException {
        root = Files.createDirectory(temporary.resolve("pictures"));
        folder = new PicturesFolder(root, Pictures.tileset("world", 5), 100);
    }

    private byte[] open(int z, int x, int y, long stamp) throws IOException {
        try (InputStream in = folder.open(z, x, y, stamp)) {
            return in.readAllBytes();
        }
    }

    @Test
    void picturesHaveTheirTimesAsStamps() throws Exception {
        Pictures.put(root.resolve("0/0/0.png"), PNG, 1_000);
        Pictures.put(root.resolve("3/7/2.jpeg"), PNG, 2_000);
        Files.writeString(root.resolve("README.txt"), "not a picture");
        Files.createDirectory(root.resolve(".git"));
        assertThat(folder.pictures()).isEqualTo(TileTree.tile(0, 0, 0, 1_000).plus(TileTree.tile(3, 7, 2, 2_000)));
        assertThat(folder.refused()).isEmpty();
        assertThat(open(3, 7, 2, 2_000)).isEqualTo(PNG);
    }

    @Test
    void ofSeveralFormsTheFirstCounts() throws Exception {
        Pictures.put(root.resolve("1/1/1.jpg"), PNG, 3_000);
        Pictures.put(root.resolve("1/1/1.png"), PNG, 2_000);
        assertThat(folder.pictures()).isEqualTo(TileTree.tile(1, 1, 1, 2_000));
    }

    @Test
    void namesThatAreNoTileAreRefusedWithTheReason() throws Exception {
        Pictures.put(root.resolve("2/4/0.png"), PNG, 1_000);
        Pictures.put(root.resolve("6/0/0.png"), PNG, 1_000);
        Pictures.put(root.resolve("5/9999999999/0.png"), PNG, 1_000);
        assertThat(folder.pictures()).isEqualTo(TileTree.EMPTY);
        assertThat(folder.refused()).containsOnlyKeys("2/4/0.png", "6/0/0.png", "5/9999999999/0.png");
        assertThat(folder.refused().get("2/4/0.png")).contains("x", "4", "must lie in [0, 3]");
        assertThat(folder.refused().get("6/0/0.png")).isEqualTo("its level 6 must lie in [0, 5]");
    }

    @Test
    void linksOutOfTheFolderAreNotFollowed() throws Exception {
        Path secret = Files.write(temporary.resolve("secret.png"), PNG);
        Pictures.put(temporary.resolve("outside/0.png"), PNG, 1_000);
        Files.createDirectories(root.resolve("1/0"));
        Files.createSymbolicLink(root.resolve("1/0/0.png"), secret);
        Files.createSymbolicLink(root.resolve("1/1"), temporary.resolve("outside"));
        assertThat(folder.pictures()).isEqualTo(TileTree.EMPTY);
        assertThat(folder.refused()).containsOnlyKeys("1/0/0.png", "1/1").containsValue("links are not followed");
        assertThatThrownBy(() -> open(1, 0, 0, 0)).isInstanceOf(IOException.class);
        // behind a link that took a folder's place since it was listed
        assertThatThrownBy(() -> open(1, 1, 0, 1_000)).hasMessageContaining("behind a link");
    }

    @Test
    void aPictureThatHasChangedIsNotReadForTheOneBefore() throws Exception {
        Path file = root.resolve("0/0/0.png");
        Pictures.put(file, PNG, 1_000);
        folder.pictures();
        try (InputStream in = folder.open(0, 0, 0, 1_000)) {
            Files.setLastModifiedTime(file, FileTime.fromMillis(5_000));
            assertThatThrownBy(in::readAllBytes).hasMessageContaining("it has changed");
        }
        assertThatThrownBy(() -> open(0, 0, 0, 1_000)).hasMessageContaining("it has changed");
        assertThat(open(0, 0, 0, 5_000)).isEqualTo(PNG);
    }

    @Test
    void ofTooManyFilesAndOfAFolderThatIsAwayNothingIsSaid() throws Exception {
        for (int i = 0; i < 100; i++) {
            Pictures.put(root.resolve("5/1/" + i + ".txt"), PNG, 1_000);
        }
        assertThatThrownBy(folder::pictures).hasMessage("it holds more than 100 files and folders (maxFiles)");
        assertThatThrownBy(new PicturesFolder(temporary.resolve("none"), folder.tileset(), 9)::pictures)
                .isInstanceOf(IOException.class);
    }
}
