package org.geometryos.compositor.transport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.geometryos.compositor.testkit.LinkContract;
import org.geometryos.compositor.testkit.http.JettyHost;
import org.geometryos.compositor.testkit.wire.Frames;
import org.geometryos.compositor.testkit.wire.RawPeer;
import org.geometryos.compositor.testkit.wire.RawRequest;
import org.geometryos.compositor.transport.api.LinkHandler;
import org.geometryos.compositor.transport.api.LinkListener;
import org.geometryos.compositor.transport.api.Transport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Over sockets. */
class SocketLinkTest extends LinkContract {
    private static final int SEND_BUFFER = 16_384;
    /** Small, but not so small that the kernel closes the window and opens it by probing alone. */
    private static final int RECEIVE_BUFFER = 16_384;

    private static final int READ_MILLIS = 60_000;

    private final SocketTransport transport = new SocketTransport(Served.settings(SEND_BUFFER, true));
    private final JettyHost host = new JettyHost();
    private final List<SocketPeer> peers = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        Served.start(host, transport);
    }

    @AfterEach
    void stop() throws Exception {
        peers.forEach(SocketPeer::vanish);
        transport.stop(1001, "over");
        host.close();
    }

    @Override
    protected Transport transport() {
        return transport;
    }

    @Override
    protected void add(LinkHandler handler) {
        transport.add(handler, (Comparable<Object>) other -> 0);
    }

    @Override
    protected void remove(LinkHandler handler) {
        transport.remove(handler);
    }

    @Override
    protected void add(LinkListener listener) {
        transport.add(listener);
    }

    @Override
    protected void moment() {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
    }

    @Override
    protected Peer connect() throws IOException {
        SocketPeer peer = new SocketPeer();
        peers.add(peer);
        return peer;
    }

    /** Reads with a thread of its own. */
    private final class SocketPeer implements Peer, Runnable {
        private final RawPeer socket;
        private final List<String> texts = new CopyOnWriteArrayList<>();
        private final List<byte[]> unanswered = new ArrayList<>();
        private boolean reading = true;
        private boolean answering = true;
        private volatile String closed;
        private volatile boolean over;

        SocketPeer() throws IOException {
            socket = new RawPeer(host.port(), READ_MILLIS, prepared -> prepared.setReceiveBufferSize(RECEIVE_BUFFER));
            socket.upgrade(RawRequest.upgrade());
            Thread reader = new Thread(this, "peer");
            reader.setDaemon(true);
            reader.start();
        }

        @Override
        public void run() {
            try {
                for (; ; ) {
                    waitToRead();
                    take(socket.next());
                }
            } catch (IOException e) {
                over = true;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private synchronized void waitToRead() throws InterruptedException {
            while (!reading) {
                wait();
            }
        }

        private void take(RawPeer.Frame frame) {
            switch (frame.opcode()) {
                case Frames.TEXT -> texts.add(frame.text());
                case Frames.PING -> answer(frame.payload());
                case Frames.CLOSE -> {
                    closed = frame.closeCode() + " "
                            + (frame.payload().length < 2
                                    ? ""
                                    : new String(
                                            frame.payload(), 2, frame.payload().length - 2, StandardCharsets.UTF_8));
                    socket.answer(Frames.CLOSE, frame.payload());
                }
                default -> {}
            }
        }

        private synchronized void answer(byte[] ping) {
            if (answering) {
                socket.answer(Frames.PONG, ping);
            } else {
                unanswered.add(ping);
            }
        }

        @Override
        public void say(String text) {
            try {
                socket.send(text);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close(int code) {
            try {
                socket.sendClose(code);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void vanish() {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public synchronized void reading(boolean on) {
            reading = on;
            notifyAll();
        }

        @Override
        public synchronized void answering(boolean on) {
            answering = on;
            List<byte[]> late = List.copyOf(unanswered);
            unanswered.clear();
            late.forEach(this::answer);
        }

        @Override
        public List<String> texts() {
            return texts;
        }

        @Override
        public Optional<String> closed() {
            return Optional.ofNullable(closed);
        }

        @Override
        public boolean over() {
            return over;
        }
    }
}
