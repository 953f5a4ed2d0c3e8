package org.geometryos.compositor.transport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Set;

/** A socket whose kernel takes so many bytes and no more. */
final class SlowChannel extends SocketChannel {
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    private int room = Integer.MAX_VALUE;
    private int longest;
    private Runnable whileWriting = () -> {};

    SlowChannel() {
        super(null);
    }

    /** From now on it takes so many bytes; negative: it fails. */
    void room(int bytes) {
        room = bytes;
    }

    void whileWriting(Runnable what) {
        whileWriting = what;
    }

    /** All it has taken. */
    byte[] taken() {
        return taken.toByteArray();
    }

    /** The most bytes that one call offered. */
    int longest() {
        return longest;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        whileWriting.run();
        if (room < 0) {
            throw new IOException("broken pipe");
        }
        longest = Math.max(longest, from.remaining());
        byte[] bytes = new byte[Math.min(room, from.remaining())];
        from.get(bytes);
        taken.writeBytes(bytes);
        room -= bytes.length;
        return bytes.length;
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int read(ByteBuffer to) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long read(ByteBuffer[] to, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public SocketChannel bind(SocketAddress local) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T> SocketChannel setOption(SocketOption<T> name, T value) {
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return Set.of();
    }

    @Override
    public SocketChannel shutdownInput() {
        return this;
    }

    @Override
    public SocketChannel shutdownOutput() {
        return this;
    }

    @Override
    public Socket socket() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isConnected() {
        return true;
    }

    @Override
    public boolean isConnectionPending() {
        return false;
    }

    @Override
    public boolean connect(SocketAddress remote) {
        return true;
    }

    @Override
    public boolean finishConnect() {
        return true;
    }

    @Override
    public SocketAddress getRemoteAddress() {
        return null;
    }

    @Override
    public SocketAddress getLocalAddress() {
        return null;
    }

    @Override
    protected void implCloseSelectableChannel() {
        // nothing is open
    }

    @Override
    protected void implConfigureBlocking(boolean block) {
        // never blocks
    }
}
