package org.geometryos.compositor.camera.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.geometryos.compositor.camera.replay.Fixtures.line;
import static org.geometryos.compositor.camera.replay.Fixtures.lines;

import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.camera.View3d;
import org.geometryos.compositor.protocol.codec.Codecs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordingReaderTest {
    @TempDir
    Path folder;

    private RecordedFile read(String text) throws Exception {
        return read(text.getBytes(StandardCharsets.UTF_8));
    }

    private RecordedFile read(byte[] bytes) throws Exception {
        return RecordingReader.read(Files.write(folder.resolve("r.jsonl"), bytes), Codecs.json());
    }

    @Test
    void linesAsAClientSendsAndAsAServerSendsThemAreRead() throws Exception {
        RecordedFile recording = read(line("a", 5_000, 1) + "\n"
                + line(
                        "a",
                        6_000,
                        2,
                        ",\"seq\":17,\"received\":9,\"source\":\"x\",\"origin\":\"s1\",\"sample\":4,\"cut\":true,"
                                + "\"timecode\":\"01:00:00:00\"")
                + "\n");
        assertThat(recording.size()).isEqualTo(2);
        assertThat(recording.cameras()).containsExactly("a");
        assertThat(recording.frame(0))
                .isEqualTo(new RecordedFile.Frame(0, 0, new View2d(1, 0, 1, 0), false, java.util.Optional.empty()));
        assertThat(recording.frame(1))
                .isEqualTo(new RecordedFile.Frame(
                        1_000, 0, new View2d(2, 0, 1, 0), true, java.util.Optional.of("01:00:00:00")));
        assertThat(recording.flaw()).isEmpty();
    }

    @Test
    void blankLinesCommentsByteOrderMarkAndWindowsLineEndsDoNoHarm() throws Exception {
        RecordedFile recording =
                read("\uFEFF# a recording\r\n\r\n  \t" + line("a", 1, 1) + "\r\n \r\n  # {\r\n" + line("a", 2, 2));
        assertThat(recording.size()).isEqualTo(2);
        assertThat(recording.flaw()).isEmpty();
    }

    @Test
    void aLapIsTheLengthAndOneUsualDistanceMore() throws Exception {
        assertThat(read(lines("a", 60, 20)).lap()).isEqualTo(1_200_000);
        assertThat(read(line("a", 0, 0) + "\n" + line("a", 9_000, 1) + "\n" + line("a", 10_000, 2) + "\n"
                                + line("a", 11_000, 2))
                        .lap())
                .as("a pause does not count")
                .isEqualTo(12_000);
        assertThat(read(line("a", 7, 0)).lap()).isEqualTo(1_000_000);
    }

    @Test
    void severalCamerasAreBroughtInOrder() throws Exception {
        RecordedFile recording = read(line("b", 3_000, 0) + "\n" + line("a", 1_000, 1) + "\n" + line("b", 3_000, 2)
                + "\n" + line("a", 2_000, 3));
        assertThat(recording.cameras()).containsExactly("b", "a");
        assertThat(Stream.of(0, 1, 2, 3)
                        .map(i -> recording.frame(i).offset() + ":"
                                + (int) ((View2d) recording.frame(i).view()).x()))
                .containsExactly("0:1", "1000:3", "2000:0", "2000:2");
    }

    static Stream<Arguments> broken() {
        String good = line("a", 10, 1) + "\n";
        return Stream.of(
                Arguments.of("", "is empty"),
                Arguments.of("# nothing\n\n", "holds no camera message"),
                Arguments.of("no json\n", "none of its 1 lines can be played; the first: line 1: "),
                Arguments.of("{\"type\":\"ping\",\"t0\":1}\n", "line 1: type must be \"camera\""),
                Arguments.of("[1,2]\n{}\n", "none of its 2 lines can be played; the first: line 1: "),
                Arguments.of(
                        good + good.repeat(2) + line("a", 9, 2),
                        "line 4: time must not go backwards within a camera, but 9 of camera a comes after 10"),
                Arguments.of(good + line("a", 10 + 31L * 24 * 3600 * 1_000_000, 2), "lasts longer than 30 days"),
                Arguments.of(good + "x\n".repeat(101), "more than 100 lines are broken; the first: line 2: "),
                Arguments.of("z".repeat(70_000), "line 1: is longer than 65536 bytes"),
                Arguments.of(
                        Stream.iterate(0, i -> i + 1)
                                .limit(101)
                                .map(i -> line("c" + i, 1, 1))
                                .reduce("", (a, b) -> a + b + "\n"),
                        "line 101: camera c100 is one too many"));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void aBrokenFileIsRefusedWithLineAndRule(String text, String message) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(UnplayableException.class)
                .hasMessageContaining(message);
    }

    static Stream<Arguments> brokenLines() {
        return Stream.of(
                Arguments.of(line("a", 20, 2).replace(",\"time\":20", ""), "time is required"),
                Arguments.of(line("a", 20, 2).replace("\"time\":20", "\"time\":-1"), "time"),
                Arguments.of(line("a", 20, 2).replace("\"time\":20", "\"time\":\"now\""), "time"),
                Arguments.of(line("a", 20, 2).replace("\"zoom\":1", "\"zoom\":0"), "zoom"),
                Arguments.of(line("a", 20, 2).replace("\"zoom\":1", "\"zoom\":NaN"), ""),
                Arguments.of(line("a", 20, 2).replace(",\"rotation\":0", ""), "rotation"),
                Arguments.of(line("a//b", 20, 2), "camera"),
                Arguments.of(line("a", 20, 2).replaceAll("\"view\".*", "\"v\":1}"), "view"),
                Arguments.of(line("a", 20, 2, ",\"timecode\":\"" + "1".repeat(33) + "\""), "timecode"),
                Arguments.of(line("a", 20, 2).substring(0, 50), ""),
                Arguments.of("\u0000\u0001\u0002", ""),
                Arguments.of("{\"type\":\"snapshot\"}", "type"),
                Arguments.of(line("a", 20, 2, ",\"pad\":\"" + "x".repeat(66_000) + "\""), "is longer than 65536 bytes"),
                Arguments.of(line("a", 20, 2).replace("\"2d\"", "\"3d\""), ""));
    }

    @ParameterizedTest
    @MethodSource("brokenLines")
    void aBrokenLineIsLeftOutAndTold(String broken, String why) throws Exception {
        RecordedFile recording = read(line("a", 10, 1) + "\n" + broken + "\n" + line("a", 30, 3) + "\n");
        assertThat(recording.size()).isEqualTo(2);
        assertThat(recording.flaw())
                .startsWith("1 broken line is left out: line 2: ")
                .contains(why);
    }

    @Test
    void invalidUtf8IsABrokenLine() throws Exception {
        byte[] text = (line("a", 10, 1) + "\n" + line("?", 20, 2) + "\n").getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < text.length; i++) {
            text[i] = text[i] == '?' ? (byte) 0xC3 : text[i];
        }
        assertThat(read(text).flaw()).startsWith("1 broken line is left out: line 2: ");
    }

    @Test
    void severalBrokenLinesAreToldInOneSentence() throws Exception {
        assertThat(read("x\ny\n" + line("a", 10, 1)).flaw())
                .startsWith("2 broken lines are left out, the first: line 1: ");
    }

    @Test
    void linesAcrossReadBuffersStayWhole() throws Exception {
        RecordedFile recording = read(lines("a", 5_000, 1));
        assertThat(recording.size()).isEqualTo(5_000);
        assertThat(recording.flaw()).isEmpty();
        assertThat(((View2d) recording.frame(4_999).view()).x()).isEqualTo(4_999);
    }

    @Test
    void missingAndHugeFilesAndFoldersAreRefused() throws Exception {
        assertThatThrownBy(() -> RecordingReader.read(folder.resolve("none"), Codecs.json()))
                .hasMessage("there is no such file");
        assertThatThrownBy(() -> RecordingReader.read(folder, Codecs.json())).hasMessage("is not a regular file");
        try (RandomAccessFile huge = new RandomAccessFile(folder.resolve("huge").toFile(), "rw")) {
            huge.setLength(RecordingReader.MAX_BYTES + 1);
        }
        assertThatThrownBy(() -> RecordingReader.read(folder.resolve("huge"), Codecs.json()))
                .hasMessage("has 67108865 bytes; a recording may have at most 67108864 (64 MiB)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tour", "stage"})
    void ourOwnRecordingsAreWhole(String camera) throws Exception {
        Process node = new ProcessBuilder(
                        "node", "../../launcher/src/main/recordings/make-recordings.mjs", folder.toString())
                .inheritIO()
                .start();
        assertThat(node.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(node.exitValue()).isZero();
        RecordedFile recording = RecordingReader.read(folder.resolve(camera + ".jsonl"), Codecs.json());
        assertThat(recording.cameras()).containsExactly(camera);
        assertThat(recording.size()).isEqualTo(3_600);
        assertThat(recording.flaw()).isEmpty();
        assertThat(recording.lap()).isBetween(59_999_990L, 60_000_010L);
        if (recording.frame(0).view() instanceof View3d first
                && recording.frame(1).view() instanceof View3d second) {
            assertThat(second.lens().get())
                    .as("what does not change is shared")
                    .isSameAs(first.lens().get());
        }
    }
}
