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
    /** String: the session's id. Absent before {@code hello}. */
    public static final String SESSION = "session";
    /** Map: the session's own record, as the connection manager keeps it. */
    public static final String SESSION_STATE = "session.state";
    /** String: the epoch in which the link's cursor counts. */
    public static final String EPOCH = "epoch";
    /** Map, see {@link Subscription#toMap()}: what the session receives. */
    public static final String SUBSCRIPTION = "subscription";
    /** Map: a subscription that was asked for and not yet begun; with {@code id} if it is to be acknowledged. */
    public static final String PENDING = "subscription.pending";
    /** Boolean: the session was resumed and the newest states are still to be repeated. */
    public static final String RESUMED = "resumed";
    /** long[]: the broadcaster's account of the session. */
    public static final String ACCOUNT = "account";
    /** Long: when the last heartbeat was sent, {@link System#nanoTime()}. */
    public static final String HEARTBEAT_AT = "heartbeat.at";

    private LinkAttributes() {}
}
