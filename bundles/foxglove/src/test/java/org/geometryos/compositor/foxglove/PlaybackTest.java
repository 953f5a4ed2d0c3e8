package org.geometryos.compositor.foxglove;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.geometryos.compositor.foxglove.FakePlayback.BEGAN;
import static org.geometryos.compositor.foxglove.FakePlayback.LENGTH;
import static org.geometryos.compositor.foxglove.FakePlayback.at;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.replay.PlaybackCommand;
import org.geometryos.compositor.api.replay.PlaybackState.Status;
import org.geometryos.compositor.protocol.ClientMessage;
import org.geometryos.compositor.protocol.DecodeException;
import org.geometryos.compositor.testkit.Changes;
import org.geometryos.compositor.testkit.FakeLink;
import org.junit.jupiter.api.Test;

/** Viewers that take their time from a playback, and control it. */
class PlaybackTest {
    private static final String TOUR = "/camera/tour/viewport";

    private final Around around = new Around();
    private final FakePlayback tape = new FakePlayback();
    private long received = 1_700_000_000_000_000L;

    private FakeLink viewer() {
        around.playbacks.put("show", tape);
        return around.viewer("playback=show");
    }

    private void tour(double x) {
        around.journal.append(new Change.CameraChanged(Changes.state("tour", x, received += 1_000, null)));
    }

    /** Gives the playback the time to be asked again. */
    private void later() {
        for (int i = 0; i < 8; i++) {
            around.turn();
        }
    }

    /** What a viewer was told of its playback: status, microseconds, speed, sought, request. */
    private record State(int status, long micros, float speed, boolean sought, String request) {}

    private static List<State> states(FakeLink viewer) {
        return Around.binary(viewer, 5).stream()
                .map(bytes -> {
                    int status = bytes.get();
                    long nanos = bytes.getLong();
                    float speed = bytes.getFloat();
                    boolean sought = bytes.get() != 0;
                    byte[] id = new byte[bytes.getInt()];
                    bytes.get(id);
                    assertThat(bytes.hasRemaining()).isFalse();
                    return new State(status, nanos / 1_000, speed, sought, new String(id, StandardCharsets.UTF_8));
                })
                .toList();
    }

    private static List<Long> times(FakeLink viewer) {
        return Around.binary(viewer, 2).stream()
                .map(bytes -> bytes.getLong() / 1_000)
                .toList();
    }

    private static List<Map<String, Object>> infos(FakeLink viewer) {
        return Around.ops(viewer).stream()
                .filter(op -> op.get("op").equals("serverInfo"))
                .toList();
    }

