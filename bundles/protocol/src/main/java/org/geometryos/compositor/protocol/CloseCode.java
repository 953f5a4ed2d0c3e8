package org.geometryos.compositor.protocol;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The codes with which a server closes a connection (protocol, "Close codes"). Clients may close with any others. */
public enum CloseCode {
    /** The client said {@code bye}, or an operator closed the display. */
    NORMAL(1000, true, "connections", "endpoint"),
    /** The server shuts down. */
    SHUTDOWN(1001, false, "transport"),
    /** Text on a CBOR connection, or the other way round. */
    WRONG_FRAME_TYPE(1003, true, "endpoint"),
    /** Text that is not UTF-8. */
    NOT_UTF8(1007, true, "transport"),
    /** A message longer than the limit. */
    TOO_LONG(1009, true, "transport"),
    /** An error within the server. */
    FAILED(1011, false, "transport"),
    /** The part that owns the socket, or the codec of the connection, is replaced. */
    RESTART(1012, false, "transport", "endpoint"),
    /** Too many malformed messages within a minute. */
    MALFORMED(4400, true, "endpoint"),
    /** The key was revoked. */
    REVOKED(4401, true, "endpoint"),
    /** The role is no longer sufficient. */
    ROLE_LOWERED(4403, true, "endpoint"),
    /** No {@code hello} in time, nothing sent for too long, or a message that is not complete in time. */
    TIMEOUT(4408, false, "connections", "transport"),
    /** Another connection took the display or the session over, or the display is another user's. */
    TAKEN(4409, true, "connections"),
    /** Too many requests for ten seconds running, or subscriptions that take too much memory. */
    TOO_MUCH_ASKED(4429, false, "endpoint", "connections"),
    /** Draining, nothing was read for too long, or the connection holds too much memory. */
    UNAVAILABLE(4503, false, "connections", "transport");

    /** Codes from here on are the protocol's own; before such a close comes {@code goodbye}. */
    public static final int FIRST_OWN = 4400;

    private static final Set<Integer> FINAL = Arrays.stream(values())
            .filter(code -> code.last)
            .map(CloseCode::code)
            .collect(Collectors.toUnmodifiableSet());

    private final int code;
    private final boolean last;
    private final List<String> chosenBy;

    CloseCode(int code, boolean last, String... chosenBy) {
        this.code = code;
        this.last = last;
        this.chosenBy = List.of(chosenBy);
    }

    public int code() {
        return code;
    }

    /** The bundles that choose it. */
    public List<String> chosenBy() {
        return chosenBy;
    }

    /** Whether a client does not come back by itself after this code, and the server keeps nothing for it. */
    public static boolean isFinal(int code) {
        return FINAL.contains(code);
    }
}
