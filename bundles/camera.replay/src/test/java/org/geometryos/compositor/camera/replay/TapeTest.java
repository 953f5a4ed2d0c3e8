package org.geometryos.compositor.camera.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.geometryos.compositor.api.recording.RecordedEntry;
import org.geometryos.compositor.api.recording.Recorder;
import org.geometryos.compositor.api.recording.RecorderStatus;
import org.geometryos.compositor.api.recording.Recording;
import org.geometryos.compositor.api.recording.RecordingException;
import org.geometryos.compositor.api.recording.Selection;
import org.geometryos.compositor.api.replay.PlaybackCommand;
import org.geometryos.compositor.api.replay.PlaybackState;
import org.geometryos.compositor.camera.replay.Fixtures.TestClock;
import org.geometryos.compositor.camera.replay.Fixtures.TestSink;
import org.geometryos.compositor.protocol.codec.Codecs;
import org.junit.jupiter.api.Test;

/** A recording of the recorder, played from where it lies. */
class TapeTest {
    private static final long BEGIN = 1_700_000_000_000_000L;

    private final TestClock clock = new TestClock();
    private final TestSink sink = new TestSink();
    private final Player player = new Player(clock);
    private final List<String> errors = new ArrayList<>();
    private final List<RecordedEntry> entries = new ArrayList<>();
    /** How long the recorder takes to find the beginning, nanoseconds. */
    private long seeking;

    private Optional<Recorder> recorder = Optional.of(new ListRecorder());
    private final RecordingLibrary library =
            new RecordingLibrary(Path.of("."), Codecs.json(), clock, () -> recorder, player::parts, errors::add);

    /** What the recorder has, in a list. */
    private final class ListRecorder implements Recorder {
        @Override
        public RecorderStatus status() {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Recording> recordings() {
            return List.of(
                    new Recording("old", 0, 0, 1, 1, 1, List.of("x"), 0),
                    new Recording(
                            "e1",
                            BEGIN,
                            BEGIN,
                            entries.get(entries.size() - 1).received(),
                            entries.size(),
                            entries.size(),
                            List.of("a", "b"),
                            0));
        }

        @Override
        public List<RecordedEntry> read(Selection what, long after, int max) throws RecordingException {
            if (!what.epoch().equals("e1") || !what.viewsOnly()) {
                throw new RecordingException("asked for " + what);
            }
            clock.nanos += after == 0 ? seeking : 0;
            return entries.stream()
                    .filter(entry ->
                            entry.seq() > after && entry.received() >= what.from() && entry.received() <= what.to())
                    .limit(max)
                    .toList();
        }

        @Override
        public List<RecordedEntry> newest(Selection what, long before) {
            Map<String, RecordedEntry> newest = new java.util.HashMap<>();
            for (RecordedEntry entry : entries) {
                String camera = entry.json().replaceAll(".*\"camera\":\"([^\"]*)\".*", "$1");
                if (entry.seq() < before
                        && entry.received() >= what.from()
                        && entry.received() <= what.to()
                        && what.cameras().contains(camera)) {
                    newest.put(camera, entry);
                }
            }
            return List.copyOf(newest.values());
        }
    }

    /** @param age of the sample when it was received, microseconds */
    private void view(String camera, long offset, long age) {
        int seq = entries.size() + 1;
        long received = BEGIN + offset;
        entries.add(new RecordedEntry(
                seq,
                received,
                "{\"type\":\"camera\",\"seq\":" + seq + ",\"camera\":\"" + camera + "\",\"time\":" + (received - age)
                        + ",\"received\":" + received + ",\"source\":\"s\",\"view\":{\"kind\":\"2d\",\"center\":[" + seq
                        + ",0],\"zoom\":1,\"rotation\":0}}"));
    }

    private void play(Object... more) {
        Map<String, Object> properties = new java.util.HashMap<>(Map.of("recording", "e1", "loop", false));
        for (int i = 0; i < more.length; i += 2) {
            properties.put((String) more[i], more[i + 1]);
        }
        Settings settings = Settings.of(properties);
        player.pace(new Player.Pace(settings.loop(), settings.speed()));
        library.configure(settings);
        library.poll();
        player.connected(sink);
    }

