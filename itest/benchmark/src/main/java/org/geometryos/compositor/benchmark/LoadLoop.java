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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;

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

    private static final String REPORT_AFTER = "\"reportAfter\":";

    /** Little enough that a display which does not read is felt by the server within seconds. */
    private static final int SLOW_RECEIVE_BUFFER = 16_384;

    private final Selector selector;
    /** For the packets of trackers; not connected, so that nobody at the other end yet is no error. */
    private final DatagramChannel trackers = DatagramChannel.open();

    private final InetSocketAddress server;
    private final ClientHandshake handshake;
    private final Form form;
    /** Null without TLS. */
    private final SSLContext tls;

    private final ConcurrentLinkedQueue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private volatile boolean stopped;

    // the loop's thread only
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER);
    private final ByteBuffer out = ByteBuffer.allocateDirect(ClientHandshake.MAX_BYTES);
    private final List<DisplaySocket> probes = new ArrayList<>();
    /** Displays that are no probes. */
    private final Sweep<DisplaySocket> swept = new Sweep<>();

    private final List<DisplaySocket> sources = new ArrayList<>();
    private final Rounds<DisplaySocket> repeating = new Rounds<>();
    private final SentUpdates updates;
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
    private long deliveries;
    private long deliveryBytes;
    private long connectBegan;
    private double connectSeconds;
    private Consumer<LoadReport> connected;
    private Pace pace;
    /** Where trackers send, while they send; null while sources do. */
    private InetSocketAddress tracked;
    /** How many updates there were when the pace began. */
    private long paceBegan;

    /** @param tls whether the sockets speak TLS */
    LoadLoop(InetSocketAddress server, String subprotocol, boolean tls) throws IOException {
        this.tls = tls ? Tls.context() : null;
        this.server = server;
        this.handshake = new ClientHandshake(server.getPort(), subprotocol);
        this.form = Form.of(subprotocol);
        this.updates = new SentUpdates(form);
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
            updates.begin();
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
        paceBegan = updates.count();
        probes.forEach(probe -> probe.arrived = paceBegan);
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
                updates.count(),
                deliveries,
                deliveryBytes,
                LoadReport.Quantiles.of(updates.latency),
                LoadReport.Quantiles.of(updates.lateness));
    }

    @Override
    public void run() {
        try {
            boolean behind = false;
            while (!stopped) {
                if (behind) {
                    selector.selectNow(this::serve);
                } else if (pace == null && swept.isEmpty() && repeating.isEmpty()) {
                    selector.select(this::serve);
                } else {
                    selector.select(this::serve, 1);
                }
                for (Runnable command; (command = commands.poll()) != null; ) {
                    command.run();
                }
                publish();
                repeating.turn(System.nanoTime(), this::repeat);
                behind = swept.turn(System.nanoTime(), this::readSwept);
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
            display = new DisplaySocket(
                    number,
                    batch,
                    batch.kind() == Batch.Kind.DISPLAY && batch.probe(at),
                    channel,
                    tls == null ? null : new Tls(tls));
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
        display.write(handshake.request(display.batch.path()));
    }

    private void greet(DisplaySocket display) throws IOException {
        display.state = DisplaySocket.State.GREETING;
        for (int i = 0; i < display.batch.greetings().size(); i++) {
            send(display, form.opcode, ByteBuffer.wrap(form.message(display.batch.greeting(i, display.number))));
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
            return;
        }
        if (!display.batch.repeated().isEmpty()) {
            repeating.every(display.batch.everyMillis() * 1_000_000L, System.nanoTime());
            repeating.add(display);
        }
        if (display.probe) {
            display.arrived = updates.count();
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

    private void readSwept(DisplaySocket display) {
        if (display.state == DisplaySocket.State.READY) {
            try {
                read(display);
            } catch (IOException | Frames.FrameException e) {
                drop(display, e.getMessage());
            }
        }
    }

    private void read(DisplaySocket display) throws IOException, Frames.FrameException {
        boolean open = display.read(in);
        if (display.state == DisplaySocket.State.UPGRADING && handshake.take(in)) {
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
        if (opcode == form.opcode) {
            message(display, payload);
            return;
        }
        switch (opcode) {
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

    private void message(DisplaySocket display, ByteBuffer payload) throws Frames.FrameException {
        texts++;
        textBytes += payload.remaining();
        if (form.isType(payload, 'e', 'r')) {
            throw new Frames.FrameException(
                    "the server answered with an error: " + StandardCharsets.UTF_8.decode(payload));
        }
        if (form.isType(payload, 'p', 'o')) {
            pong(payload);
        }
        if (form.isType(payload, 'c', 'a')) {
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

    /** A server may want the next report later. */
    private void pong(ByteBuffer payload) throws Frames.FrameException {
        String pong = StandardCharsets.US_ASCII.decode(payload.duplicate()).toString();
        int at = pong.indexOf(REPORT_AFTER);
        if (at >= 0) {
            String millis = pong.substring(at + REPORT_AFTER.length()).replaceAll("[^0-9].*", "");
            repeating.every(Long.parseLong(millis) * 1_000_000L, System.nanoTime());
        }
    }

    private void arrived(DisplaySocket probe, ByteBuffer camera) throws Frames.FrameException {
        long now = System.nanoTime();
        if (tracked != null) {
            updates.arrivedByTime(camera, now);
        } else {
            probe.arrived = Math.max(probe.arrived, updates.arrived(camera, now));
        }
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
                pace != null
                        && pace.due(number = updates.count() - paceBegan, arrived - paceBegan, now)
                        && updates.allowed(now);
                now = System.nanoTime()) {
            if (pace instanceof Pace.Open open) {
                updates.lateness.add((now - open.time(number)) / 1000);
            }
            int camera = (int) (number % pace.cameras());
            long sample = updates.sent(now);
            if (tracked != null) {
                send(TrackerPacket.of(camera + 1, updates.micros(now), number / pace.cameras()));
                continue;
            }
            DisplaySocket source = sources.get(camera);
            String message = camera(camera, updates.micros(now), sample);
            try {
                send(source, form.opcode, ByteBuffer.wrap(form.message(message)));
            } catch (IOException e) {
                drop(source, e.getMessage());
            }
        }
    }

    private void repeat(DisplaySocket display) {
        if (display.state != DisplaySocket.State.READY) {
            return;
        }
        String message = display.batch.repeated(display.number, updates.micros(System.nanoTime()));
        try {
            send(display, form.opcode, ByteBuffer.wrap(form.message(message)));
        } catch (IOException e) {
            drop(display, e.getMessage());
        }
    }

    /** To the receiver of trackers. */
    private void send(ByteBuffer packet) {
        try {
            trackers.send(packet, tracked);
        } catch (IOException e) {
            pace = null;
            failed("a tracker's packet: " + e.getMessage());
        }
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
