package org.geometryos.compositor.foxglove;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.geometryos.compositor.api.replay.Playback;
import org.geometryos.compositor.api.replay.PlaybackCommand;
import org.geometryos.compositor.api.replay.PlaybackState;
import org.geometryos.compositor.api.replay.PlaybackState.Status;

/** A playback that is where a test says. */
final class FakePlayback implements Playback {
    static final long BEGAN = 1_600_000_000_000_000L;
    static final long LENGTH = 10_000_000;

    PlaybackState state = at(Status.PAUSED, 1_000_000, 1);
    boolean answers = true;

    static PlaybackState at(Status status, long position, double speed) {
        return at(status, position, speed, LENGTH);
    }

    static PlaybackState at(Status status, long position, double speed, long length) {
        return new PlaybackState(
                status,
                position,
                length,
                speed,
                false,
                Optional.empty(),
                OptionalLong.of(BEGAN),
                List.of("take-1"),
                List.of());
    }

    @Override
    public PlaybackState state() {
        return state;
    }

    @Override
    public CompletionStage<PlaybackState> ask() {
        return answers ? CompletableFuture.completedFuture(state) : new CompletableFuture<>();
    }

    @Override
    public PlaybackState command(PlaybackCommand command) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<PlaybackState> send(PlaybackCommand command) {
        throw new UnsupportedOperationException();
    }
}
