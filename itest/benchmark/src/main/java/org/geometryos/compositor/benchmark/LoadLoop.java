package org.geometryos.compositor.benchmark;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * All displays and sources of a load generator on one thread and one selector, with one buffer for each direction. They
 * open a WebSocket, send their first messages, wait for the answers, and from then on displays count what comes and
 * answer pings, and sources send updates.
 *
 * <p>Being woken for each message of each display would cost more than the server's sending of it. So only the probes
 * are in the selector; the other displays are read one after the other, each several times a second, whatever has come.
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

    /** Numbers of samples start here, so that all have the same length. */
    private static final long FIRST_SAMPLE = 1_000_000_000;

    private static final byte[] SAMPLE = "\"sample\":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TIME = "\"time\":".getBytes(StandardCharsets.US_ASCII);
    /** How many updates back the time of sending is known; a power of two. */
    private static final int SENT = 1 << 16;
    /** In any second; below the 20,000 requests that the bridge takes from a source by default. */
    private static final int MOST_PER_SECOND = 15_000;
    /** Where the value of {@code type} begins in a message, which all servers write first. */
    private static final int TYPE = "{\"type\":\"".length();

    /**
     * A display that is not a probe is read this often, at most; with many of them less often, so that the effort stays
     * the same.
     */
    private static final long SWEEP_NANOS = 20_000_000;

    private static final long SWEEP_NANOS_PER_DISPLAY = 20_000;
    /** Reads between two looks at the probes. */
    private static final int SLICE = 16;
    /** Little enough that a display which does not read is felt by the server within seconds. */
    private static final int SLOW_RECEIVE_BUFFER = 16_384;

    private final Selector selector;
    /** For the packets of trackers; not connected, so that nobody at the other end yet is no error. */
    private final DatagramChannel trackers = DatagramChannel.open();

    private final InetSocketAddress server;
    private final String subprotocol;
    private final ConcurrentLinkedQueue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private volatile boolean stopped;

    // the loop's thread only
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER);
    private final ByteBuffer out = ByteBuffer.allocateDirect(HANDSHAKE_BYTES);
    private final List<DisplaySocket> probes = new ArrayList<>();
    private final List<DisplaySocket> swept = new ArrayList<>();
    private final List<DisplaySocket> sources = new ArrayList<>();
    private final Histogram latency = new Histogram();
    private final Histogram lateness = new Histogram();
    private final long[] sentAt = new long[SENT];
    private final long clockNanos = System.nanoTime();
    private final long clockMicros = micros(Instant.now());
    private Batch batch;
    private int batchStarted;
    private int asked;
    private int started;
    private int outstanding;
    private int ready;
    private int failed;
    private String failure = "";
    private long texts;
    private long textBytes;
    private long pings;
    private long updates;
    private long deliveries;
    private long deliveryBytes;
    private long connectBegan;
    private double connectSeconds;
    private Consumer<LoadReport> connected;
    private Pace pace;
    /** Where trackers send, while they send; null while sources do. */
    private InetSocketAddress tracked;
    /** {@link #updates} when the pace began. */
    private long paceBegan;

    private int sweepAt;
    private long sweptUntil;

    LoadLoop(InetSocketAddress server, String subprotocol) throws IOException {
        this.server = server;
        this.subprotocol = subprotocol;
        this.selector = Selector.open();
    }

    /**
     * Opens further sockets; not before the last ones are there. Any thread. @param done called on the loop's thread
     * when each is ready or has failed
     */
    void connect(Batch sockets, Consumer<LoadReport> done) {
        command(() -> {
            batch = sockets;
            batchStarted = 0;
            asked += sockets.count();
            connectBegan = System.nanoTime();
            connected = done;
        });
    }

    /**
     * Sends updates to the first of the sources, so many a second each. Any thread. @param to called on the loop's
     * thread when it began
     */
    void open(int cameras, double perCamera, Consumer<LoadReport> to) {
        command(() -> begin(new Pace.Open(cameras, cameras * perCamera, System.nanoTime()), to));
    }

    /**
     * Sends packets of trackers, so many a second each. Any thread. @param port UDP, of the server's host @param to
     * called on the loop's thread when it began
     */
    void track(int cameras, double perCamera, int port, Consumer<LoadReport> to) {
        command(() -> {
            tracked = new InetSocketAddress(server.getAddress(), port);
            start(new Pace.Open(cameras, cameras * perCamera, System.nanoTime()), to);
        });
    }

    /**
     * Sends updates to the first of the sources, as fast as the probes get them. Any thread. @param to called on the
     * loop's thread when it began
     */
    void closed(int cameras, int onTheirWay, Consumer<LoadReport> to) {
        command(() -> begin(new Pace.Closed(cameras, onTheirWay), to));
    }

    /** Sends no more updates. Any thread. @param to called on the loop's thread */
    void pause(Consumer<LoadReport> to) {
        command(() -> {
            pace = null;
            to.accept(report());
        });
    }

    /** Begins to count latency and lateness anew. Any thread. @param to called on the loop's thread */
    void begin(Consumer<LoadReport> to) {
        command(() -> {
            latency.clear();
            lateness.clear();
            to.accept(report());
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

    private void begin(Pace next, Consumer<LoadReport> to) {
        if (sources.size() < next.cameras()) {
            throw new IllegalStateException(next.cameras() + " cameras need as many sources, not " + sources.size());
        }
        tracked = null;
        start(next, to);
    }

    private void start(Pace next, Consumer<LoadReport> to) {
        pace = next;
        paceBegan = updates;
        probes.forEach(probe -> probe.arrived = updates);
        to.accept(report());
    }

    private LoadReport report() {
        return new LoadReport(
                asked,
                ready,
                failed,
                failure,
                connectSeconds,
                texts,
                textBytes,
                pings,
                updates,
                deliveries,
                deliveryBytes,
                LoadReport.Quantiles.of(latency),
                LoadReport.Quantiles.of(lateness));
    }

    @Override
    public void run() {
        try {
            boolean behind = false;
            while (!stopped) {
                if (behind) {
                    selector.selectNow(this::serve);
                } else if (pace == null && swept.isEmpty()) {
                    selector.select(this::serve);
                } else {
                    selector.select(this::serve, 1);
                }
                for (Runnable command; (command = commands.poll()) != null; ) {
                    command.run();
                }
                publish();
                behind = sweep();
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
            trackers.close();
        } catch (IOException e) {
            throw new IllegalStateException("the selector failed: " + e.getMessage(), e);
        }
    }

    // ---- connecting

    /**
     * Keeps a bounded number of handshakes under way: the server's backlog is short, and what overflows it waits a
     * second.
     */
    private void startMore() {
        while (started < asked && outstanding < batch.handshakes()) {
            outstanding++;
            start(started++, batchStarted++);
        }
    }

    private void start(int number, int at) {
        DisplaySocket display;
        try {
            SocketChannel channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            if (batch.kind() == Batch.Kind.SLOW) {
                channel.setOption(StandardSocketOptions.SO_RCVBUF, SLOW_RECEIVE_BUFFER);
            }
            if (number >= PER_ADDRESS) {
                channel.bind(new InetSocketAddress("127.0.0." + (1 + number / PER_ADDRESS), 0));
            }
            display = new DisplaySocket(number, batch, batch.kind() == Batch.Kind.DISPLAY && batch.probe(at), channel);
            display.key = channel.register(selector, SelectionKey.OP_CONNECT, display);
        } catch (IOException e) {
            outstanding--;
            failed("socket " + number + ": " + e);
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

    private void upgrade(DisplaySocket display) throws IOException {
        display.state = DisplaySocket.State.UPGRADING;
        display.key.interestOps(SelectionKey.OP_READ);
        String request = "GET " + display.batch.path() + " HTTP/1.1\r\nHost: localhost:" + server.getPort()
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                + KEY
                + "\r\nSec-WebSocket-Protocol: " + subprotocol + "\r\n\r\n";
        display.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
    }

    /** @return whether the answer to the handshake was there as a whole */
    private boolean takeAnswer(DisplaySocket display) throws IOException {
        String text = StandardCharsets.ISO_8859_1
                .decode(in.slice(in.position(), Math.min(in.remaining(), HANDSHAKE_BYTES)))
                .toString();
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            if (text.length() == HANDSHAKE_BYTES) {
                throw new IOException("answer to the handshake of more than " + HANDSHAKE_BYTES + " bytes");
            }
            return false;
        }
        String head = text.substring(0, end) + "\r\n";
        if (!head.startsWith("HTTP/1.1 101 ")) {
            throw new IOException(
                    "handshake refused: " + head.lines().findFirst().orElse(""));
        }
        if (!has(head, "Sec-WebSocket-Accept", ACCEPT) || !has(head, "Sec-WebSocket-Protocol", subprotocol)) {
            throw new IOException("handshake of socket " + display.number + " answered wrongly: " + head);
        }
        in.position(in.position() + end + 4);
        return true;
    }

    private static boolean has(String head, String name, String value) {
        return head.lines()
                .anyMatch(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1)
                        && line.substring(name.length() + 1).trim().equals(value));
    }

    private void greet(DisplaySocket display) throws IOException {
        display.state = DisplaySocket.State.GREETING;
        for (int i = 0; i < display.batch.greetings().size(); i++) {
            send(
                    display,
                    Frames.TEXT,
                    ByteBuffer.wrap(display.batch.greeting(i, display.number).getBytes(StandardCharsets.UTF_8)));
        }
        if (display.answers == 0) {
            ready(display);
        }
    }

    private void ready(DisplaySocket display) {
        display.state = DisplaySocket.State.READY;
        outstanding--;
        ready++;
        if (display.batch.kind() == Batch.Kind.SOURCE) {
            sources.add(display);
        } else if (display.probe) {
            display.arrived = updates;
            probes.add(display);
        } else {
            display.key.interestOpsAnd(~SelectionKey.OP_READ);
            if (display.batch.kind() == Batch.Kind.DISPLAY) {
                swept.add(display);
            }
        }
    }

    // ---- receiving

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

    /** Reads those displays that are due, at most a slice of them. @return whether more are due */
    private boolean sweep() {
        if (swept.isEmpty()) {
            return false;
        }
        long step = Math.max(SWEEP_NANOS / swept.size(), SWEEP_NANOS_PER_DISPLAY);
        long now = System.nanoTime();
        // a sweep that fell behind is not made up for: the next one reads what has come
        sweptUntil = Math.max(sweptUntil, now - step * swept.size());
        long due = (now - sweptUntil) / step;
        int reads = (int) Math.min(due, SLICE);
        for (int i = 0; i < reads; i++) {
            sweepAt = (sweepAt + 1) % swept.size();
            DisplaySocket display = swept.get(sweepAt);
            if (display.state == DisplaySocket.State.READY) {
                try {
                    read(display);
                } catch (IOException | Frames.FrameException e) {
                    drop(display, e.getMessage());
                }
            }
        }
        sweptUntil += reads * step;
        return due > reads;
    }

    private void read(DisplaySocket display) throws IOException, Frames.FrameException {
        boolean open = display.read(in);
        if (display.state == DisplaySocket.State.UPGRADING && takeAnswer(display)) {
            greet(display);
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

    private void frame(DisplaySocket display, int opcode, ByteBuffer payload) throws Frames.FrameException {
        switch (opcode) {
            case Frames.TEXT -> text(display, payload);
            case Frames.PING -> {
                pings++;
                try {
                    send(display, Frames.PONG, payload);
                } catch (IOException e) {
                    throw new Frames.FrameException("pong not sent: " + e.getMessage());
                }
            }
            case Frames.CLOSE ->
                throw new Frames.FrameException("the server closed with "
                        + (payload.remaining() < 2 ? "no code" : String.valueOf(payload.getShort() & 0xFFFF)));
            default -> throw new Frames.FrameException("a frame with opcode " + opcode + " was not asked for");
        }
    }

    private void text(DisplaySocket display, ByteBuffer payload) throws Frames.FrameException {
        texts++;
        textBytes += payload.remaining();
        if (isType(payload, 'e', 'r')) {
            throw new Frames.FrameException(
                    "the server answered with an error: " + StandardCharsets.UTF_8.decode(payload));
        }
        if (isType(payload, 'c', 'a')) {
            deliveries++;
            deliveryBytes += payload.remaining();
            if (display.probe) {
                arrived(display, payload);
            }
        }
        if (display.state == DisplaySocket.State.GREETING && --display.answers == 0) {
            ready(display);
        }
    }

    private static boolean isType(ByteBuffer payload, char first, char second) {
        return payload.remaining() > TYPE + 1 && payload.get(TYPE) == first && payload.get(TYPE + 1) == second;
    }

    private void arrived(DisplaySocket probe, ByteBuffer camera) throws Frames.FrameException {
        if (tracked != null) {
            latency.add(micros(System.nanoTime()) - number(camera, TIME));
            return;
        }
        long number = number(camera, SAMPLE) - FIRST_SAMPLE;
        if (number < 0 || number >= updates) {
            throw new Frames.FrameException("sample " + (number + FIRST_SAMPLE) + " was never sent");
        }
        if (updates - number <= SENT) {
            latency.add((System.nanoTime() - sentAt[(int) (number & SENT - 1)]) / 1000);
        }
        probe.arrived = Math.max(probe.arrived, number + 1);
    }

    /** The number behind a field's name. */
    private static long number(ByteBuffer camera, byte[] name) throws Frames.FrameException {
        int last = camera.remaining() - name.length;
        for (int at = 0; at < last; at++) {
            int same = 0;
            while (same < name.length && camera.get(at + same) == name[same]) {
                same++;
            }
            if (same == name.length) {
                long number = 0;
                for (int i = at + same; i < camera.remaining() && camera.get(i) >= '0' && camera.get(i) <= '9'; i++) {
                    number = number * 10 + camera.get(i) - '0';
                }
                return number;
            }
        }
        throw new Frames.FrameException("a camera message without " + new String(name, StandardCharsets.US_ASCII) + " "
                + StandardCharsets.UTF_8.decode(camera));
    }

    // ---- sending

    private void publish() {
        if (pace == null) {
            return;
        }
        // without a probe nothing is known to have arrived
        long arrived = probes.isEmpty() ? paceBegan : Long.MAX_VALUE;
        for (DisplaySocket probe : probes) {
            arrived = Math.min(arrived, probe.arrived);
        }
        long now = System.nanoTime();
        for (long number;
                pace != null && pace.due(number = updates - paceBegan, arrived - paceBegan, now) && allowed(now);
                now = System.nanoTime()) {
            if (pace instanceof Pace.Open open) {
                lateness.add((now - open.time(number)) / 1000);
            }
            int camera = (int) (number % pace.cameras());
            sentAt[(int) (updates & SENT - 1)] = now;
            if (tracked != null) {
                send(TrackerPacket.of(camera + 1, micros(now), number / pace.cameras()));
                continue;
            }
            DisplaySocket source = sources.get(camera);
            String message = camera(camera, micros(now), FIRST_SAMPLE + updates);
            updates++;
            try {
                send(source, Frames.TEXT, ByteBuffer.wrap(message.getBytes(StandardCharsets.US_ASCII)));
            } catch (IOException e) {
                drop(source, e.getMessage());
            }
        }
    }

    /** To the receiver of trackers. */
    private void send(ByteBuffer packet) {
        updates++;
        try {
            trackers.send(packet, tracked);
        } catch (IOException e) {
            pace = null;
            failed("a tracker's packet: " + e.getMessage());
        }
    }

    /** The time of day, microseconds since the Unix epoch. @param nanos of {@link System#nanoTime()} */
    private long micros(long nanos) {
        return clockMicros + (nanos - clockNanos) / 1000;
    }

    private boolean allowed(long now) {
        return updates < MOST_PER_SECOND || now - sentAt[(int) (updates - MOST_PER_SECOND & SENT - 1)] >= 1_000_000_000;
    }

    /** About 160 bytes. */
    static String camera(int camera, long time, long sample) {
        return "{\"type\":\"camera\",\"camera\":\"bench/" + camera + "\",\"time\":" + time + ",\"sample\":" + sample
                + ",\"view\":{\"kind\":\"2d\",\"center\":[819200.5,819200.5],\"zoom\":1.5,\"rotation\":0.25}}";
    }

    private void send(DisplaySocket display, int opcode, ByteBuffer payload) throws IOException {
        out.clear();
        Frames.put(out, opcode, payload);
        display.write(out.flip());
    }

    private static long micros(Instant time) {
        return time.getEpochSecond() * 1_000_000 + time.getNano() / 1000;
    }

    // ---- failing

    private void drop(DisplaySocket display, String why) {
        if (display.state == DisplaySocket.State.GONE) {
            return;
        }
        if (display.state == DisplaySocket.State.READY) {
            ready--;
        } else {
            outstanding--;
        }
        display.state = DisplaySocket.State.GONE;
        probes.remove(display);
        if (display.batch.kind() == Batch.Kind.SOURCE) {
            // its camera stands still: nothing that is measured from here on would mean anything
            pace = null;
        }
        failed(display.batch.kind().name().toLowerCase(Locale.ROOT) + " " + display.number + ": " + why);
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
