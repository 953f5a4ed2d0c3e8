package org.geometryos.compositor.camera.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.camera.replay.Fixtures.TestClock;
import org.geometryos.compositor.camera.replay.Fixtures.TestSink;
import org.junit.jupiter.api.Test;

/** All timing on a clock of the test: exact to the nanosecond. */
class PlayerTest {
    private final TestClock clock = new TestClock();
    private final TestSink sink = new TestSink();
    private final Player player = new Player(clock);

    private static RecordedFile recording(List<String> cameras, RecordedFile.Frame... frames) {
        return new RecordedFile(cameras, List.of(frames), 1, "");
    }

    private static RecordedFile.Frame frame(long offset, int camera, int number, boolean cut) {
        return new RecordedFile.Frame(
                offset, camera, new View2d(number, 0, 1, 0), cut, Optional.of("01:00:00:0" + number % 10));
    }

    /** One camera, lines numbered from 0, so many microseconds apart. */
    private static RecordedFile even(int count, long micros) {
        List<RecordedFile.Frame> frames = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            frames.add(frame(i * micros, 0, i, false));
        }
        return new RecordedFile(List.of("a"), frames, 1, "");
    }

    private void play(RecordedFile recording) {
        player.parts(List.of(new Part(recording, recording.cameras())));
        player.connected(sink);
    }

    /** Goes from deadline to deadline, as the player's thread does, as long as they lie within so many milliseconds. */
    private void run(double millis) {
        long end = clock.nanos + Math.round(millis * 1e6);
        for (long due = player.step(); due != Player.NEVER && due <= end; due = player.step()) {
            assertThat(due).as("never runs ahead").isGreaterThan(clock.nanos);
            clock.nanos = due;
        }
        clock.nanos = end;
    }

    @Test
    void updatesComeWhenTheyAreDueAndSaySo() {
        play(even(4, 16_667));
        run(60);
        assertThat(sink.lines()).containsExactly(0, 1, 2, 3);
        assertThat(sink.times()).containsExactly(5_000_000L, 5_016_667L, 5_033_334L, 5_050_001L);
        assertThat(sink.updates.get(2).timecode()).contains("01:00:00:02");
    }

    @Test
    void theStampIsTheInstantWhenItWasDueHoweverLateTheThreadIs() {
        play(even(4, 10_000));
        player.step();
        clock.millis(10.4);
        player.step();
        clock.millis(10.3);
        player.step();
        assertThat(sink.times()).containsExactly(5_000_000L, 5_010_000L, 5_020_000L);
    }

    @Test
    void nothingPlaysBeforeTheFirstSink() {
        player.parts(List.of(new Part(even(3, 10_000), List.of("a"))));
        assertThat(player.step()).isEqualTo(Player.NEVER);
        clock.millis(500);
        player.connected(sink);
        run(5);
        assertThat(sink.lines()).containsExactly(0);
        assertThat(player.refused()).isZero();
    }

    @Test
    void aLoopBeginsAgainWithACutAndWithoutDrift() {
        play(even(30, 16_667));
        run(100 * 500.01 - 0.001);
        assertThat(sink.lines()).hasSize(3_000);
        assertThat(sink.lines().subList(29, 32)).containsExactly(29, 0, 1);
        assertThat(sink.cuts().subList(29, 32)).containsExactly(false, true, false);
        assertThat(sink.cuts().stream().filter(cut -> cut).count()).isEqualTo(100);
        assertThat(sink.times().get(2_970)).isEqualTo(5_000_000L + 99 * 500_010L);
    }

    @Test
    void aLapLastsATenthOfASecondAtLeast() {
        player.pace(new Player.Pace(true, 100));
        play(even(2, 1));
        run(250);
        assertThat(sink.lines()).containsExactly(0, 1, 0, 1, 0, 1);
    }

    @Test
    void onceEndsAtTheEnd() {
        player.pace(new Player.Pace(false, 1));
        play(even(3, 10_000));
        run(1_000);
        assertThat(sink.lines()).containsExactly(0, 1, 2);
        assertThat(player.finished()).isTrue();
        player.pace(new Player.Pace(true, 1));
        run(25);
        assertThat(sink.lines()).containsExactly(0, 1, 2, 0, 1, 2);
        assertThat(sink.updates.get(3).cut()).isTrue();
        assertThat(player.finished()).isFalse();
    }

    @Test
    void speedIsAFactor() {
        player.pace(new Player.Pace(true, 2.5));
        play(even(4, 10_000));
        run(14);
        assertThat(sink.times()).containsExactly(5_000_000L, 5_004_000L, 5_008_000L, 5_012_000L);
    }

    @Test
    void anotherSpeedGoesOnFromThePresentPosition() {
        play(even(100, 10_000));
        run(25);
        assertThat(sink.lines()).containsExactly(0, 1, 2);
        player.pace(new Player.Pace(true, 0.5));
        run(20);
        player.pace(new Player.Pace(true, 10));
        run(2);
        // position 25 ms, then 10 ms of recording in 20 ms, then 10 ms of recording per ms
        assertThat(sink.times())
                .containsExactly(5_000_000L, 5_010_000L, 5_020_000L, 5_035_000L, 5_045_500L, 5_046_500L);
        assertThat(sink.lines()).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(sink.cuts()).containsExactly(true, false, false, false, false, false);
    }

    @Test
    void samplesAreNumberedAcrossLoopsFromTheWallClockOn() {
        play(even(2, 60_000));
        run(200);
        long first = sink.updates.get(0).sample().getAsLong();
        assertThat(first).isEqualTo(TestClock.WALL + 5_000_000);
        assertThat(sink.updates.stream().map(update -> update.sample().getAsLong()))
                .containsExactly(first, first + 1, first + 2, first + 3);
    }

    @Test
    void cutsOfTheRecordingArePassedOn() {
        play(recording(List.of("a"), frame(0, 0, 0, false), frame(10_000, 0, 1, true), frame(20_000, 0, 2, false)));
        run(25);
        assertThat(sink.cuts()).containsExactly(true, true, false);
    }

    @Test
    void heldUpForLongItSkipsToThePresent() {
        play(even(100, 10_000));
        player.step();
        clock.millis(205);
        player.step();
        assertThat(sink.lines()).as("195 ms late: all, as late as they are").hasSize(21);
        clock.millis(215);
        player.step();
        assertThat(sink.lines()).endsWith(20, 42);
        assertThat(player.skippedFrames()).isEqualTo(21);
        assertThat(sink.times()).endsWith(5_420_000L);
        assertThat(sink.updates.get(21).sample().getAsLong()
                        - sink.updates.get(20).sample().getAsLong())
                .as("skipped ones are numbered")
                .isEqualTo(22);
    }

    @Test
    void aSkipKeepsTheCutsAndTheLastViewOfEachCamera() {
        play(recording(
                List.of("a", "b"),
                frame(0, 0, 0, false),
                frame(0, 1, 10, false),
                frame(100_000, 1, 11, true),
                frame(200_000, 0, 1, false),
                frame(300_000, 0, 2, false),
                frame(400_000, 1, 12, false),
                frame(900_000, 0, 3, false)));
        player.step();
        clock.millis(450);
        player.step();
        assertThat(sink.lines()).containsExactly(0, 10, 2, 12);
        assertThat(sink.cuts()).containsExactly(true, true, false, true);
        assertThat(player.skippedFrames()).isEqualTo(2);
    }

    @Test
    void aSkipAcrossTheEndOfALapIsAJump() {
        play(even(50, 10_000));
        run(480);
        clock.millis(15);
        clock.millis(300);
        player.step();
        assertThat(sink.lines()).endsWith(29);
        assertThat(sink.updates.get(sink.updates.size() - 1).cut()).isTrue();
        run(220);
        assertThat(sink.cuts().subList(sink.cuts().size() - 21, sink.cuts().size()))
                .as("the next lap jumps too")
                .contains(true);
    }

    @Test
    void aSkipThatEndsWithALapLeavesTheJumpToTheNextLap() {
        play(even(50, 10_000));
        run(200);
        clock.millis(294);
        player.step();
        assertThat(sink.lines()).endsWith(49);
        assertThat(sink.cuts()).endsWith(false);
        run(10);
        assertThat(sink.lines()).endsWith(0);
        assertThat(sink.cuts()).endsWith(true);
    }

    @Test
    void timeGoesOnWithoutASink() {
        play(even(100, 10_000));
        run(25);
        player.disconnected(sink);
        run(50);
        TestSink another = new TestSink();
        player.connected(another);
        run(20);
        assertThat(player.refused()).isEqualTo(5);
        assertThat(another.lines()).startsWith(8, 9);
        assertThat(another.cuts()).as("a bridge that is replaced is no cut").startsWith(false, false);
    }

    @Test
    void theSinkGivenLastIsUsed() {
        TestSink second = new TestSink();
        play(even(100, 10_000));
        run(5);
        player.connected(second);
        player.disconnected(sink);
        run(20);
        assertThat(sink.lines()).containsExactly(0);
        assertThat(second.lines()).containsExactly(1, 2);
    }

    @Test
    void aHeldCameraIsTriedAgainWithTheNextSampleAndJumpsWhenItIsFree() {
        sink.answer = update -> Fixtures.HELD;
        play(even(100, 10_000));
        run(25);
        sink.answer = update -> Fixtures.ACCEPTED;
        run(20);
        assertThat(sink.lines()).containsExactly(0, 1, 2, 3, 4);
        assertThat(sink.cuts()).containsExactly(true, true, true, true, false);
        assertThat(player.refused()).isEqualTo(3);
        assertThat(player.sent()).isEqualTo(2);
    }

    @Test
    void aCutThatWasRefusedIsMadeUpFor() {
        play(recording(
                List.of("a"),
                frame(0, 0, 0, false),
                frame(10_000, 0, 1, true),
                frame(20_000, 0, 2, false),
                frame(30_000, 0, 3, false)));
        run(5);
        player.disconnected(sink);
        run(10);
        player.connected(sink);
        run(20);
        assertThat(sink.lines()).containsExactly(0, 2, 3);
        assertThat(sink.cuts()).containsExactly(true, true, false);
    }

    @Test
    void aSinkThatThrowsCostsASample() {
        sink.answer = update -> {
            throw new IllegalStateException("being replaced");
        };
        play(even(100, 10_000));
        run(15);
        sink.answer = update -> Fixtures.ACCEPTED;
        run(10);
        assertThat(player.refused()).isEqualTo(2);
        assertThat(player.sent()).isEqualTo(1);
    }

    @Test
    void anotherRecordingLeavesTheFirstWhereItIs() {
        RecordedFile first = even(100, 10_000);
        RecordedFile second = recording(List.of("b"), frame(0, 0, 50, false), frame(10_000, 0, 51, false));
        play(first);
        run(25);
        player.parts(List.of(new Part(second, List.of("b")), new Part(first, List.of("a"))));
        run(10);
        assertThat(sink.lines()).containsExactly(0, 1, 2, 50, 3, 51);
        assertThat(sink.cuts()).containsExactly(true, false, false, true, false, false);
    }

    @Test
    void anotherNameGoesOnWithTheNewCameraAndRemovesTheOld() {
        RecordedFile recording = even(100, 10_000);
        play(recording);
        run(25);
        player.parts(List.of(new Part(recording, List.of("c"))));
        run(10);
        assertThat(sink.removed).containsExactly("a");
        assertThat(sink.lines()).containsExactly(0, 1, 2, 3);
        assertThat(sink.updates.get(3).camera()).isEqualTo("c");
        assertThat(sink.updates.get(3).cut()).isTrue();
    }

    @Test
    void camerasOfAnAbandonedRecordingAreRemovedIfWeDroveThem() {
        sink.answer = update -> update.camera().equals("b") ? Fixtures.HELD : Fixtures.ACCEPTED;
        play(recording(List.of("a", "b"), frame(0, 0, 0, false), frame(0, 1, 0, false)));
        run(5);
        player.parts(List.of());
        run(5);
        assertThat(sink.removed).containsExactly("a");
    }

    @Test
    void aCameraThatWeDroveIsRemovedAlsoWhileSomebodyElseHoldsIt() {
        play(recording(List.of("a", "b"), frame(0, 0, 0, false), frame(0, 1, 0, false), frame(5_000, 1, 0, false)));
        run(2);
        sink.answer = update -> Fixtures.HELD;
        run(10);
        player.parts(List.of());
        run(5);
        assertThat(sink.removed).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void aChangedRecordingBeginsAgainAndItsNumbersGoOn() {
        play(even(100, 10_000));
        run(25);
        RecordedFile changed = even(50, 20_000);
        player.parts(List.of(new Part(changed, List.of("a"))));
        run(25);
        assertThat(sink.removed).isEmpty();
        assertThat(sink.lines()).containsExactly(0, 1, 2, 0, 1);
        assertThat(sink.cuts()).containsExactly(true, false, false, true, false);
        List<Long> samples = sink.updates.stream()
                .map(CameraUpdate::sample)
                .map(sample -> sample.getAsLong())
                .toList();
        assertThat(samples.get(4) - samples.get(0)).isEqualTo(4);
    }

    @Test
    void whatOthersHoldFromTheBeginningOnIsTold() {
        sink.answer = update -> Fixtures.HELD;
        play(even(30, 16_667));
        run(4_900);
        assertThat(player.held()).isEmpty();
        run(200);
        assertThat(player.held()).contains("a");
        sink.answer = update -> Fixtures.ACCEPTED;
        run(100);
        assertThat(player.held()).isEmpty();
    }

    @Test
    void cameraThatADisplayTakesMeanwhileIsNotTold() {
        play(even(30, 16_667));
        run(100);
        sink.answer = update -> Fixtures.HELD;
        run(10_000);
        assertThat(player.held()).isEmpty();
    }
}
