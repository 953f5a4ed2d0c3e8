package org.geometryos.compositor.api.replay;

import org.osgi.annotation.versioning.ProviderType;

/**
 * One replay that a hand can be put on. It is a service with the property {@code compositor.source.id}, the name of the
 * camera source that it plays as. Any thread; each call waits for the thread that plays, {@value #LIMIT_MILLIS} ms at
 * most.
 */
@ProviderType
public interface Playback {
    /** The longest wait of a call. */
    long LIMIT_MILLIS = 5_000;

    /** Where it is now. Throws a {@link PlaybackException} when the player does not answer. */
    PlaybackState state() throws PlaybackException;

    /**
     * Does something and tells where it is then. Leases and priorities hold: a camera that somebody else holds does not
     * follow, which {@link PlaybackState.Lane#held()} says.
     *
     * @throws PlaybackException if it is refused; nothing has changed then
     */
    PlaybackState command(PlaybackCommand command) throws PlaybackException;
}
