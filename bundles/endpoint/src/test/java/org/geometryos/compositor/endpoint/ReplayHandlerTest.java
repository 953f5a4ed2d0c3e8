package org.geometryos.compositor.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.geometryos.compositor.api.connection.LinkMemory;
import org.geometryos.compositor.api.connection.Opening;
import org.geometryos.compositor.api.replay.Playback;
import org.geometryos.compositor.api.replay.PlaybackCommand;
import org.geometryos.compositor.api.replay.PlaybackException;
import org.geometryos.compositor.api.replay.PlaybackState;
import org.geometryos.compositor.protocol.ClientMessage;
import org.geometryos.compositor.protocol.ErrorCode;
import org.geometryos.compositor.protocol.RequestId;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.protocol.codec.Codecs;
import org.geometryos.compositor.testkit.FakeClock;
import org.geometryos.compositor.testkit.FakeLink;
import org.geometryos.compositor.testkit.FakeTransport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Players answer when the test says so. */
class ReplayHandlerTest {
    private static final RequestId NUMBER = new RequestId.Number(7);
    private static final Optional<RequestId> ID = Optional.of(NUMBER);
    private static final Optional<String> TOUR = Optional.of("tour");
    private static final PlaybackState STATE = new PlaybackState(
            PlaybackState.Status.PAUSED,
            5,
            9,
            0.5,
            true,
            Optional.of(new PlaybackState.Marks(1, 6)),
            OptionalLong.of(3),
            List.of("tour.jsonl"),
            List.of());

    private final FakeConnections connections = new FakeConnections(new FakeTransport(new FakeClock()));
    private final FakeLink link = connections.link;
    private final Services services = new Services();
    private final FakePlayback tour = new FakePlayback();

    /** Keeps what it is told. */
    private static final class FakePlayback implements Playback {
        private final List<Optional<PlaybackCommand>> told = new ArrayList<>();
        private CompletableFuture<PlaybackState> answer = new CompletableFuture<>();

        @Override
        public PlaybackState state() {
            throw new AssertionError("it would wait");
        }

        @Override
        public PlaybackState command(PlaybackCommand command) {
            throw new AssertionError("it would wait");
        }

        @Override
        public CompletionStage<PlaybackState> ask() {
            told.add(Optional.empty());
            return answer.minimalCompletionStage();
        }

        @Override
        public CompletionStage<PlaybackState> send(PlaybackCommand command) {
            told.add(Optional.of(command));
            return answer.minimalCompletionStage();
        }
    }

    @BeforeEach
    void greet() {
        services.connections.set(connections);
        services.playbacks.put("tour", tour);
        Opening opening = new Opening(Optional.of("wall"), Optional.empty(), true, Optional.empty(), Optional.empty());
        assertThat(handle(new ClientMessage.Hello(Optional.empty(), opening))).isTrue();
    }

    private boolean handle(ClientMessage message) {
        LinkMemory memory = LinkMemory.of(link.attributes());
        Settings settings = new Settings(10, 12, 20, Origins.of(new String[0]));
        return new RequestHandler(services, settings, () -> 2, link, memory, Codecs.json(), new Quota(memory, 1), 1)
                .handle(message);
    }

    private static ClientMessage.Replay replay(PlaybackCommand command) {
        return new ClientMessage.Replay(ID, TOUR, Optional.of(command));
    }

    private void refused(ErrorCode code, String part, String field) {
        assertThat(link.answer()).isInstanceOfSatisfying(ServerMessage.Error.class, error -> {
            assertThat(error.id()).isEqualTo(ID);
            assertThat(error.code()).isEqualTo(code);
            assertThat(error.message()).contains(part);
            assertThat(error.field()).isEqualTo(Optional.ofNullable(field));
        });
    }

    @Test
    void theAckSaysWhereItIsThenAndTheNextMessageWaitsForIt() {
        PlaybackCommand seek = new PlaybackCommand.Seek(5);
        assertThat(handle(replay(seek))).as("whether to go on").isFalse();
        assertThat(tour.told).containsExactly(Optional.of(seek));
        assertThat(link.messages()).isEmpty();
        assertThat(link.resumes()).isZero();
        tour.answer.complete(STATE);
        assertThat(link.answer())
                .isEqualTo(new ServerMessage.Ack(
                        NUMBER, OptionalLong.empty(), Optional.of(List.of(ServerMessage.Playback.of("tour", STATE)))));
        assertThat(link.resumes()).isEqualTo(1);
    }

    @Test
    void aRefusalOfThePlayerNamesTheFieldAndTheClientGoesOn() {
        handle(replay(new PlaybackCommand.Seek(99)));
        tour.answer.completeExceptionally(
                new PlaybackException(PlaybackException.Reason.INVALID, "position must be at most 9", "position"));
        refused(ErrorCode.INVALID, "at most 9", "position");
        tour.answer = CompletableFuture.failedFuture(
                new PlaybackException(PlaybackException.Reason.CONFLICT, "there is no entry behind this one"));
        handle(replay(new PlaybackCommand.Step(1, Optional.empty())));
        refused(ErrorCode.NOT_FOUND, "no entry", null);
        tour.answer = CompletableFuture.failedFuture(
                new PlaybackException(PlaybackException.Reason.UNAVAILABLE, "this playback has ended"));
        handle(replay(new PlaybackCommand.Play()));
        refused(ErrorCode.UNAVAILABLE, "has ended", null);
        tour.answer = CompletableFuture.failedFuture(new IllegalStateException("secret"));
        handle(replay(new PlaybackCommand.Play()));
        refused(ErrorCode.UNAVAILABLE, "the player failed: IllegalStateException", null);
        assertThat(link.resumes()).isEqualTo(4);
    }

