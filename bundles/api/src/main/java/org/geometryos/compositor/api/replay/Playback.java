package org.geometryos.compositor.api.replay;

import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One replay that a hand can be put on. It is a service with the property {@code compositor.source.id}, the name of the
 * camera source that it plays as. Any thread; each call but {@link #ask} and {@link #send} waits for the thread that
 * plays, {@value #LIMIT_MILLIS} ms at most.
 */
@ProviderType
public interface Playback {
    /** The longest wait of a call. */
    long LIMIT_MILLIS = 5_000;

    /** Where it is now. Throws a {@link PlaybackException} when the player does not answer. */
    PlaybackState state() throws PlaybackException;

    /**
     * The same without a wait, for those whose thread must not wait. Whoever asks limits the time itself.
     *
     * @return where it is; fails with a {@link PlaybackException}
     */
    CompletionStage<PlaybackState> ask();

    /**
     * Does something and tells where it is then. Leases and priorities hold: a camera that somebody else holds does not
     * follow, which {@link PlaybackState.Lane#held()} says.
     *
     * @throws PlaybackException if it is refused; nothing has changed then
     */
    PlaybackState command(PlaybackCommand command) throws PlaybackException;

    /**
     * The same without a wait. Whoever sends limits the time itself.
     *
     * @return where it is then; fails with a {@link PlaybackException} if it is refused
     */
    CompletionStage<PlaybackState> send(PlaybackCommand command);
}
