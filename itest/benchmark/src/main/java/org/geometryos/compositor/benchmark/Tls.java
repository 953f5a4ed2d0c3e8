package org.geometryos.compositor.benchmark;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * The client's side of TLS on one socket. It takes whatever certificate it is shown: both ends are on this machine, and
 * only what encryption costs is of interest. One thread for all of them.
 */
final class Tls {
    /** More than a record has, in bytes. */
    private static final int RECORD = 17 * 1024;
    /** What is read of a socket at a time, in bytes: some records. */
    private static final int READ = 4 * RECORD;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** Where sealed bytes go. */
    @FunctionalInterface
    interface Sink {
        void write(ByteBuffer sealed) throws IOException;
    }

    private final SSLEngine engine;
    /** The beginning of a record whose rest has not come; null mostly. */
    private byte[] rest;
    /** What is to be said as soon as the handshake is over. */
    private ByteBuffer waiting = NOTHING;

    private boolean begun;
    private boolean open;

    Tls(SSLContext context) {
        engine = context.createSSLEngine("localhost", 0);
        engine.setUseClientMode(true);
    }

    static SSLContext context() {
        TrustManager all = new X509TrustManager() {
            @Override
            public void checkClientTrusted(X509Certificate[] chain, String type) {
                // this is the client
            }

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String type) {
                // on this machine
            }

            @Override
            public X509Certificate[] getAcceptedIssuers() {
                return new X509Certificate[0];
            }
        };
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {all}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("there is no TLS in this Java", e);
        }
    }

    /** Says something, or keeps it until the handshake is over. */
    void write(ByteBuffer plain, Sink to) throws IOException {
        if (open) {
            seal(plain, to);
            return;
        }
        ByteBuffer all = ByteBuffer.allocate(waiting.remaining() + plain.remaining());
        waiting = all.put(waiting).put(plain).flip();
        shake(to);
    }

    private void seal(ByteBuffer plain, Sink to) throws IOException {
        do {
            ByteBuffer sealed = ByteBuffer.allocate(RECORD);
            engine.wrap(plain, sealed);
            to.write(sealed.flip());
        } while (plain.hasRemaining());
    }

    /** As {@link SocketChannel#read}, of what is inside. @return -1 if the peer has closed */
    int read(SocketChannel channel, ByteBuffer in, Sink to) throws IOException {
        ByteBuffer sealed = ByteBuffer.allocate(READ);
        if (rest != null) {
            sealed.put(rest);
            rest = null;
        }
        int n = channel.read(sealed);
        sealed.flip();
        int before = in.position();
        boolean closed = n < 0;
        while (sealed.hasRemaining()) {
            SSLEngineResult result = engine.unwrap(sealed, in);
            if (result.getStatus() == SSLEngineResult.Status.BUFFER_UNDERFLOW) {
                break;
            }
            if (result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW) {
                throw new IOException("a message is longer than the buffer for it");
            }
            closed |= result.getStatus() == SSLEngineResult.Status.CLOSED;
            shake(to);
            if (closed) {
                break;
            }
        }
        if (sealed.hasRemaining()) {
            rest = new byte[sealed.remaining()];
            sealed.get(rest);
        }
        return closed && in.position() == before ? -1 : in.position() - before;
    }

    /** Does what the handshake needs from this side, now and after a change of keys. */
    private void shake(Sink to) throws IOException {
        if (!begun) {
            begun = true;
            engine.beginHandshake();
        }
        for (; ; ) {
            switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> {
                    for (Runnable task; (task = engine.getDelegatedTask()) != null; ) {
                        task.run();
                    }
                }
                case NEED_WRAP -> {
                    ByteBuffer sealed = ByteBuffer.allocate(RECORD);
                    engine.wrap(NOTHING, sealed);
                    to.write(sealed.flip());
                }
                case NOT_HANDSHAKING, FINISHED -> {
                    begins(to);
                    return;
                }
                default -> {
                    return;
                }
            }
        }
    }

    private void begins(Sink to) throws IOException {
        if (!open) {
            open = true;
            ByteBuffer first = waiting;
            waiting = NOTHING;
            if (first.hasRemaining()) {
                seal(first, to);
            }
        }
    }
}
