package org.geometryos.compositor.api.connection;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Keeps the sessions: admits connections, opens, resumes and ends sessions, watches that their displays live, announces
 * them to the others. Any thread; no call blocks beyond a short lock.
 */
@ProviderType
public interface ConnectionManager {

    /**
     * Whether one more connection would be admitted. This checks the limits only, not the client.
     *
     * @param address the peer's, numeric
     * @param key the name of its key; empty if no key is configured
     * @param operator whether the client only administers the host: it is admitted while draining, and a few of them
     *     where the host is full
     * @param attempt whether this is a handshake, which counts against the address's rate, or only a question
     * @return why not; empty if it would
     */
    Optional<Refusal> admit(String address, Optional<String> key, Role role, boolean operator, boolean attempt);

    /**
     * Counts a refused handshake and logs it, though not more often than a log can bear. The reason must hold no
     * secret.
     */
    void refused(String address, int status, String reason);

    /**
     * Opens or resumes the session of a socket and answers with {@code welcome}.
     *
     * @param link the socket's number
     * @throws RequestException if it may not
     */
    void open(long link, Opening opening) throws RequestException;

    /** Ends the session of a socket for good and closes the socket with 1000 ({@code bye}). */
    void leave(long link);

    /**
     * Counts what a socket's session makes the host hold with its subscription. When all sessions together hold too
     * much, those that hold most are ended, one after the other, until it is less; the one that asks is among them, if
     * it is one of these.
     *
     * @param bytes as {@link Subscription#bytes()} estimates them
     */
    default void reserve(long link, long bytes) {
        // nothing is counted
    }

    /** Replaces what the display on a socket says of itself. */
    void changeSettings(long link, DisplaySettings settings);

    /** All sessions, connected or waiting. */
    List<Session> sessions();

    /** One session. */
    Optional<Session> session(String id);

    /** All displays with a session, remembered or declared, by name. */
    List<Display> displays();

    /**
     * Says {@code goodbye} and closes the session's socket. With a code after which a client does not come back (1000,
     * 1003, 1007, 1009, 4400, 4401, 4403, 4409) the session ends, also one that waits for its display.
     *
     * @param code a close code of the protocol
     * @param reconnectAfter when the display may come back; empty: it should not
     * @return whether there was such a session
     */
    boolean close(String session, int code, String reason, Optional<Duration> reconnectAfter);

    /** The same for a socket, whether it has a session or not. */
    void close(long link, int code, String reason, Optional<Duration> reconnectAfter);

    /**
     * Sends a {@code notice} to connected displays.
     *
     * @param display one display; empty: all
     * @param text at most 65,536 characters
     * @return how many got it
     */
    int notice(Optional<String> display, Level level, String text);

    /**
     * Tells the session that holds a camera that another asks for it ({@code asked}). Kept by nobody: a holder without
     * a socket learns nothing.
     *
     * @param link the link of the asking client
     * @param holder the session that holds the camera
     * @throws RequestException with {@code limit} if the same session asked less than 1 s ago, or the holder is asked
     *     by too many
     */
    void ask(long link, String camera, String holder) throws RequestException;

    /**
     * Tells a display that it is a member of another wall now ({@code assigned}). Kept by nobody: one without a socket
     * learns it with its next {@code welcome}. Not to be called with a lock that
     * {@link org.geometryos.compositor.api.wall.Walls#wallOf} takes.
     *
     * @param display its name
     * @param wall the name of the wall; empty: it is a member of none
     * @return whether it was told
     */
    boolean assigned(String display, Optional<String> wall);

    /**
     * Takes no further connections but those of operators and of keys with role {@code admin} ({@link #admit}), and
     * moves all others away with {@code goodbye} and 4503, evenly spread. Called again it begins anew with those that
     * are there.
     *
     * @param over how long that takes; empty: as configured
     * @param reconnectAfter when the displays may come back; empty: as configured
     * @param except the session that stays, as it asked for it
     */
    void drain(Optional<Duration> over, Optional<Duration> reconnectAfter, Optional<String> except);

    /** Takes connections again; those that were not moved yet stay. */
    void undrain();

    /** How things stand. */
    Statistics statistics();
}
