package org.geometryos.compositor.mqtt;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.api.camera.CameraSink;
import org.geometryos.compositor.api.camera.CameraSource;
import org.geometryos.compositor.api.camera.SourceHealth;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.metrics.Meter;
import org.geometryos.compositor.api.metrics.Readings;
import org.geometryos.compositor.health.GuardedLoop;
import org.geometryos.compositor.health.Health;
import org.geometryos.compositor.mqtt.PacketReader.Disconnect;
import org.geometryos.compositor.mqtt.PacketReader.Packet;
import org.geometryos.compositor.mqtt.PacketReader.Puback;
import org.geometryos.compositor.mqtt.PacketReader.Publish;
import org.geometryos.compositor.mqtt.PacketReader.Suback;
import org.geometryos.compositor.protocol.Codec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One broker: a thread that connects and reads, one that follows the journal and writes, and one that ends what takes
 * too long. All three from {@link #start} to {@link #stop}. Any thread.
 */
final class Broker implements CameraSource, Meter {
    private static final long JOIN_MILLIS = 2_000;
    /** For the farewell, before the connection is cut. */
    private static final long FAREWELL_MILLIS = 1_000;

    private static final long WATCH_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long FIRST_RETRY = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long LAST_RETRY = TimeUnit.SECONDS.toNanos(30);
    /** A connection that lasts so long was a good one. */
    private static final long STABLE_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** How long the camera bridge is waited for, so that retained states find it. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    /** Bytes that have come and are not read: from here on the newest of a topic is enough. */
    private static final int BEHIND_BYTES = 32_768;

    private static final int BURST = 1_000;
    private static final Logger LOG = LoggerFactory.getLogger(Broker.class);

    private final String name;
    private final String client;
    private final Counters counters = new Counters();
    private final Inbound inbound;
    private final Outbound outbound;
    private final GuardedLoop in;
    private final GuardedLoop out;
    private final GuardedLoop watch;
    private final long born = System.nanoTime();
    private volatile Optional<Settings> settings = Optional.empty();
    private volatile String refusal = "";
    private volatile Journal journal;
    private volatile Connection connection;
    /** Why there is no connection; empty if there is one. */
    private volatile String problem = "it is not connected yet";
    /** What the broker does not do for us. */
    private volatile String denied = "";

    private volatile boolean stopped;

    // the thread that reads
    private Settings.Access tried;
    private Version next = Version.V5;
    private boolean otherTried;
    private long retry = FIRST_RETRY;

    // the thread that writes
    private Connection served;

    /** @param name for the log and the threads */
    Broker(String name, Codec codec) {
        this.name = name;
        this.client = "compositor-" + name + "-"
                + Long.toHexString(ThreadLocalRandom.current().nextLong(1L << 32, 1L << 33))
                        .substring(1);
        this.inbound = new Inbound(name, counters);
        this.outbound = new Outbound(codec, counters);
        this.in = GuardedLoop.withLastTurn("compositor-mqtt-" + name + "-in", this::read);
        this.out = GuardedLoop.withLastTurn("compositor-mqtt-" + name + "-out", this::write);
        this.watch = GuardedLoop.of("compositor-mqtt-" + name + "-watch", this::watch);
    }

    void start() {
        in.start();
        out.start();
        watch.start();
    }

    /** A new configuration. The connection stays unless it has to be another. */
    void configure(Settings wanted) {
        refusal = "";
        settings = Optional.of(wanted);
        Connection open = connection;
        if (open != null && !open.access().equals(wanted.access())) {
            open.abort("its configuration has changed");
        }
        in.wake();
        out.wake();
    }

    /** Why a configuration is wrong, or empty if it is not; the one before stays in force. */
    void refused(String why) {
        refusal = why;
    }

    /** What to follow. */
    void setJournal(Journal next) {
        journal = next;
        inbound.setJournal(next);
    }

    void gone(Journal old) {
        if (journal == old) {
            setJournal(null);
        }
    }

    /**
     * Says farewell to the broker and ends the threads.
     *
     * @param forGood also takes the cameras out of the sequence
     */
    void stop(boolean forGood) {
        stopped = true;
        out.stop(FAREWELL_MILLIS);
        Connection open = connection;
        if (open != null) {
            open.abort("this client ended it");
        }
        if (!out.stop(JOIN_MILLIS) | !in.stop(JOIN_MILLIS) | !watch.stop(JOIN_MILLIS)) {
            LOG.warn("{}: a thread did not end within {} ms", name, JOIN_MILLIS);
        }
        if (forGood) {
            inbound.removeAll();
        }
    }

    // the thread that reads

    private long read() {
        if (stopped) {
            return 0;
        }
        Optional<Settings> wanted = settings;
        if (wanted.isEmpty() || !wanted.get().receives() && !wanted.get().sends()) {
            problem = "there is nothing to receive or to send";
            Connection open = connection;
            if (open != null) {
                open.abort(problem);
                connection = null;
            }
            return GuardedLoop.UNTIL_WOKEN;
        }
        Settings now = wanted.get();
        Connection open = connection;
        if (open == null) {
            if (now.receives() && !inbound.hasSink() && System.nanoTime() - born < PATIENCE_NANOS) {
                return LOOK_NANOS;
            }
            return connect(now);
        }
        try {
            serve(open, now);
            return 0;
        } catch (IOException e) {
            return lost(open, e);
        }
    }

    private long connect(Settings now) {
        Settings.Access access = now.access();
        if (!access.equals(tried)) {
            tried = access;
            next = access.version().orElse(Version.V5);
            otherTried = false;
            retry = FIRST_RETRY;
        }
        Connection fresh = new Connection(access, next, access.client().orElse(client));
        connection = fresh;
        if (stopped) {
            return 0;
        }
        try {
            fresh.open();
            denied = "";
            problem = "";
            otherTried = false;
            counters.add(Count.CONNECTIONS);
            LOG.info("{}: connected to {} with MQTT {}", name, access.address(), next);
            out.wake();
            return 0;
        } catch (IOException | RuntimeException e) {
            long wait = lost(fresh, e);
            if (e instanceof BrokerException refused
                    && refused.version()
                    && access.version().isEmpty()) {
                next = next.other();
                if (!otherTried) {
                    otherTried = true;
                    return 0;
                }
                otherTried = false;
            }
            return wait;
        }
    }

    private void serve(Connection open, Settings now) throws IOException {
        in.waits(open.patience() + WATCH_NANOS);
        Packet packet = open.read();
        in.waited();
        boolean receipts = false;
        for (int i = 0; ; i++) {
            receipts |= handle(open, packet, now);
            if (i == BURST || open.available() == 0) {
                break;
            }
            packet = open.read();
        }
        inbound.work(now);
        if (receipts) {
            out.wake();
        }
    }

    /** @return whether there is something for the thread that writes */
    private boolean handle(Connection open, Packet packet, Settings now) throws IOException {
        if (packet instanceof Publish message) {
            inbound.message(message, open.available() >= BEHIND_BYTES, now);
            if (message.qos() > 0) {
                open.received(message.id());
                return true;
            }
        } else if (packet instanceof Puback confirmed) {
            if (confirmed.reason() >= 0x80) {
                denied = "the broker refuses what is sent to it, with code " + confirmed.reason();
            }
            open.confirmed(confirmed.id());
            return true;
        } else if (packet instanceof Suback answer) {
            open.answered();
            for (int i = 0;
                    i < answer.reasons().size()
                            && i < now.access().subscriptions().size();
                    i++) {
                if (answer.reasons().get(i) >= 0x80) {
                    denied = "the broker refuses the subscription to "
                            + now.access().subscriptions().get(i).filter();
                    LOG.error("{}: {}", name, denied);
                }
            }
        } else if (packet instanceof Disconnect end) {
            throw new BrokerException(Reasons.end(end.reason()));
        }
        return false;
    }

    /** @return how long to wait, nanoseconds */
    private long lost(Connection old, Exception e) {
        boolean wanted = !old.aborted().isEmpty();
        String why = wanted ? old.aborted() : text(e);
        if (old.established() && old.age() > STABLE_NANOS) {
            retry = FIRST_RETRY;
        }
        old.abort(why);
        connection = null;
        if (stopped) {
            return 0;
        }
        counters.add(Count.FAILURES);
        String told = old.access().address() + " is away: " + why;
        if (!told.equals(problem)) {
            LOG.warn("{}: {}; it is tried again", name, told);
        }
        problem = told;
        out.wake();
        if (settings.filter(now -> !now.access().equals(old.access())).isPresent()) {
            return 0;
        }
        // half of it to one and a half, so that not all clients come back at a time
        long wait = (long) (retry * (0.5 + ThreadLocalRandom.current().nextDouble()));
        retry = Math.min(2 * retry, LAST_RETRY);
        return wait;
    }

    private static String text(Exception e) {
        if (e instanceof EOFException) {
            return "it closed the connection";
        }
        if (e instanceof ConnectException) {
            return "nobody answers there (" + e.getMessage() + ")";
        }
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    // the thread that writes

    private long write() {
        Optional<Settings> wanted = settings;
        if (wanted.isEmpty()) {
            return GuardedLoop.UNTIL_WOKEN;
        }
        Settings now = wanted.get();
        Connection open = connection;
        if (stopped) {
            if (open != null && open.ready()) {
                open.goodbye();
            }
            return 0;
        }
        outbound.follow(journal, now);
        if (open == null || !open.ready()) {
            if (served != null) {
                served = null;
                outbound.lost();
            }
            return now.sends() ? LOOK_NANOS : GuardedLoop.UNTIL_WOKEN;
        }
        try {
            if (open != served) {
                served = open;
                outbound.connected();
                greet(open);
            }
            for (Integer id = open.nextConfirmed(); id != null; id = open.nextConfirmed()) {
                outbound.confirmed(id);
            }
            long wait = now.sends() ? outbound.send(open, System.nanoTime()) : GuardedLoop.UNTIL_WOKEN;
            open.maintain();
            open.flush();
            return Math.min(wait, open.maintenance());
        } catch (IOException e) {
            open.abort(text(e));
            return LOOK_NANOS;
        }
    }

    private void greet(Connection open) throws IOException {
        if (open.access().will().isPresent()) {
            open.write(PacketWriter.publish(
                    open.version(),
                    open.access().will().get(),
                    "online".getBytes(StandardCharsets.UTF_8),
                    0,
                    open.connack().retain(),
                    0));
        }
    }

    // the thread that watches

    private long watch() {
        Connection open = connection;
        if (open != null) {
            open.watch(System.nanoTime());
        }
        return WATCH_NANOS;
    }

    // what others ask

    @Override
    public void connected(CameraSink sink) {
        inbound.connected(sink);
        in.wake();
    }

    @Override
    public void disconnected(CameraSink sink) {
        inbound.disconnected(sink);
    }

    @Override
    public Map<String, Long> counters() {
        return counters.all();
    }

    @Override
    public SourceHealth health() {
        String more = refusal.isEmpty() ? "" : "; a new configuration was refused: " + refusal;
        if (settings.isEmpty()) {
            return SourceHealth.failed("nothing is received: " + (refusal.isEmpty() ? "not configured yet" : refusal));
        }
        Connection open = connection;
        if (open == null || !open.ready()) {
            return SourceHealth.failed(problem + more);
        }
        if (!open.subscribed()) {
            return SourceHealth.failed(open.access().address() + " has not confirmed the subscriptions yet" + more);
        }
        String fault = inbound.lastFault();
        return new SourceHealth(
                SourceHealth.Status.OK,
                "connected to " + open.access().address() + " with MQTT " + open.version()
                        + (denied.isEmpty() ? "" : "; " + denied)
                        + (fault.isEmpty()
                                ? ""
                                : "; " + counters.faults() + " messages could not be used, the last: " + fault)
                        + more);
    }

    /** The part's health. */
    Health partHealth() {
        List<Health.Problem> problems = new ArrayList<>();
        Connection open = connection;
        Optional<Settings> now = settings;
        if (now.isPresent() && (open == null || !open.ready())) {
            problems.add(new Health.Problem(Health.Level.WARNING, "the broker " + problem));
        } else if (!denied.isEmpty()) {
            problems.add(new Health.Problem(Health.Level.WARNING, denied));
        }
        List<Health.Budget> budgets = now.filter(Settings::sends).isPresent()
                ? List.of(
                        new Health.Budget("events", outbound.queued(), now.get().queueBytes(), "bytes", true))
                : List.of();
        return new Health("mqtt-" + name, problems, budgets);
    }

    @Override
    public void read(Readings readings) {
        Connection open = connection;
        readings.gauge(
                "compositor_mqtt_connected",
                "Whether the bridge is connected to the broker: 1 or 0.",
                open != null && open.ready() ? 1 : 0,
                "broker",
                name);
        counter(readings, "connections", "Connections to the broker.", Count.CONNECTIONS);
        counter(readings, "failures", "Connections that failed or were lost.", Count.FAILURES);
        counter(readings, "messages_received", "Messages from the broker.", Count.RECEIVED);
        counter(readings, "messages_superseded", "Messages that a newer one overtook.", Count.SUPERSEDED);
        readings.counter(
                "compositor_mqtt_messages_faulty_total",
                "Messages that could not be used.",
                counters.faults(),
                "broker",
                name);
        counter(readings, "states_sent", "States of cameras sent to the broker.", Count.STATES);
        counter(readings, "events_sent", "Events sent to the broker.", Count.EVENTS);
        counter(readings, "events_dropped", "Events dropped for want of room.", Count.EVENTS_DROPPED);
        readings.gauge(
                "compositor_mqtt_queue_bytes", "Events that wait for the broker.", outbound.queued(), "broker", name);
    }

    private void counter(Readings readings, String what, String help, Count count) {
        readings.counter("compositor_mqtt_" + what + "_total", help, counters.get(count), "broker", name);
    }
}
