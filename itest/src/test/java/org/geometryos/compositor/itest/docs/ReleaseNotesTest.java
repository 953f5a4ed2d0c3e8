package org.geometryos.compositor.itest.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.geometryos.compositor.itest.outside.Tools;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script that makes the notes of a release out of the changelog. */
class ReleaseNotesTest {
    private static final String CHANGELOG = """
            # Changelog

            ## 0.3.0 (not released)
            - Something [new](docs/new.md#part), [elsewhere](https://example.org/a) and [here](#0.2.0).

            ## 0.2.0 (2026-12-01)

            - First line
              of two, with \\d and ${HOME}.

            - Another.


            ## 0.1.0 (2026-11-01)
            - The first.
            """;

    @TempDir
    private Path folder;

    private record Said(int exit, String text) {}

    private Said notes(String... options) throws IOException, InterruptedException {
        Path changelog = Files.writeString(folder.resolve("CHANGELOG.md"), CHANGELOG);
        Path log = folder.resolve("log");
        Files.deleteIfExists(log);
        List<String> command = new ArrayList<>(
                List.of("sh", Repository.ROOT.resolve(".ci/release-notes").toString()));
        command.addAll(List.of(options));
        command.add(changelog.toString());
        int exit = Tools.run(Duration.ofSeconds(30), folder, log, Map.of(), command);
        return new Said(exit, Files.readString(log));
    }

    @Test
    void aReleaseHasItsSectionWithoutTheLinesAroundIt() throws Exception {
        assertEquals(new Said(0, "- First line\n  of two, with \\d and ${HOME}.\n\n- Another.\n"), notes("0.2.0"));
        assertEquals(new Said(0, "- The first.\n"), notes("0.1.0"));
    }

    @Test
    void whatIsNotReleasedHasNotesAsADraftOnly() throws Exception {
        Said refused = notes("0.3.0");
        assertEquals(1, refused.exit);
        assertTrue(refused.text.contains("0.3.0 is not released"), refused.text);
        assertEquals(0, notes("--draft", "0.3.0").exit);
    }

    @Test
    void linksIntoTheProjectBeginWithItsAddress() throws Exception {
        assertEquals(
                new Said(
                        0,
                        "- Something [new](https://bridge.example/v3/docs/new.md#part),"
                                + " [elsewhere](https://example.org/a) and [here](#0.2.0).\n"),
                notes("--draft", "--base", "https://bridge.example/v3/", "0.3.0"));
    }

    @Test
    void aVersionThatIsNotThereIsNamed() throws Exception {
        Said refused = notes("0.2");
        assertEquals(1, refused.exit);
        assertTrue(refused.text.contains("has no version 0.2"), refused.text);
        assertEquals(2, notes("--base").exit);
        assertEquals(2, notes("--other", "0.1.0").exit);
    }

    @Test
    void theChangelogOfTheProjectHasTheVersionOfTheBuild() throws Exception {
        String pom = Repository.read(Repository.ROOT.resolve("pom.xml"));
        String version =
                pom.replaceFirst("(?s).*?<version>([^<]*)</version>.*", "$1").replace("-SNAPSHOT", "");
        Path log = folder.resolve("log");
        int exit = Tools.run(
                Duration.ofSeconds(30),
                folder,
                log,
                Map.of(),
                List.of("sh", Repository.ROOT.resolve(".ci/release-notes").toString(), "--draft", version));
        assertEquals(0, exit, Files.readString(log));
        assertTrue(Files.readString(log).contains("\n- "), Files.readString(log));
    }
}