    @Test
    void aPlayerThatDoesNotAnswerKeepsNobodyForLong() throws Exception {
        handle(replay(new PlaybackCommand.Play()));
        long end = System.nanoTime() + 30_000_000_000L;
        while (link.resumes() == 0 && System.nanoTime() - end < 0) {
            Thread.sleep(20);
        }
        refused(ErrorCode.UNAVAILABLE, "did not answer within 5000 ms", null);
        tour.answer.complete(STATE);
        assertThat(link.messages()).isEmpty();
    }

    @Test
    void whatWaitsIsAnsweredWhenTheEndpointStopsAndAfterThatAtOnce() {
        handle(replay(new PlaybackCommand.Play()));
        assertThat(link.messages()).isEmpty();
        services.limits.close();
        refused(ErrorCode.UNAVAILABLE, "did not answer", null);
        handle(replay(new PlaybackCommand.Play()));
        refused(ErrorCode.UNAVAILABLE, "did not answer", null);
        handle(new ClientMessage.Replay(ID, Optional.empty(), Optional.empty()));
        assertThat(((ServerMessage.Ack) link.answer()).playbacks().orElseThrow())
                .isEmpty();
        assertThat(link.resumes()).isEqualTo(3);
    }

    @Test
    void whatIsNotThereIsNotFound() {
        assertThat(handle(new ClientMessage.Replay(ID, Optional.of("tuor"), Optional.of(new PlaybackCommand.Play()))))
                .isTrue();
        refused(ErrorCode.NOT_FOUND, "there is no playback \"tuor\"", "playback");
        assertThat(handle(new ClientMessage.Replay(ID, Optional.of("tuor"), Optional.empty())))
                .isTrue();
        refused(ErrorCode.NOT_FOUND, "there is no playback \"tuor\"", "playback");
    }

    @Test
    void theListHasAllByNameButForThoseThatCannotAnswer() {
        FakePlayback stage = new FakePlayback();
        FakePlayback broken = new FakePlayback();
        services.playbacks.put("stage", stage);
        services.playbacks.put("broken", broken);
        broken.answer.completeExceptionally(new IllegalStateException());
        tour.answer.complete(STATE);
        assertThat(handle(new ClientMessage.Replay(ID, Optional.empty(), Optional.empty())))
                .isFalse();
        assertThat(link.messages()).isEmpty();
        stage.answer.complete(STATE);
        assertThat(link.answer())
                .isEqualTo(new ServerMessage.Ack(
                        NUMBER,
                        OptionalLong.empty(),
                        Optional.of(List.of(
                                ServerMessage.Playback.of("stage", STATE), ServerMessage.Playback.of("tour", STATE)))));
        handle(new ClientMessage.Replay(ID, TOUR, Optional.empty()));
        assertThat(((ServerMessage.Ack) link.answer()).playbacks().orElseThrow())
                .containsExactly(ServerMessage.Playback.of("tour", STATE));
        services.playbacks.clear();
        handle(new ClientMessage.Replay(ID, Optional.empty(), Optional.empty()));
        assertThat(((ServerMessage.Ack) link.answer()).playbacks().orElseThrow())
                .isEmpty();
    }

    @Test
    void theLongestListStaysBelowTheLimitOfAMessage() {
        tour.answer.complete(STATE);
        for (int i = 0; i < 2 * ReplayHandler.MOST; i++) {
            FakePlayback one = new FakePlayback();
            one.answer.complete(new PlaybackState(
                    PlaybackState.Status.PLAYING,
                    1L << 52,
                    1L << 52,
                    0.012345678901234567,
                    false,
                    Optional.of(new PlaybackState.Marks(1L << 52, 1L << 52)),
                    OptionalLong.of(1L << 52),
                    List.of(),
                    List.of()));
            services.playbacks.put("p".repeat(60) + (1_000 + i), one);
        }
        handle(new ClientMessage.Replay(ID, Optional.empty(), Optional.empty()));
        assertThat(link.arrivals()).hasSize(1);
        assertThat(link.arrivals().get(0).payload().length).isLessThan(1 << 19);
        assertThat(((ServerMessage.Ack) link.answer()).playbacks().orElseThrow())
                .hasSize(ReplayHandler.MOST);
    }

    @Test
    void whoOnlyLooksMayAskAndNotPlay() {
        link.attributes().put("role", "view");
        handle(replay(new PlaybackCommand.Pause()));
        refused(ErrorCode.FORBIDDEN, "role control is needed", null);
        assertThat(tour.told).isEmpty();
        tour.answer.complete(STATE);
        handle(new ClientMessage.Replay(ID, Optional.empty(), Optional.empty()));
        assertThat(link.answer()).isInstanceOf(ServerMessage.Ack.class);
        link.attributes().put("role", "control");
        handle(replay(new PlaybackCommand.Pause()));
        assertThat(link.answer()).isInstanceOf(ServerMessage.Ack.class);
    }

    @Test
    void withoutNumberThereIsNoAnswer() {
        tour.answer.complete(STATE);
        handle(new ClientMessage.Replay(Optional.empty(), TOUR, Optional.of(new PlaybackCommand.Play())));
        assertThat(link.messages()).isEmpty();
        assertThat(link.resumes()).isEqualTo(1);
    }
}
