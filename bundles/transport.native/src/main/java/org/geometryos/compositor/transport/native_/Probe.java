package org.geometryos.compositor.transport.native_;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.transport.api.SocketWriter;

/** Tries a writer on a connection of its own, as a container may forbid system calls. */
final class Probe {
    private static final int LIMIT_MILLIS = (int) TimeUnit.SECONDS.toMillis(2);
    private static final long TEXT = 0x5345_4e44_2d54_4f21L;

    private Probe() {}

    /**
     * Sends eight bytes through this machine's loopback interface, and reads them.
     *
     * @throws IOException if they did not arrive within two seconds
     */
    static void tryOut(SocketWriter writer) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocateDirect(2 * Long.BYTES).putLong(0).putLong(TEXT);
        bytes.position(Long.BYTES);
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
            try (SocketChannel from = SocketChannel.open(server.getLocalAddress());
                    Socket to = server.accept().socket()) {
                if (!to.getRemoteSocketAddress().equals(from.getLocalAddress())) {
                    throw new IOException("somebody else connected to a port of this machine");
                }
                from.configureBlocking(false);
                int sent = writer.write(from, bytes);
                if (sent != Long.BYTES) {
                    throw new IOException("of 8 bytes " + sent + " were taken");
                }
                to.setSoTimeout(LIMIT_MILLIS);
                byte[] arrived = to.getInputStream().readNBytes(Long.BYTES);
                if (arrived.length != Long.BYTES || ByteBuffer.wrap(arrived).getLong() != TEXT) {
                    throw new IOException("other bytes arrived than were sent");
                }
            }
        }
    }
}
