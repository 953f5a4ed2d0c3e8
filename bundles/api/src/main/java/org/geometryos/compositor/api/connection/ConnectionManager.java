package org.geometryos.compositor.api.connection;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Keeps the sessions: opens, resumes and ends them, watches that their displays live. Any thread.
 */
@ProviderType
public interface ConnectionManager {

    /**
     * Opens or resumes the session of a socket and answers with {@code welcome}.
     *
     * @param link the socket's number
     * @throws RequestException if it may not
     */
    void open(long link, Opening opening) throws RequestException;

    /** Ends the session of a socket for good and closes the socket with 1000 ({@code bye}). */
    void leave(long link);

    /** Replaces the settings of the display on a socket. */
    void settings(long link, DisplaySettings settings);

    /** All sessions, connected or waiting. */
    List<Session> sessions();

    /** One session. */
    Optional<Session> session(String id);

    /**
     * Says {@code goodbye} and closes the session's socket.
     *
     * @param code a close code of the protocol
     * @param reconnectAfter when the display may come back; empty: it should not
     * @return whether there was such a session with a socket
     */
    boolean close(String session, int code, String reason, Optional<Duration> reconnectAfter);

    /** The same for a socket, whether it has a session or not. */
    void close(long link, int code, String reason, Optional<Duration> reconnectAfter);
}