    private static ByteBuffer request(int command, float speed, Long seekMicros, String id) {
        byte[] text = id.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(19 + text.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) 3)
                .put((byte) command)
                .putFloat(speed)
                .put((byte) (seekMicros == null ? 0 : 1))
                .putLong(seekMicros == null ? 0 : seekMicros * 1_000)
                .putInt(text.length)
                .put(text)
                .flip();
    }

    private boolean send(FakeLink viewer, ByteBuffer message) throws DecodeException {
        return around.foxglove.message(viewer.id(), message, false, each -> !around.requests.add(each));
    }

    private List<PlaybackCommand> commands() {
        return around.requests.stream()
                .map(request -> ((ClientMessage.Replay) request).command().orElseThrow())
                .toList();
    }

    @Test
    void aViewerIsToldOfTheRangeAndOfHowItsPlaybackIs() {
        FakeLink viewer = viewer();
        assertThat(infos(viewer)).singleElement().satisfies(info -> {
            assertThat(info.get("capabilities")).isEqualTo(List.of("clientPublish", "time", "playbackControl"));
            assertThat(info.get("dataStartTime")).isEqualTo(Map.of("sec", 1_600_000_000L, "nsec", 0L));
            assertThat(info.get("dataEndTime")).isEqualTo(Map.of("sec", 1_600_000_010L, "nsec", 0L));
        });
        assertThat(states(viewer)).containsExactly(new State(1, BEGAN + 1_000_000, 1, false, ""));
        later();
        assertThat(states(viewer)).hasSize(1);
        assertThat(times(viewer)).containsOnly(BEGAN + 1_000_000);
    }

    @Test
    void aViewerThatAskedForNoneSeesWhatIsLive() throws Exception {
        around.playbacks.put("show", tape);
        tour(1);
        FakeLink viewer = around.viewer();
        around.subscribe(viewer, 7, TOUR);
        later();
        assertThat(states(viewer)).isEmpty();
        assertThat(times(viewer)).isEmpty();
        assertThat(Around.data(viewer, 7)).hasSize(1);
        assertThatThrownBy(() -> send(viewer, request(0, 1, null, "a")))
                .isInstanceOf(DecodeException.class)
                .hasMessageContaining("opcode 3");
    }

    @Test
    void whatAViewerGetsBearsTheTimeOfTheRecording() throws Exception {
        tour(1);
        FakeLink viewer = viewer();
        around.subscribe(viewer, 7, TOUR);
        around.turn();
        ByteBuffer data = Around.binary(viewer, 1).get(0);
        assertThat(data.getInt()).isEqualTo(7);
        assertThat(data.getLong()).isEqualTo((BEGAN + 1_000_000) * 1_000);
        assertThat(Around.data(viewer, 7).get(0).get("timestamp")).isEqualTo(Map.of("sec", 1_600_000_001L, "nsec", 0L));
    }

    @Test
    void whileItPlaysTimeGoesOnAndNeverBack() {
        FakeLink viewer = viewer();
        tape.state = at(Status.PLAYING, 2_000_000, 2);
        long from = around.clock.getAsLong();
        viewer.clear();
        for (int i = 0; i < 20; i++) {
            around.turn();
            // it tells a little less than what the viewer was told, as its answer took its time
            long since = TimeUnit.NANOSECONDS.toMicros(around.clock.getAsLong() - from);
            tape.state = at(Status.PLAYING, 2_000_000 + 2 * since - 5_000, 2);
        }
        assertThat(states(viewer)).extracting(State::status).containsExactly(0);
        assertThat(times(viewer)).isSorted().hasSizeGreaterThan(30);
        assertThat(times(viewer).get(times(viewer).size() - 1)).isBetween(BEGAN + 5_000_000, BEGAN + 5_300_000);
    }

    @Test
    void afterAJumpInEitherDirectionAllIsSentAgain() throws Exception {
        tour(1);
        FakeLink viewer = viewer();
        around.subscribe(viewer, 7, TOUR);
        later();
        for (long position : new long[] {500_000, 5_000_000}) {
            viewer.clear();
            tape.state = at(Status.PAUSED, position, 1);
            later();
            assertThat(states(viewer)).containsExactly(new State(1, BEGAN + position, 1, true, ""));
            assertThat(times(viewer)).containsExactly(BEGAN + position);
            assertThat(Around.data(viewer, 7)).hasSize(1);
        }
        viewer.clear();
        tape.state = at(Status.PLAYING, 9_000_000, 1);
        later();
        assertThat(states(viewer)).extracting(State::sought).startsWith(true);
    }

    @Test
    void aRequestBecomesCommandsAndIsAnsweredWithWhatCameOfIt() throws Exception {
        FakeLink viewer = viewer();
        viewer.clear();
        tape.answers = false;
        later();
        assertThat(send(viewer, request(0, 0.1f, BEGAN + 4_000_000, "r1"))).isFalse();
        assertThat(commands())
                .containsExactly(
                        new PlaybackCommand.Speed(0.1),
                        new PlaybackCommand.Seek(4_000_000),
                        new PlaybackCommand.Play());
        around.turn();
        assertThat(states(viewer)).isEmpty();
        tape.state = at(Status.PLAYING, 4_000_000, 0.1);
        tape.answers = true;
        around.clock.pass(Deck.LIMIT_NANOS);
        later();
        assertThat(states(viewer).get(0).request()).isEqualTo("r1");
        assertThat(states(viewer).get(states(viewer).size() - 1).status()).isZero();
    }

    @Test
    void pausingComesFirstAndPlayingLast() throws Exception {
        FakeLink viewer = viewer();
        send(viewer, request(1, 1, BEGAN, "r1"));
        assertThat(commands()).containsExactly(new PlaybackCommand.Pause(), new PlaybackCommand.Seek(0));
        around.turn();
        assertThat(states(viewer)).last().isEqualTo(new State(1, BEGAN + 1_000_000, 1, true, "r1"));
    }

    @Test
    void aRequestWithoutIdIsThatOfAnOlderViewer() throws Exception {
        FakeLink viewer = viewer();
        ByteBuffer message = request(1, 1, null, "");
        send(viewer, message.limit(15));
        assertThat(commands()).containsExactly(new PlaybackCommand.Pause());
        later();
        assertThat(states(viewer)).last().isEqualTo(new State(1, BEGAN + 1_000_000, 1, false, ""));
    }

    @Test
    void whatIsWrongIsSaidAndNothingIsDone() {
        FakeLink viewer = viewer();
        refused(viewer, request(2, 1, null, "a"), "command must be 0 (play) or 1 (pause), not 2");
        refused(viewer, request(0, 200, null, "a"), "speed");
        refused(viewer, request(0, Float.NaN, null, "a"), "speed");
        refused(viewer, request(0, 1, BEGAN - 1, "a"), "seek time must lie in [1600000000000000000, ");
        refused(viewer, request(0, 1, BEGAN + LENGTH + 1, "a"), "seek time");
        refused(viewer, request(0, 1, -1L, "a"), "seek time");
        refused(viewer, request(0, 1, null, "a").limit(14), "at least 15 bytes, not 14");
        refused(viewer, request(0, 1, null, "abc").limit(20), "as many bytes as it says");
        refused(viewer, request(0, 1, null, "a".repeat(300)), "at most 256");
        assertThat(around.requests).isEmpty();
    }

    private void refused(FakeLink viewer, ByteBuffer message, String why) {
        assertThatThrownBy(() -> send(viewer, message))
                .isInstanceOf(DecodeException.class)
                .hasMessageContaining(why);
    }

    @Test
    void oneThatIsNotThereIsNamedAndTakenWhenItComes() {
        FakeLink viewer = around.viewer("playback=show");
        assertThat(infos(viewer))
                .singleElement()
                .satisfies(info -> assertThat(info.get("capabilities")).isEqualTo(List.of("clientPublish", "time")));
        assertThat(Around.ops(viewer))
                .anySatisfy(op -> assertThat(String.valueOf(op.get("message"))).contains("no playback \"show\""));
        assertThat(states(viewer)).isEmpty();
        Object session = infos(viewer).get(0).get("sessionId");
        viewer.clear();
        around.playbacks.put("show", tape);
        later();
        assertThat(infos(viewer)).singleElement().satisfies(info -> {
            assertThat(info).containsKey("dataStartTime");
            assertThat(info.get("sessionId")).isNotEqualTo(session);
        });
        assertThat(states(viewer)).containsExactly(new State(1, BEGAN + 1_000_000, 1, false, ""));
    }

    @Test
    void oneThatGoesAndComesBackLeavesTheViewerWhereItIs() {
        FakeLink viewer = viewer();
        viewer.clear();
        around.playbacks.clear();
        later();
        around.playbacks.put("show", new FakePlayback());
        later();
        assertThat(infos(viewer)).isEmpty();
        assertThat(states(viewer))
                .extracting(State::status, State::sought)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(2, false), org.assertj.core.groups.Tuple.tuple(1, false));
    }

    @Test
    void anotherRecordingIsAnotherSession() {
        FakeLink viewer = viewer();
        viewer.clear();
        tape.state = at(Status.PAUSED, 0, 1, 2 * LENGTH);
        later();
        assertThat(infos(viewer))
                .singleElement()
                .satisfies(info ->
                        assertThat(info.get("dataEndTime")).isEqualTo(Map.of("sec", 1_600_000_020L, "nsec", 0L)));
    }

    @Test
    void anotherVersionOfTheBundleGoesOnWithoutANewSession() {
        FakeLink viewer = viewer();
        viewer.clear();
        around.swap();
        later();
        assertThat(infos(viewer)).isEmpty();
        assertThat(states(viewer)).containsExactly(new State(1, BEGAN + 1_000_000, 1, false, ""));
    }
}
