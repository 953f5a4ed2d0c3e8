package org.geometryos.compositor.api.connection;

/**
 * Names of the attributes that the bundles keep with a socket, so that they outlive whoever set them. Values are of the
 * JDK alone.
 */
public final class LinkAttributes {
    /** String: the negotiated codec's subprotocol ({@code compositor.v1.json}). Set at the handshake. */
    public static final String CODEC = "codec";
    /** String: the role's word. Set at the handshake. */
    public static final String ROLE = "role";
    /** String: the name of the key, {@code local} without keys. Set at the handshake. */
    public static final String KEY = "key";
    /** String: a print of the key itself, absent without keys. Set at the handshake. */
    public static final String KEY_PRINT = "key.print";
    /** Boolean: let in for {@code admin} requests only; absent means false. Set at the handshake. */
    public static final String ADMIN_ONLY = "admin.only";
    /** String: the session's id. Absent before {@code hello}. */
    public static final String SESSION = "session";
    /** String: the name of the session's display. Absent before {@code hello}. */
    public static final String DISPLAY = "display";
    /** Map: the session's own record, as the connection manager keeps it. */
    public static final String SESSION_STATE = "session.state";
    /** String: the epoch in which the link's cursor counts. */
    public static final String EPOCH = "epoch";
    /** Map, see {@link Subscription#toMap()}: what the session receives. */
    public static final String SUBSCRIPTION = "subscription";
    /** Map: a subscription that was asked for and not yet begun; with {@code id} if it is to be acknowledged. */
    public static final String PENDING = "subscription.pending";
    /** Long: the session was resumed and the newest states are still to be repeated; the {@code seq} of its {@code welcome}. */
    public static final String RESUMED = "resumed";
    /** Long: entries lost to a gap so far; absent means 0. */
    public static final String REFUSED = "refused";
    /** Long: the number of the last ordered entry that went out ahead of the cursor, while views were held back by a rate. */
    public static final String AHEAD = "ahead";
    /** Long: with which number the broadcaster that serves the link owns its stream. */
    public static final String OWNER = "owner";
    /** Long: when views may next go out to a display with a rate, {@link System#nanoTime()}. */
    public static final String VIEWS_AT = "views.at";
    /** Long: when the connection manager first saw the link, {@link System#nanoTime()}. */
    public static final String OPENED_AT = "opened.at";
    /** Long: milliseconds between heartbeats. */
    public static final String HEARTBEAT_INTERVAL = "heartbeat.interval";
    /** Integer: requests per second that this client may make. */
    public static final String REQUESTS_PER_SECOND = "requests.per.second";
    /** Long: when the last heartbeat was sent, {@link System#nanoTime()}. */
    public static final String HEARTBEAT_AT = "heartbeat.at";

    private LinkAttributes() {}
}
