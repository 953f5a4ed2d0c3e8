package org.geometryos.compositor.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.geometryos.compositor.health.Health;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskTest {
    private static final long MIB = 1 << 20;

    @TempDir
    private Path folder;

    private long free = 1_000 * MIB;

    private Disk disk() {
        return new Disk(folder, () -> free);
    }

    @Test
    void lessThanTheBoundIsWorthAWarningThatNamesFolderAndRoom() {
        assertThat(disk().problems(1_000 * MIB)).isEmpty();
        free--;
        assertThat(disk().problems(1_000 * MIB)).singleElement().satisfies(problem -> {
            assertThat(problem.level()).isEqualTo(Health.Level.WARNING);
            assertThat(problem.text()).contains(folder.toString(), "999 MiB", "minFreeMiB (1000)");
        });
        free = 0;
        assertThat(disk().problems(0)).isEmpty();
    }

    @Test
    void aFolderThatTakesNothingIsDownAndWellWhenItTakesSomething() throws IOException {
        Path obstacle = Files.createDirectories(folder.resolve(".health/full"));
        assertThat(disk().problems(0)).singleElement().satisfies(problem -> {
            assertThat(problem.level()).isEqualTo(Health.Level.DOWN);
            assertThat(problem.text()).contains("nothing can be written", folder.toString());
        });
        Files.delete(obstacle);
        Files.delete(obstacle.getParent());
        assertThat(disk().problems(0)).isEmpty();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aFolderThatIsGoneIsSaid() throws IOException {
        Files.delete(folder);
        assertThat(disk().problems(0))
                .singleElement()
                .satisfies(problem -> assertThat(problem.text()).contains("is not there"));
        Files.createDirectory(folder);
    }

    @Test
    void theRoomIsThatOfTheFolder() {
        assertThat(Disk.of(folder).problems(1)).isEmpty();
        assertThat(Disk.of(folder).problems(Long.MAX_VALUE)).hasSize(1);
    }
}
