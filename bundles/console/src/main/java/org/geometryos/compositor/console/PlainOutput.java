package org.geometryos.compositor.console;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * What commands print, without the characters that would steer a terminal: what they show may come from clients. Any
 * thread.
 */
final class PlainOutput extends OutputStream {
    /** Begins the two bytes of U+0080 to U+00BF in UTF-8; below U+00A0 these are commands. */
    private static final int LATIN = 0xC2;

    private final SocketChannel channel;
    private boolean latin;

    PlainOutput(SocketChannel channel) {
        this.channel = channel;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int from, int length) throws IOException {
        ByteBuffer plain = ByteBuffer.allocate(length);
        for (int i = from; i < from + length; i++) {
            int each = bytes[i] & 0xFF;
            boolean command = latin && each >= 0x80 && each < 0xA0;
            latin = each == LATIN;
            if (command) {
                plain.put((byte) 0xBF);
            } else if (each != '\r') {
                plain.put((byte) (each < ' ' && each != '\n' && each != '\t' || each == 0x7F ? '?' : each));
            }
        }
        plain.flip();
        while (plain.hasRemaining()) {
            channel.write(plain);
        }
    }
}
