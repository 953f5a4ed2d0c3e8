package org.geometryos.compositor.launcher.command;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.OptionalInt;

/** A session with the console of a host, over the socket in its data folder. One thread writes, another one prints. */
final class ConsoleLink implements AutoCloseable {
    private static final String SOCKET = "console.sock";
    private static final int BLOCK = 8 << 10;

    private final SocketChannel channel;

    private ConsoleLink(SocketChannel channel) {
        this.channel = channel;
    }

    /**
     * @param data the data folder of the host
     * @param prompt whether it is to ask for each line
     * @throws IOException there is no console, or it may not be used
     */
    static ConsoleLink open(Path data, boolean prompt) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(data.resolve(SOCKET)));
            ConsoleLink link = new ConsoleLink(channel);
            link.send(prompt ? "terminal\n" : "plain\n");
            return link;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    void send(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        send(bytes, bytes.length);
    }

    void send(byte[] bytes, int length) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(bytes, 0, length);
        while (left.hasRemaining()) {
            channel.write(left);
        }
    }

    /** Nothing more is sent. */
    void end() throws IOException {
        channel.shutdownOutput();
    }

    /**
     * Prints what comes until the session ends.
     *
     * @return whether the last command failed, as an exit code; empty if the host has gone
     */
    OptionalInt print() {
        byte[] bytes = new byte[BLOCK];
        boolean ending = false;
        try {
            for (int n; (n = channel.read(ByteBuffer.wrap(bytes))) >= 0; ) {
                int zero = 0;
                while (zero < n && bytes[zero] != 0) {
                    zero++;
                }
                if (ending && n > 0) {
                    return OptionalInt.of(bytes[0] - '0');
                }
                Console.raw(bytes, zero);
                if (zero + 1 < n) {
                    return OptionalInt.of(bytes[zero + 1] - '0');
                }
                ending = zero < n;
            }
        } catch (IOException e) {
            // the same as an end without a word
        }
        return OptionalInt.empty();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