    /** As the player's thread does, for so many milliseconds. */
    private void run(double millis) {
        long end = clock.nanos + Math.round(millis * 1e6);
        for (long due = player.step(); due != Player.NEVER && due <= end; due = player.step()) {
            if (!player.readAhead()) {
                clock.nanos = Math.max(clock.nanos, due);
            }
        }
        clock.nanos = end;
    }

    private static List<Integer> range(int first, int last) {
        return IntStream.rangeClosed(first, last).boxed().toList();
    }

    @Test
    void viewsAreSentAsTheyWereReceivedAndAreAsOldAsTheyWere() {
        view("a", 0, 0);
        view("b", 1_000, 40_000);
        view("a", 16_667, 300);
        view("b", 18_000, 40_500);
        play();
        run(50);
        assertThat(sink.lines()).containsExactly(1, 2, 3, 4);
        assertThat(sink.times())
                .containsExactly(
                        5_000_000L,
                        5_000_000L + 1_000 - 40_000,
                        5_000_000L + 16_667 - 300,
                        5_000_000L + 18_000 - 40_500);
        assertThat(sink.updates).extracting(update -> update.camera()).containsExactly("a", "b", "a", "b");
        assertThat(player.finished()).isTrue();
        assertThat(errors).isEmpty();
    }

    @Test
    void longRecordingsArePlayedToTheirEndAndKeptReadyInPartsOnly() {
        for (int i = 0; i < 5_000; i++) {
            view("a", i * 10_000L, 0);
        }
        play();
        run(5_000 * 10 + 100);
        assertThat(sink.lines()).isEqualTo(range(1, 5_000));
        assertThat(player.skippedFrames()).isZero();
        assertThat(player.finished()).isTrue();
    }

    @Test
    void itLoopsWithOneMeanDistanceBetweenTheLaps() {
        for (int i = 0; i < 20; i++) {
            view("a", i * 10_000L, 0);
        }
        play("loop", true);
        run(20 * 10 * 3 - 1);
        assertThat(sink.lines()).hasSize(60).startsWith(1, 2).endsWith(19, 20);
        assertThat(sink.times().get(40) - sink.times().get(0)).isEqualTo(400_000);
    }

    @Test
    void itPlaysFromATimeToATimeAtASpeed() {
        for (int i = 0; i < 100; i++) {
            view("a", i * 10_000L, 0);
        }
        play("from", "500ms", "to", "2023-11-14T22:13:20.7Z", "speed", 2);
        run(1_000);
        assertThat(sink.lines()).isEqualTo(range(51, 71));
        assertThat(sink.times().get(20) - sink.times().get(0)).isEqualTo(100_000);
    }

    @Test
    void aBeginningThatTakesLongToFindIsNotLate() {
        for (int i = 0; i < 100; i++) {
            view("a", i * 10_000L, 0);
        }
        seeking = 900_000_000;
        play("from", "500ms");
        run(900 + 600);
        assertThat(sink.lines()).isEqualTo(range(51, 100));
        assertThat(player.skippedFrames()).isZero();
        assertThat(sink.times().get(49) - sink.times().get(0)).isEqualTo(490_000);
    }

    @Test
    void aClockThatWasSetBackHoldsNothingUp() {
        view("a", 0, 0);
        view("a", 10_000, 0);
        view("a", -3_600_000_000L, 0);
        view("a", 20_000, 0);
        recorder = Optional.of(new ListRecorder());
        play();
        run(30);
        assertThat(sink.lines()).containsExactly(1, 2, 3, 4);
    }

    @Test
    void aRecorderThatIsReplacedIsNotMissed() {
        for (int i = 0; i < 3_000; i++) {
            view("a", i * 10_000L, 0);
        }
        play();
        run(1_000);
        Optional<Recorder> before = recorder;
        recorder = Optional.empty();
        run(5_000);
        recorder = before;
        run(30_000);
        assertThat(sink.lines()).isEqualTo(range(1, 3_000));
        assertThat(player.skippedFrames()).isZero();
    }

