package org.geometryos.compositor.itest.attack;

/** What the connections of a {@link Crowd} do. All calls come from its thread; one object serves all its sockets. */
interface Kind {
    /** The first bytes. */
    default String handshake(Socket socket, int port) {
        return Socket.handshake(port, "view");
    }

    /** Bytes; 0 for the kernel's own. */
    default int receiveBuffer() {
        return 0;
    }

    default boolean answersPings() {
        return true;
    }

    /** The handshake was answered with 101. */
    void opened(Socket socket);

    /** @param text empty if it is longer than {@link Crowd#MESSAGE} */
    default void message(Socket socket, String text) {}

    /** Comes some ten times a second for an open socket. */
    default void tick(Socket socket, long now) {}
}
