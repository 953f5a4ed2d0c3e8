package org.geometryos.compositor.benchmark;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * All displays of a load generator on one thread and one selector, with one buffer for each direction. They open a WebSocket,
 * send a first message, wait for the answer, and from then on count what comes and answer pings.
 */
final class LoadLoop implements Runnable {
    /** Local ports of one address: fewer than Linux gives out by default (28,232). */
    private static final int PER_ADDRESS = 25_000;
    /** The longest message of the protocol, and its header. */
    private static final int BUFFER = (1 << 20) + Frames.HEADER;
    private static final int HANDSHAKE_BYTES = 8192;
    // the sample of RFC 6455, section 1.3
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
    private static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    private final Selector selector;
    private final InetSocketAddress server;
    private final LoadScript script;
    private final ConcurrentLinkedQueue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private volatile boolean stopped;

    // the loop's thread only
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER);
    private final ByteBuffer out = ByteBuffer.allocateDirect(HANDSHAKE_BYTES);
    private int asked;
    private int started;
    private int outstanding;
    private int ready;
    private int failed;
    private String failure = "";
    private long texts;
    private long textBytes;
    private long pings;
    private long connectBegan;
    private double connectSeconds;
    private Consumer<LoadReport> connected;

    LoadLoop(InetSocketAddress server, LoadScript script) throws IOException {
        this.server = server;
        this.script = script;
        this.selector = Selector.open();
    }

    /** Opens further displays. Any thread. @param done called on the loop's thread when each is ready or has failed */
    void connect(int displays, Consumer<LoadReport> done) {
        command(() -> {
            asked += displays;
            connectBegan = System.nanoTime();
            connected = done;
        });
    }

    /** Any thread. @param to called on the loop's thread */
    void report(Consumer<LoadReport> to) {
        command(() -> to.accept(report()));
    }

    /** Closes all sockets and ends the loop. Any thread. */
    void stop() {
        stopped = true;
        selector.wakeup();
    }

    private void command(Runnable command) {
        commands.add(command);
        selector.wakeup();
    }

    private LoadReport report() {
        return new LoadReport(asked, ready, failed, failure, connectSeconds, texts, textBytes, pings);
    }

    @Override
    public void run() {
        try {
            while (!stopped) {
                selector.select(this::serve);
                for (Runnable command; (command = commands.poll()) != null;) {
                    command.run();
                }
                startMore();
                if (connected != null && started == asked && outstanding == 0) {
                    connectSeconds = (System.nanoTime() - connectBegan) / 1e9;
                    connected.accept(report());
                    connected = null;
                }
            }
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
        } catch (IOException e) {
            throw new IllegalStateException("the selector failed: " + e.getMessage(), e);
        }
    }

    /** Keeps a bounded number of handshakes under way: the server's backlog is short, and what overflows it waits a second. */
    private void startMore() {
        while (started < asked && outstanding < script.handshakes()) {
            outstanding++;
            start(started++);
        }
    }

    private void start(int number) {
        DisplaySocket display;
        try {
            SocketChannel channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            if (number >= PER_ADDRESS) {
                channel.bind(new InetSocketAddress("127.0.0." + (1 + number / PER_ADDRESS), 0));
            }
            display = new DisplaySocket(number, channel);
            display.key = channel.register(selector, SelectionKey.OP_CONNECT, display);
        } catch (IOException e) {
            outstanding--;
            failed("display " + number + ": " + e);
            return;
        }
        try {
            if (display.channel.connect(server)) {
                upgrade(display);
            }
        } catch (IOException e) {
            drop(display, e.getMessage());
        }
    }

    private void serve(SelectionKey key) {
        DisplaySocket display = (DisplaySocket) key.attachment();
        try {
            if (key.isConnectable() && display.channel.finishConnect()) {
                upgrade(display);
                return;
            }
            if (key.isWritable()) {
                display.writeRest();
            }
            if (key.isReadable()) {
                read(display);
            }
        } catch (IOException | Frames.FrameException e) {
            drop(display, e.getMessage());
        }
    }

    private void upgrade(DisplaySocket display) throws IOException {
        display.state = DisplaySocket.State.UPGRADING;
        display.key.interestOps(SelectionKey.OP_READ);
        String request = "GET " + script.path() + " HTTP/1.1\r\nHost: localhost:" + server.getPort()
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + KEY
                + "\r\nSec-WebSocket-Protocol: " + script.subprotocol() + "\r\n\r\n";
        display.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
    }

    private void read(DisplaySocket display) throws IOException, Frames.FrameException {
        boolean open = display.read(in);
        if (display.state == DisplaySocket.State.UPGRADING && takeAnswer(display)) {
            display.state = DisplaySocket.State.GREETING;
            send(display, Frames.TEXT, ByteBuffer.wrap(script.hello(display.number).getBytes(StandardCharsets.UTF_8)));
        }
        if (display.state == DisplaySocket.State.GREETING || display.state == DisplaySocket.State.READY) {
            while (Frames.next(in, (opcode, payload) -> frame(display, opcode, payload))) {
                // the next one
            }
        }
        if (!open) {
            throw new IOException("the server closed the socket");
        }
        display.keep(in);
    }

    /** @return whether the answer to the handshake was there as a whole */
    private boolean takeAnswer(DisplaySocket display) throws IOException {
        String text = StandardCharsets.ISO_8859_1.decode(in.slice(in.position(), Math.min(in.remaining(), HANDSHAKE_BYTES))).toString();
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            if (text.length() == HANDSHAKE_BYTES) {
                throw new IOException("answer to the handshake of more than " + HANDSHAKE_BYTES + " bytes");
            }
            return false;
        }
        String head = text.substring(0, end) + "\r\n";
        if (!head.startsWith("HTTP/1.1 101 ")) {
            throw new IOException("handshake refused: " + head.lines().findFirst().orElse(""));
        }
        if (!has(head, "Sec-WebSocket-Accept", ACCEPT) || !has(head, "Sec-WebSocket-Protocol", script.subprotocol())) {
            throw new IOException("handshake of display " + display.number + " answered wrongly: " + head);
        }
        in.position(in.position() + end + 4);
        return true;
    }

    private static boolean has(String head, String name, String value) {
        return head.lines().anyMatch(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1)
                && line.substring(name.length() + 1).trim().equals(value));
    }

    private void frame(DisplaySocket display, int opcode, ByteBuffer payload) throws Frames.FrameException {
        switch (opcode) {
            case Frames.TEXT -> {
                texts++;
                textBytes += payload.remaining();
                if (display.state == DisplaySocket.State.GREETING) {
                    display.state = DisplaySocket.State.READY;
                    outstanding--;
                    ready++;
                }
            }
            case Frames.PING -> {
                pings++;
                try {
                    send(display, Frames.PONG, payload);
                } catch (IOException e) {
                    throw new Frames.FrameException("pong not sent: " + e.getMessage());
                }
            }
            case Frames.CLOSE -> throw new Frames.FrameException("the server closed with "
                    + (payload.remaining() < 2 ? "no code" : String.valueOf(payload.getShort() & 0xFFFF)));
            default -> throw new Frames.FrameException("a frame with opcode " + opcode + " was not asked for");
        }
    }

    private void send(DisplaySocket display, int opcode, ByteBuffer payload) throws IOException {
        out.clear();
        Frames.put(out, opcode, payload);
        display.write(out.flip());
    }

    private void drop(DisplaySocket display, String why) {
        if (display.state == DisplaySocket.State.READY) {
            ready--;
        } else {
            outstanding--;
        }
        display.state = DisplaySocket.State.GONE;
        failed("display " + display.number + ": " + why);
        display.key.cancel();
        try {
            display.channel.close();
        } catch (IOException e) {
            failure += " (and its socket did not close: " + e.getMessage() + ")";
        }
    }

    private void failed(String why) {
        failed++;
        if (failure.isEmpty()) {
            failure = why;
        }
    }
}
