package org.geometryos.compositor.camera.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.geometryos.compositor.camera.replay.Fixtures.line;
import static org.geometryos.compositor.camera.replay.Fixtures.lines;
import static org.geometryos.compositor.camera.replay.Fixtures.write;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.geometryos.compositor.protocol.codec.Codecs;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingLibraryTest {
    @TempDir
    Path base;

    private final List<String> errors = new ArrayList<>();
    private final List<List<Part>> played = new ArrayList<>();
    private RecordingLibrary library;

    @BeforeEach
    void library() {
        library = new RecordingLibrary(base, Codecs.json(), Clock.SYSTEM, Optional::empty, played::add, errors::add);
    }

    private void configure(Object... keysAndValues) {
        Map<String, Object> properties = new java.util.HashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            properties.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        library.configure(Settings.of(properties));
        library.poll();
    }

    /** What plays now. */
    private List<String> cameras() {
        return played.isEmpty()
                ? List.of()
                : played.get(played.size() - 1).stream()
                        .flatMap(part -> part.cameras().stream())
                        .toList();
    }

    @Test
    void relativeAndAbsoluteNamesAreFound() throws Exception {
        write(base.resolve("a.jsonl"), lines("a", 3, 10));
        Path other = Files.createDirectory(base.resolve("elsewhere"));
        write(other.resolve("b.jsonl"), lines("b", 3, 10));
        configure("file", new String[] {"a.jsonl", other.resolve("b.jsonl").toString()});
        assertThat(cameras()).containsExactly("a", "b");
        assertThat(library.status().problems()).isEmpty();
        library.poll();
        assertThat(played).as("nothing new, nothing said").hasSize(1);
    }

    @Test
    void aMissingFileIsToldOnceAndPlayedWhenItAppears() throws Exception {
        write(base.resolve("a.jsonl"), lines("a", 3, 10));
        configure("file", "late.jsonl,a.jsonl");
        library.poll();
        library.poll();
        assertThat(cameras()).as("the rest goes on").containsExactly("a");
        assertThat(errors).containsExactly("late.jsonl: there is no such file");
        assertThat(library.status().problems()).containsExactly("late.jsonl: there is no such file");
        write(base.resolve("late.jsonl"), lines("late", 3, 10));
        library.poll();
        assertThat(cameras()).containsExactly("late", "a");
        assertThat(library.status().problems()).isEmpty();
        assertThat(errors).hasSize(1);
    }

    @Test
    void aBrokenFileIsToldOnceAndPlayedWhenItIsCorrected() throws Exception {
        write(base.resolve("a.jsonl"), "{\"type\":\"camera\"}\n");
        configure("file", "a.jsonl");
        library.poll();
        assertThat(cameras()).isEmpty();
        assertThat(errors).hasSize(1);
        assertThat(errors.get(0)).startsWith("a.jsonl: none of its 1 lines can be played; the first: line 1: ");
        write(base.resolve("a.jsonl"), "still broken\n");
        library.poll();
        assertThat(errors).hasSize(2);
        write(base.resolve("a.jsonl"), lines("a", 3, 10));
        library.poll();
        assertThat(cameras()).containsExactly("a");
        assertThat(library.status().problems()).isEmpty();
    }

    @Test
    void whatWasReadBeforeGoesOnWhenTheFileBreaksOrVanishes() throws Exception {
        write(base.resolve("a.jsonl"), lines("a", 3, 10));
        configure("file", "a.jsonl");
        write(base.resolve("a.jsonl"), "");
        library.poll();
        assertThat(cameras()).containsExactly("a");
        assertThat(errors).containsExactly("a.jsonl: is empty; its previous content plays on");
        Files.delete(base.resolve("a.jsonl"));
        library.poll();
        library.poll();
        assertThat(cameras()).containsExactly("a");
        assertThat(errors).hasSize(2);
        assertThat(played).hasSize(1);
    }

    @Test
    void brokenLinesAreToldOnceAndTheRestIsPlayed() throws Exception {
        write(base.resolve("a.jsonl"), lines("a", 3, 10) + "{\"type\":\"cam");
        configure("file", "a.jsonl");
        library.poll();
        assertThat(cameras()).containsExactly("a");
        assertThat(errors).hasSize(1);
        assertThat(errors.get(0)).startsWith("a.jsonl: 1 broken line is left out: line 4: ");
        assertThat(library.status().flaws()).containsExactlyElementsOf(errors);
        assertThat(library.status().problems()).isEmpty();
    }

    @Test
    void aFileThatIsBeingWrittenIsReadWhenItIsStill() throws Exception {
        Path file = Files.writeString(base.resolve("a.jsonl"), "half a li");
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(60)));
        configure("file", "a.jsonl");
        Files.writeString(file, lines("a", 3, 10));
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(61)));
        library.poll();
        assertThat(cameras()).isEmpty();
        library.poll();
        assertThat(cameras()).containsExactly("a");
        assertThat(errors).isEmpty();
    }

    @Test
    void aFolderIsWatched() throws Exception {
        configure("folder", "shows/today");
        assertThat(base.resolve("shows/today")).isDirectory();
        assertThat(library.status().problems()).isEmpty();
        write(base.resolve("shows/today/b.jsonl"), lines("b", 3, 10));
        write(base.resolve("shows/today/a.jsonl"), lines("a", 3, 10));
        write(base.resolve("shows/today/.hidden.jsonl"), lines("h", 3, 10));
        write(base.resolve("shows/today/notes.txt"), "x");
        Files.createDirectory(base.resolve("shows/today/dir.jsonl"));
        library.poll();
        assertThat(cameras()).containsExactly("a", "b");
        Reel a = played.get(played.size() - 1).get(0).recording();
        write(base.resolve("shows/today/b.jsonl"), lines("c", 3, 10));
        library.poll();
        assertThat(cameras()).containsExactly("a", "c");
        assertThat(played.get(played.size() - 1).get(0).recording())
                .as("unchanged")
                .isSameAs(a);
        Files.delete(base.resolve("shows/today/b.jsonl"));
        library.poll();
        assertThat(cameras()).containsExactly("a");
        assertThat(errors).isEmpty();
    }

    @Test
    void aFolderThatCannotBeIsToldOnce() throws Exception {
        write(base.resolve("file"), "x");
        configure("folder", "file");
        library.poll();
        assertThat(errors).hasSize(1);
        assertThat(errors.get(0)).startsWith("folder file: cannot be read: ");
        assertThat(library.status().problems()).hasSize(1);
    }

    @Test
    void aCameraIsRenamedIfItIsTheOnlyOne() throws Exception {
        write(base.resolve("a.jsonl"), lines("a", 3, 10));
        write(base.resolve("two.jsonl"), line("x", 1, 1) + "\n" + line("y", 1, 1));
        configure("file", "two.jsonl,a.jsonl", "camera", "wall");
        assertThat(cameras()).containsExactly("wall");
        assertThat(errors)
                .containsExactly(
                        "two.jsonl: camera can be set for a recording with one camera only; this one has x, y");
    }

    @Test
    void aCameraIsPlayedFromOneFileOnly() throws Exception {
        write(base.resolve("a.jsonl"), lines("a", 3, 10));
        write(base.resolve("b.jsonl"), lines("a", 3, 10));
        configure("file", "a.jsonl,b.jsonl");
        assertThat(played.get(0)).hasSize(1);
        assertThat(errors).containsExactly("b.jsonl: camera a is played from a.jsonl already");
        Files.delete(base.resolve("b.jsonl"));
        write(base.resolve("b.jsonl"), lines("b", 3, 10));
        library.poll();
        assertThat(cameras()).containsExactly("a", "b");
    }

    @Test
    void anotherListOfFilesKeepsWhatIsInBoth() throws Exception {
        write(base.resolve("a.jsonl"), lines("a", 3, 10));
        write(base.resolve("b.jsonl"), lines("b", 3, 10));
        configure("file", "a.jsonl");
        Reel a = played.get(0).get(0).recording();
        configure("file", "b.jsonl,a.jsonl");
        assertThat(cameras()).containsExactlyInAnyOrder("a", "b");
        assertThat(played.get(1)).anyMatch(part -> part.recording() == a);
    }

    @Test
    void aHundredRecordingsOfAFolderArePlayed() throws Exception {
        for (int i = 0; i < 102; i++) {
            write(base.resolve("c" + i + ".jsonl"), line("c" + i, 1, 1));
        }
        configure("folder", ".");
        assertThat(cameras()).hasSize(100);
        assertThat(errors).containsExactly("folder .: holds more than 100 recordings; the others are not played");
    }
}
