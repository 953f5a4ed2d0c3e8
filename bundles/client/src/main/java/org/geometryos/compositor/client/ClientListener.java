package org.geometryos.compositor.client;

import org.geometryos.compositor.protocol.ServerMessage;

/**
 * Is told what happens, in order, always on the same thread of the client. While a call runs nothing more is read from
 * the socket: a slow listener makes a slow display, not a queue. It must not wait for an answer of the same client
 * (nor, with {@link CompositorClient.Shared}, keep the thread for long: others share it). What it throws is counted.
 */
public interface ClientListener {

    /** The server said welcome, the first time or again. */
    default void connected(ServerMessage.Welcome welcome) {}

    /**
     * A message came in and is applied: {@link CompositorClient#cameras()} shows it already. Every message comes here,
     * answers included, but for {@code welcome} and a camera's message that is not news.
     */
    default void message(ServerMessage message) {}

    /** A connection ended or an attempt failed; {@link Closed#reconnectIn()} says how it goes on. */
    default void disconnected(Closed closed) {}

    /** The client has ended; nothing comes after this. */
    default void closed(Closed closed) {}
}