    @Test
    void whatIsBrokenIsLeftOutAndTold() {
        view("a", 0, 0);
        entries.add(new RecordedEntry(2, BEGIN + 10_000, "{\"type\":\"camera\",\"seq\":2}"));
        view("a", 20_000, 0);
        play();
        run(50);
        assertThat(sink.lines()).containsExactly(1, 3);
        assertThat(errors)
                .singleElement()
                .asString()
                .startsWith("recording e1: entry 2, and perhaps more, is left out: ");
    }

    @Test
    void aRecordingThatIsNotThereIsTold() {
        view("a", 0, 0);
        play("recording", "nonsense");
        assertThat(errors).containsExactly("recording nonsense: there is no such recording");
        assertThat(library.status().problems()).containsExactly("recording nonsense: there is no such recording");
    }

    @Test
    void aRecorderThatIsNotThereIsWaitedFor() {
        view("a", 0, 0);
        Optional<Recorder> before = recorder;
        recorder = Optional.empty();
        play();
        assertThat(errors).isEmpty();
        for (int i = 0; i < 5; i++) {
            library.poll();
        }
        assertThat(errors).containsExactly("recording e1: there is no recorder");
        recorder = before;
        library.poll();
        run(30);
        assertThat(sink.lines()).containsExactly(1);
    }

    private PlaybackState tell(PlaybackCommand command) throws Exception {
        CompletableFuture<PlaybackState> answer = player.order(Optional.of(command));
        player.step();
        return answer.get(0, TimeUnit.SECONDS);
    }

    private List<Integer> taken() {
        List<Integer> lines = sink.lines();
        sink.updates.clear();
        return lines;
    }

    @Test
    void aHandFindsEachEntryOfALongRecording() throws Exception {
        for (int i = 0; i < 3_000; i++) {
            view(i % 2 == 0 ? "a" : "b", i / 2 * 10_000L, 0);
        }
        play();
        player.step();
        PlaybackState paused = tell(new PlaybackCommand.Pause());
        assertThat(paused.length()).isEqualTo(14_990_000);
        taken();
        tell(new PlaybackCommand.Seek(10_000_000));
        assertThat(taken()).containsExactly(2_001, 2_002);
        tell(new PlaybackCommand.Step(1, Optional.empty()));
        assertThat(taken()).containsExactly(2_003);
        tell(new PlaybackCommand.Step(-1, Optional.empty()));
        assertThat(taken()).containsExactly(2_001, 2_002);
        tell(new PlaybackCommand.Step(-1, Optional.empty()));
        assertThat(taken()).containsExactly(2_001, 2_000);
        tell(new PlaybackCommand.Step(-1, Optional.of("b")));
        assertThat(taken()).containsExactly(1_997, 1_998);
        tell(new PlaybackCommand.Seek(14_980_000));
        taken();
        tell(new PlaybackCommand.Play());
        run(1_000);
        assertThat(taken()).containsExactly(2_999, 3_000);
        assertThat(player.finished()).isTrue();
    }

    @Test
    void itLoopsBetweenMarksAndIsTriedAgainWhereTheRecorderIsAway() throws Exception {
        for (int i = 0; i < 3_000; i++) {
            view("a", i * 10_000L, 0);
        }
        play();
        player.step();
        tell(new PlaybackCommand.LoopBetween(20_000_000, 20_200_000));
        tell(new PlaybackCommand.Seek(20_000_000));
        taken();
        run(399.9);
        List<Integer> expected = new ArrayList<>(range(2_002, 2_020));
        expected.addAll(range(2_001, 2_020));
        assertThat(taken()).isEqualTo(expected);
        Optional<Recorder> before = recorder;
        recorder = Optional.empty();
        run(1_000);
        assertThat(taken()).isEmpty();
        recorder = before;
        run(200);
        assertThat(taken()).contains(2_010);
    }
}
