package org.geometryos.compositor.launcher.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartTest {

    @TempDir
    Path folder;

    @Test
    void portInUseIsNamed() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThatThrownBy(() -> Address.free("127.0.0.1", other.getLocalPort()))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("cannot listen on port " + other.getLocalPort() + " of 127.0.0.1");
        }
    }

    @Test
    void portZeroTakesAFreePort() throws StartException {
        assertThat(Address.free("127.0.0.1", 0).port()).isPositive();
    }

    @Test
    void addressesToOpenAreShownAsABrowserTakesThem() {
        Address usual = new Address("127.0.0.1", 8081);
        assertThat(usual.page()).hasToString("http://localhost:8081/");
        assertThat(usual.displays()).hasToString("ws://localhost:8081/compositor");
        assertThat(usual.status()).hasToString("http://127.0.0.1:8081/compositor/status");
        assertThat(new Address("::1", 80).page()).hasToString("http://[::1]:80/");
        assertThat(new Address("127.0.0.2", 80).page()).hasToString("http://127.0.0.2:80/");
    }

    @Test
    void dataFolderIsForOneInstance() throws StartException {
        Path data = folder.resolve("data");
        try (DataFolder first = DataFolder.open(data)) {
            assertThat(first.path("recordings")).isDirectory();
            assertThatThrownBy(() -> DataFolder.open(data))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("the data folder " + data + " is in use by another instance (process "
                            + ProcessHandle.current().pid() + ")");
        }
    }

    @Test
    void lockFileLeftBehindIsNoObstacle() throws IOException, StartException {
        Files.writeString(folder.resolve("lock"), "12345678901");
        DataFolder.open(folder).close();
        DataFolder.open(folder).close();
        assertThat(folder.resolve("lock"))
                .hasContent(Long.toString(ProcessHandle.current().pid()));
    }

    @Test
    void dataFolderThatCannotBeWrittenIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThatThrownBy(() -> DataFolder.open(file.resolve("data")))
                .isInstanceOf(StartException.class)
                .hasMessageStartingWith("--data " + file.resolve("data") + ": cannot be written (");
    }

    @Test
    void recordingsComeWithTheDistributionAndEditedOnesStay() throws IOException, StartException {
        Path shipped = Files.createDirectory(folder.resolve("shipped"));
        Path tour = Files.writeString(shipped.resolve("tour.jsonl"), "old");
        try (DataFolder data = DataFolder.open(folder.resolve("data"))) {
            Path copy = data.path("recordings/tour.jsonl");
            data.addRecordings(shipped);
            assertThat(copy).hasContent("old");

            Files.writeString(copy, "edited");
            Files.setLastModifiedTime(copy, FileTime.from(Instant.now().plusSeconds(10)));
            data.addRecordings(shipped);
            assertThat(copy).hasContent("edited");

            Files.writeString(tour, "new");
            Files.setLastModifiedTime(tour, FileTime.from(Instant.now().plusSeconds(20)));
            data.addRecordings(shipped);
            assertThat(copy).hasContent("new");
        }
    }
}
