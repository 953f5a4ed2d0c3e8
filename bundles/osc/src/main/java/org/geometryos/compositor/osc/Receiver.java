package org.geometryos.compositor.osc;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.api.camera.CameraSink;
import org.geometryos.compositor.api.camera.CameraSource;
import org.geometryos.compositor.api.camera.SourceHealth;
import org.geometryos.compositor.api.value.TimeOfDay;
import org.geometryos.compositor.health.GuardedLoop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The source of one configuration: a socket, and a thread from {@link #start} to {@link #stop} that reads it, does what
 * messages say and tells what changes. Any thread.
 */
final class Receiver implements CameraSource {
    private static final long TICK_MILLIS = 100;
    private static final long RETRY_NANOS = 1_000_000_000;
    private static final long TOLD_NANOS = 10_000_000_000L;
    /** Datagrams between two looks at what waits. */
    private static final int BURST = 500;

    private static final int RECEIVE_BUFFER = 1 << 20;
    private static final long JOIN_MILLIS = 2_000;
    /** A time further from now is none of a sample. */
    private static final long SAMPLE_MICROS = 1_000_000;

    private static final long MICROS = 1_000_000;
    private static final Logger LOG = LoggerFactory.getLogger(Receiver.class);

    private final String name;
    private final Around around;
    private final Counters counters = new Counters();
    private final Waiting waiting = new Waiting();
    private final Feedback feedback;
    private final Dispatcher dispatcher;
    private final GuardedLoop loop;
    private volatile Optional<Settings> settings = Optional.empty();
    private volatile String refusal = "";
    private volatile String problem = "it is not open yet";
    private volatile CameraSink sink;
    private volatile Selector selector;
    private volatile boolean stopped;

    // the receiver's thread only
    private final ByteBuffer buffer = ByteBuffer.allocate(OscReader.MAX_PACKET);
    private Settings current;
    private DatagramChannel channel;
    private long tellAt = System.nanoTime();
    private long faultsTold;
    private long faultsToldAt = System.nanoTime() - TOLD_NANOS;
    private String fault = "";

    /** @param name for the log and the thread */
    Receiver(String name, Around around) {
        this.name = name;
        this.around = around;
        this.feedback = new Feedback(name, counters);
        this.dispatcher = new Dispatcher(around, () -> sink, counters, feedback::refresh);
        this.loop = GuardedLoop.withLastTurn("compositor-osc-" + name, this::turn);
    }

    void start() {
        loop.start();
    }

    /** A new configuration, in effect with the next datagram. The socket stays unless it has to be another. */
    void configure(Settings wanted) {
        refusal = "";
        settings = Optional.of(wanted);
        wake();
    }

    /** Why a configuration is wrong, or empty if it is not; the one before stays in force. */
    void refused(String why) {
        refusal = why;
    }

    void stop() {
        stopped = true;
        wake();
        loop.stop(JOIN_MILLIS);
    }

    private void wake() {
        Selector open = selector;
        if (open != null) {
            open.wakeup();
        }
        loop.wake();
    }

    private long turn() {
        if (stopped) {
            close();
            feedback.close();
            return 0;
        }
        Optional<Settings> wanted = settings;
        if (wanted.isEmpty()) {
            return GuardedLoop.UNTIL_WOKEN;
        }
        try {
            if (current != wanted.get()) {
                take(wanted.get());
            }
            if (channel == null) {
                open();
            }
            long millis = millis();
            loop.waits(TimeUnit.MILLISECONDS.toNanos(millis));
            if (millis > 0) {
                selector.select(millis);
            } else {
                selector.selectNow();
            }
            selector.selectedKeys().clear();
            loop.waited();
            read();
            waiting.due(TimeOfDay.micros(), due -> handle(due.message(), due.micros()));
            tell();
            tellFaults();
            return 0;
        } catch (IOException e) {
            close();
            failed("cannot receive at " + current.where() + ": "
                    + (e.getMessage() == null ? e.toString() : e.getMessage()));
            return RETRY_NANOS;
        }
    }

    private void take(Settings wanted) {
        if (current != null && !current.sameSocket(wanted)) {
            close();
        }
        current = wanted;
        feedback.configure(wanted);
    }

    private void open() throws IOException {
        selector = Selector.open();
        channel = DatagramChannel.open(
                current.bind() instanceof Inet4Address ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER);
        channel.bind(new InetSocketAddress(current.bind(), current.port()));
        channel.register(selector, SelectionKey.OP_READ);
        problem = "";
        LOG.info("{}: taking OSC at {}{}", name, current.where(), from());
    }

    private String from() {
        return current.allowed().isEmpty() ? "" : " from " + current.allowed().size() + " addresses";
    }

    private void close() {
        Selector selects = selector;
        selector = null;
        DatagramChannel open = channel;
        channel = null;
        try {
            if (selects != null) {
                selects.close();
            }
            if (open != null) {
                open.close();
            }
        } catch (IOException e) {
            LOG.debug("{}: closing the socket", name, e);
        }
    }

    private void failed(String why) {
        if (!why.equals(problem)) {
            LOG.error("{}: {}", name, why);
        }
        problem = why;
    }

    /** How long there is nothing to do unless something comes, milliseconds. */
    private long millis() {
        long wait = Math.min(TICK_MILLIS, waiting.next(TimeOfDay.micros()) / 1_000);
        if (feedback.wanted()) {
            wait = Math.min(wait, TimeUnit.NANOSECONDS.toMillis(tellAt - System.nanoTime()) + 1);
        }
        return Math.max(0, wait);
    }

    private void read() throws IOException {
        for (int i = 0; i < BURST && !stopped && current == settings.orElseThrow(); i++) {
            SocketAddress from = channel.receive(buffer.clear());
            if (from == null) {
                return;
            }
            counters.add(Count.PACKETS);
            if (current.allows(((InetSocketAddress) from).getAddress())) {
                packet(buffer.flip());
            } else {
                counters.add(Count.DENIED);
            }
        }
    }

    /** Does what a packet says, or lets it wait. */
    void packet(ByteBuffer packet) {
        List<OscReader.Timed> all;
        try {
            all = OscReader.read(packet);
        } catch (OscException e) {
            counters.add(Count.FAULTY);
            fault = e.getMessage();
            return;
        }
        long now = TimeOfDay.micros();
        for (OscReader.Timed one : all) {
            long micros = one.time().now() ? now : one.time().micros();
            if (one.time().now()) {
                dispatcher.handle(one.message(), OptionalLong.empty(), current);
            } else if (micros <= now) {
                handle(one.message(), micros);
            } else if (micros - now > current.ahead()) {
                counters.add(Count.TOO_FAR);
            } else if (!waiting.add(micros, one.message(), packet.remaining())) {
                counters.add(Count.TOO_MANY);
            }
        }
    }

    private void handle(OscMessage message, long micros) {
        boolean sample = Math.abs(TimeOfDay.micros() - micros) <= SAMPLE_MICROS;
        dispatcher.handle(message, sample ? OptionalLong.of(micros) : OptionalLong.empty(), current);
    }

    private void tell() {
        long now = System.nanoTime();
        if (feedback.wanted() && now - tellAt >= 0) {
            tellAt = now + TimeUnit.SECONDS.toNanos(1) / current.rate();
            feedback.tell(around.journal());
        }
    }

    private long faults() {
        return counters.get(Count.FAULTY) + counters.get(Count.DENIED);
    }

    private void tellFaults() {
        long now = System.nanoTime();
        if (faults() != faultsTold && now - faultsToldAt >= TOLD_NANOS) {
            LOG.warn(
                    "{}: {} packets were not taken: {} in all are not OSC{}, {} in all come from others than may send",
                    name,
                    faults() - faultsTold,
                    counters.get(Count.FAULTY),
                    fault.isEmpty() ? "" : " (the last has " + fault + ")",
                    counters.get(Count.DENIED));
            faultsTold = faults();
            faultsToldAt = now;
        }
    }

    /** For tests: what would be in force, without a socket. */
    void takeNow(Settings wanted) {
        configure(wanted);
        take(wanted);
    }

    @Override
    public void connected(CameraSink next) {
        sink = next;
    }

    @Override
    public void disconnected(CameraSink old) {
        if (sink == old) {
            sink = null;
        }
    }

    @Override
    public Map<String, Long> counters() {
        return counters.all();
    }

    @Override
    public SourceHealth health() {
        Optional<Settings> known = settings;
        if (known.isEmpty()) {
            return SourceHealth.failed("nothing is received: " + (refusal.isEmpty() ? "not configured yet" : refusal));
        }
        String more = refusal.isEmpty() ? "" : "; a new configuration was refused: " + refusal;
        if (!problem.isEmpty()) {
            return SourceHealth.failed(problem + more);
        }
        return new SourceHealth(
                SourceHealth.Status.OK,
                counters.get(Count.MESSAGES) + " messages at " + known.get().where()
                        + (faults() == 0 ? "" : "; packets that were not taken: " + faults())
                        + more);
    }

    long count(Count what) {
        return counters.get(what);
    }
}
