package org.geometryos.compositor.camera.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.replay.PlaybackCommand;
import org.geometryos.compositor.api.replay.PlaybackException;
import org.geometryos.compositor.api.replay.PlaybackState;
import org.geometryos.compositor.api.replay.PlaybackState.Status;
import org.geometryos.compositor.camera.replay.Fixtures.TestClock;
import org.geometryos.compositor.camera.replay.Fixtures.TestSink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hand on what plays, in a time of the test's own. */
class HandTest {
    private final TestClock clock = new TestClock();
    private final TestSink sink = new TestSink();
    private final Player player = new Player(clock);

    private static RecordedFile.Frame frame(long offset, int camera, int number) {
        return new RecordedFile.Frame(offset, camera, new View2d(number, 0, 1, 0), false, Optional.empty());
    }

    /** One camera, entries numbered from 0, every 10 ms. */
    private static RecordedFile even(int count) {
        List<RecordedFile.Frame> frames = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            frames.add(frame(i * 10_000L, 0, i));
        }
        return new RecordedFile(List.of("a"), frames, 1, "");
    }

    private static RecordedFile two(RecordedFile.Frame... frames) {
        return new RecordedFile(List.of("a", "b"), List.of(frames), 1, "");
    }

    private void play(RecordedFile recording) {
        player.parts(List.of(new Part("x.jsonl", recording, recording.cameras())));
        player.connected(sink);
        player.step();
    }

    private PlaybackState tell(PlaybackCommand command) throws PlaybackException {
        CompletableFuture<PlaybackState> answer = player.order(Optional.of(command));
        player.step();
        return of(answer);
    }

    private PlaybackState state() throws PlaybackException {
        CompletableFuture<PlaybackState> answer = player.order(Optional.empty());
        player.step();
        return of(answer);
    }

    private static PlaybackState of(CompletableFuture<PlaybackState> answer) throws PlaybackException {
        assertThat(answer).isDone();
        try {
            return answer.get();
        } catch (ExecutionException e) {
            throw (PlaybackException) e.getCause();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void run(double millis) {
        long end = clock.nanos + Math.round(millis * 1e6);
        for (long due = player.step(); due != Player.NEVER && due <= end; due = player.step()) {
            assertThat(due).as("never runs ahead").isGreaterThan(clock.nanos);
            clock.nanos = due;
        }
        clock.nanos = end;
    }

    /** What was sent since the last call. */
    private List<Integer> taken() {
        List<Integer> lines = sink.lines();
        sink.updates.clear();
        return lines;
    }

    @Test
    void pausedItSendsNothingAndGoesOnWhereItWas() throws Exception {
        play(even(100));
        run(25);
        PlaybackState paused = tell(new PlaybackCommand.Pause());
        assertThat(paused.status()).isEqualTo(Status.PAUSED);
        assertThat(paused.position()).isEqualTo(25_000);
        assertThat(paused.length()).isEqualTo(990_000);
        assertThat(taken()).containsExactly(0, 1, 2);
        assertThat(player.step()).isEqualTo(Player.NEVER);
        clock.millis(60_000);
        assertThat(state().position()).isEqualTo(25_000);
        assertThat(tell(new PlaybackCommand.Play()).status()).isEqualTo(Status.PLAYING);
        run(16);
        assertThat(sink.lines()).containsExactly(3, 4);
        assertThat(sink.cuts()).as("it goes on, and jumps nowhere").containsExactly(false, false);
        assertThat(sink.times()).containsExactly(65_030_000L, 65_040_000L);
    }

    @Test
    void aSeekWhilePausedSendsExactlyWhatTheRecordingHoldsThereAsACut() throws Exception {
        play(two(
                frame(0, 0, 0), frame(5_000, 1, 100), frame(20_000, 0, 1), frame(20_000, 0, 2), frame(30_000, 1, 101)));
        tell(new PlaybackCommand.Pause());
        taken();
        PlaybackState there = tell(new PlaybackCommand.Seek(20_000));
        assertThat(sink.cuts()).containsExactly(true, true);
        assertThat(taken()).containsExactly(2, 100);
        assertThat(there.position()).isEqualTo(20_000);
        assertThat(there.lanes())
                .containsExactly(
                        new PlaybackState.Lane("a", "x.jsonl", OptionalLong.of(20_000), false),
                        new PlaybackState.Lane("b", "x.jsonl", OptionalLong.of(5_000), false));
        tell(new PlaybackCommand.Seek(19_999));
        assertThat(taken()).containsExactly(0, 100);
        tell(new PlaybackCommand.Seek(4_999));
        assertThat(taken()).as("camera b has no entry yet").containsExactly(0);
        tell(new PlaybackCommand.Seek(30_000));
        assertThat(taken()).containsExactly(2, 101);
        run(1_000);
        assertThat(taken()).isEmpty();
    }

    @Test
    void aSeekWhilePlayingPlaysOnFromThere() throws Exception {
        play(even(100));
        run(15);
        taken();
        tell(new PlaybackCommand.Seek(504_000));
        run(17);
        assertThat(sink.cuts()).containsExactly(true, false, false);
        assertThat(taken()).containsExactly(50, 51, 52);
        assertThat(state().position()).isEqualTo(521_000);
    }

    @Test
    void aStepIsOneEntryAlsoWhereTimesAreEqual() throws Exception {
        play(two(
                frame(0, 0, 0),
                frame(10_000, 0, 1),
                frame(10_000, 1, 100),
                frame(10_000, 0, 2),
                frame(20_000, 1, 101)));
        tell(new PlaybackCommand.Pause());
        taken();
        List<Integer> on = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            tell(new PlaybackCommand.Step(1, Optional.empty()));
            on.addAll(taken());
        }
        assertThat(on).containsExactly(1, 100, 2, 101);
        assertThatThrownBy(() -> tell(new PlaybackCommand.Step(1, Optional.empty())))
                .isInstanceOf(PlaybackException.class)
                .hasMessage("there is no entry behind this one");
        assertThat(tell(new PlaybackCommand.Step(-1, Optional.empty())).position())
                .isEqualTo(10_000);
        assertThat(taken()).containsExactly(2, 100);
        tell(new PlaybackCommand.Step(-1, Optional.empty()));
        assertThat(taken()).containsExactly(1, 100);
        tell(new PlaybackCommand.Step(-1, Optional.empty()));
        assertThat(taken()).containsExactly(1);
        tell(new PlaybackCommand.Step(-1, Optional.empty()));
        assertThat(taken()).containsExactly(0);
        assertThatThrownBy(() -> tell(new PlaybackCommand.Step(-1, Optional.empty())))
                .isInstanceOf(PlaybackException.class)
                .hasMessage("there is no entry before this one");
    }

    @Test
    void aStepOfOneCameraTakesTheOthersWithIt() throws Exception {
        play(two(frame(0, 0, 0), frame(0, 1, 100), frame(10_000, 0, 1), frame(20_000, 0, 2), frame(30_000, 1, 101)));
        tell(new PlaybackCommand.Pause());
        taken();
        PlaybackState there = tell(new PlaybackCommand.Step(1, Optional.of("b")));
        assertThat(there.position()).isEqualTo(30_000);
        assertThat(taken()).containsExactly(2, 101);
        assertThat(tell(new PlaybackCommand.Step(-1, Optional.of("b"))).position())
                .isZero();
        assertThat(taken()).containsExactly(0, 100);
        assertThatThrownBy(() -> tell(new PlaybackCommand.Step(1, Optional.of("c"))))
                .isInstanceOf(PlaybackException.class)
                .hasMessage("camera must be one of this playback, not c");
    }

    @Test
    void aLoopBetweenMarksDoublesAndLosesNoEntry() throws Exception {
        play(even(100));
        tell(new PlaybackCommand.LoopBetween(200_000, 400_000));
        tell(new PlaybackCommand.Seek(200_000));
        taken();
        // three laps of 200 ms; what was sent with the seek is the first of them
        run(599.9);
        List<Integer> lap = new ArrayList<>();
        for (int i = 20; i < 40; i++) {
            lap.add(i);
        }
        List<Integer> expected = new ArrayList<>(lap.subList(1, 20));
        expected.addAll(lap);
        expected.addAll(lap);
        assertThat(sink.cuts().get(19)).as("back at the first mark it jumps").isTrue();
        assertThat(sink.cuts().get(20)).isFalse();
        assertThat(sink.times().get(38) - sink.times().get(18)).isEqualTo(200_000);
        assertThat(taken()).isEqualTo(expected);
        assertThat(state().marks()).contains(new PlaybackState.Marks(200_000, 400_000));
        tell(new PlaybackCommand.Loop(true));
        assertThat(state().marks()).isEmpty();
        run(25);
        assertThat(taken()).as("it plays on behind the mark").contains(40, 41);
    }

    @Test
    void aLoopToTheEndHasTheLastEntry() throws Exception {
        play(even(100));
        tell(new PlaybackCommand.LoopBetween(900_000, 990_000));
        tell(new PlaybackCommand.Seek(900_000));
        taken();
        run(199.9);
        assertThat(taken()).containsExactly(91, 92, 93, 94, 95, 96, 97, 98, 99, 90, 91, 92, 93, 94, 95, 96, 97, 98, 99);
    }

    @Test
    void longHeldUpItIsWhereItWouldBeBetweenTheMarks() throws Exception {
        play(even(100));
        tell(new PlaybackCommand.LoopBetween(200_000, 400_000));
        tell(new PlaybackCommand.Seek(200_000));
        taken();
        clock.millis(200 * 10_000_000.0 + 55);
        player.step();
        assertThat(taken()).endsWith(25).hasSizeLessThan(20);
        assertThat(state().position()).isEqualTo(255_000);
    }

    @Test
    void marksInFrontOfThePositionTakeItBack() throws Exception {
        play(even(100));
        run(500);
        taken();
        assertThat(tell(new PlaybackCommand.LoopBetween(100_000, 200_000)).position())
                .isEqualTo(100_000);
    }

    @Test
    void anotherSpeedGoesOnFromWhereItIsAlsoWhilePaused() throws Exception {
        play(even(100));
        run(25);
        tell(new PlaybackCommand.Pause());
        assertThat(tell(new PlaybackCommand.Speed(0.5)).speed()).isEqualTo(0.5);
        tell(new PlaybackCommand.Play());
        taken();
        run(20);
        assertThat(sink.times()).containsExactly(5_035_000L);
        assertThat(taken()).containsExactly(3);
        tell(new PlaybackCommand.Speed(10));
        run(2);
        assertThat(taken()).containsExactly(4, 5);
    }

    @Test
    void atTheEndItStopsAndBeginsAgainWhenToldTo() throws Exception {
        player.pace(new Player.Pace(false, 1));
        play(even(3));
        run(100);
        assertThat(state().status()).isEqualTo(Status.STOPPED);
        assertThat(state().position()).isEqualTo(20_000);
        assertThat(player.finished()).isTrue();
        taken();
        tell(new PlaybackCommand.Play());
        run(15);
        assertThat(taken()).containsExactly(0, 1);
        tell(new PlaybackCommand.Pause());
        tell(new PlaybackCommand.Seek(20_000));
        assertThat(taken()).containsExactly(2);
        assertThat(state().status()).isEqualTo(Status.PAUSED);
    }

    @Test
    void aSeekToTheEndOfALoopBeginsAgain() throws Exception {
        play(even(100));
        tell(new PlaybackCommand.Seek(990_000));
        taken();
        run(25);
        assertThat(taken()).containsExactly(0, 1);
    }

    @Test
    void aConfigurationThatChangesSomethingElseLeavesItWhereAHandPutIt() throws Exception {
        RecordedFile recording = even(100);
        play(recording);
        tell(new PlaybackCommand.Speed(2));
        tell(new PlaybackCommand.Pause());
        tell(new PlaybackCommand.Seek(500_000));
        taken();
        player.pace(new Player.Pace(true, 1));
        player.parts(List.of(new Part("x.jsonl", recording, List.of("a"))));
        run(100);
        PlaybackState state = state();
        assertThat(state.status()).isEqualTo(Status.PAUSED);
        assertThat(state.position()).isEqualTo(500_000);
        assertThat(state.speed()).isEqualTo(2);
        assertThat(taken()).isEmpty();
        player.pace(new Player.Pace(true, 4));
        assertThat(state().speed()).as("one that sets the speed does").isEqualTo(4);
    }

    @Test
    void aRecordingThatChangesWhilePausedIsNotPlayed() throws Exception {
        play(even(100));
        tell(new PlaybackCommand.Pause());
        taken();
        player.parts(List.of(new Part("x.jsonl", even(50), List.of("a"))));
        run(100);
        assertThat(state().status()).isEqualTo(Status.PAUSED);
        assertThat(state().length()).isEqualTo(490_000);
        assertThat(taken()).isEmpty();
    }

    @Test
    void whoHoldsACameraKeepsItAndTheAnswerSaysSo() throws Exception {
        play(two(frame(0, 0, 0), frame(0, 1, 100), frame(10_000, 0, 1)));
        tell(new PlaybackCommand.Pause());
        sink.answer = (CameraUpdate update) -> update.camera().equals("a") ? Fixtures.HELD : Fixtures.ACCEPTED;
        PlaybackState state = tell(new PlaybackCommand.Seek(10_000));
        assertThat(state.lanes()).extracting(PlaybackState.Lane::held).containsExactly(true, false);
    }

    @Test
    void whatIsBehindTheEndIsRefused() throws Exception {
        play(even(3));
        assertThatThrownBy(() -> tell(new PlaybackCommand.Seek(20_001)))
                .isInstanceOf(PlaybackException.class)
                .hasMessage("position must be at most the length (20000), not 20001");
        assertThatThrownBy(() -> tell(new PlaybackCommand.LoopBetween(0, 30_000)))
                .isInstanceOf(PlaybackException.class)
                .hasMessage("to must be at most the length (20000), not 30000");
    }

    @Test
    void commandsThatNobodyTakesAreBounded() {
        for (int i = 0; i < 64; i++) {
            assertThat(player.order(Optional.empty())).isNotDone();
        }
        assertThat(player.order(Optional.empty())).isCompletedExceptionally();
        CompletableFuture<PlaybackState> last = player.order(Optional.empty());
        player.stop();
        assertThat(last).isCompletedExceptionally();
        assertThat(player.order(Optional.empty())).isCompletedExceptionally();
    }

    @Test
    void theNextPlayerGoesOnAsAHandLeftIt(@TempDir Path folder) throws Exception {
        play(even(100));
        assertThat(player.hand()).as("nobody touched it").isEmpty();
        tell(new PlaybackCommand.Speed(2));
        tell(new PlaybackCommand.LoopBetween(100_000, 900_000));
        tell(new PlaybackCommand.Pause());
        tell(new PlaybackCommand.Seek(500_000));
        KeptHand kept = new KeptHand(folder.resolve("replay/x.hand"));
        kept.write(player.hand().orElseThrow(), 1_000);
        Hand hand = kept.take(2_000).orElseThrow();
        assertThat(hand).isEqualTo(player.hand().orElseThrow());
        assertThat(kept.take(2_000)).isEmpty();
        kept.write(hand, 1_000);
        assertThat(kept.take(601_000_000)).as("too old").isEmpty();

        Player next = new Player(clock);
        TestSink other = new TestSink();
        next.resume(hand);
        RecordedFile recording = even(100);
        next.parts(List.of(new Part("x.jsonl", recording, recording.cameras())));
        next.connected(other);
        next.step();
        assertThat(other.lines()).containsExactly(50);
        assertThat(next.hand()).contains(hand);

        Player another = new Player(clock);
        another.resume(hand);
        another.parts(List.of(new Part("y.jsonl", recording, recording.cameras())));
        another.connected(new TestSink());
        another.step();
        assertThat(another.hand()).as("another recording plays as configured").isEmpty();
    }
}
