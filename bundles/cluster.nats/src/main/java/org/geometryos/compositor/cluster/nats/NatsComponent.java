package org.geometryos.compositor.cluster.nats;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.geometryos.compositor.api.log.SharedLog;
import org.geometryos.compositor.api.metrics.Meter;
import org.geometryos.compositor.api.metrics.Readings;
import org.geometryos.compositor.configuration.Configured;
import org.geometryos.compositor.health.Failures;
import org.geometryos.compositor.health.GuardedLoop;
import org.geometryos.compositor.health.Health;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the connection to the servers, and registers the log when it has been reached. Other settings begin a new
 * connection, and with it a new service of the log. Without a configuration nothing of it runs.
 */
@Component(
        service = {},
        immediate = true,
        configurationPid = NatsConfig.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = NatsConfig.class)
public final class NatsComponent {
    private static final Logger LOG = LoggerFactory.getLogger(NatsComponent.class);
    private static final String PART = "cluster.nats";
    private static final long TICK = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long LOOK = TimeUnit.SECONDS.toNanos(2);
    private static final long RETRY = TimeUnit.SECONDS.toNanos(1);
    private static final long REMEMBERED = TimeUnit.MINUTES.toNanos(10);
    private static final long JOIN_MILLIS = 5_000;

    private final BundleContext context;
    private final Configured<Settings> configured;
    private final ServiceRegistration<?> health;
    private final ServiceRegistration<Meter> meter;
    private final GuardedLoop loop;
    private final GuardedLoop readings;
    private final GuardedLoop checkpoints;
    private final LongAdder connects = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private volatile Settings settings;
    private volatile JetStreamEngine engine;
    private volatile NatsLog log;
    /** Why there is no log; empty while there is one. */
    private volatile String why = "";

    private volatile Trouble trouble;
    private volatile boolean ended;
    // the loop's thread, and the one that ends it
    private Settings inForce;
    private Streams streams;
    private ServiceRegistration<SharedLog> service;

    private record Trouble(long at, String text) {}

    @Activate
    public NatsComponent(BundleContext context, Map<String, Object> configuration) {
        this.context = context;
        configured = Configured.of(context, NatsConfig.PID, NatsConfig.class, Settings::of);
        settings = configured.start(configuration);
        health = Health.register(context, PART, this::health);
        meter = context.registerService(Meter.class, this::read, null);
        checkpoints = GuardedLoop.of("compositor-cluster-checkpoints", this::moveCheckpoints)
                .start();
        readings = GuardedLoop.of("compositor-cluster-readings", this::followReadings)
                .start();
        loop = GuardedLoop.of("compositor-cluster-nats", this::turn).start();
    }

    @Modified
    void modified(Map<String, Object> properties) {
        configured.change(properties).ifPresent(changed -> {
            settings = changed;
            loop.wake();
        });
    }

    // ---- the loop's thread

    private long turn() {
        Settings wanted = settings;
        if (!wanted.equals(inForce)) {
            end();
            inForce = wanted;
            streams = new Streams(wanted.name(), System::nanoTime);
        }
        if (wanted.servers().isEmpty()) {
            return GuardedLoop.UNTIL_WOKEN;
        }
        try {
            if (engine == null) {
                JetStreamEngine made = new JetStreamEngine(wanted, new Told());
                if (ended) {
                    made.close();
                    return 0;
                }
                engine = made;
            }
            if (engine.connected()) {
                look(engine, log);
            }
            return LOOK;
        } catch (IOException e) {
            if (log == null) {
                if (why.isEmpty()) {
                    LOG.warn("the log {} is not reached: {}", wanted, e.getMessage());
                }
                why = "the log " + wanted + " is not reached: " + Failures.text(e);
                return RETRY;
            }
            // the servers choose another leader, or are away: readings see to themselves
            LOG.debug("the log {} does not answer", wanted, e);
            return LOOK;
        }
    }

    private void look(JetStreamEngine at, NatsLog current) throws IOException {
        Streams.Found found =
                streams.look(at, current == null ? "" : current.epoch(), current == null ? 0 : current.highest());
        if (current != null && current.epoch().equals(found.epoch())) {
            return;
        }
        NatsLog next =
                new NatsLog(found.stream(), found.epoch(), at, System::nanoTime, readings::wake, checkpoints::wake);
        log = next;
        why = "";
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put("compositor.epoch", next.epoch());
        ServiceRegistration<SharedLog> before = service;
        service = context.registerService(SharedLog.class, next, properties);
        LOG.info("the log is the stream {}", found.stream());
        if (before != null) {
            before.unregister();
        }
        if (current != null) {
            current.close();
        }
    }

    private long followReadings() {
        NatsLog current = log;
        if (current == null) {
            return GuardedLoop.UNTIL_WOKEN;
        }
        current.work();
        return TICK;
    }

    private long moveCheckpoints() {
        NatsLog current = log;
        if (current != null) {
            current.workAtCheckpoints();
        }
        return GuardedLoop.UNTIL_WOKEN;
    }

    private void end() {
        if (service != null) {
            service.unregister();
            service = null;
        }
        NatsLog current = log;
        log = null;
        if (current != null) {
            current.close();
        }
        JetStreamEngine last = engine;
        engine = null;
        if (last != null) {
            last.close();
        }
        why = "";
    }

    @Deactivate
    void deactivate() {
        ended = true;
        readings.ask();
        checkpoints.ask();
        boolean stopped = loop.stop(JOIN_MILLIS);
        end();
        stopped &= readings.stop(JOIN_MILLIS) & checkpoints.stop(JOIN_MILLIS);
        if (!stopped) {
            LOG.warn("the connection to the servers did not end within {} ms", JOIN_MILLIS);
        }
        meter.unregister();
        health.unregister();
        configured.close();
    }

    // ---- what is told of it

    private final class Told implements JetStreamEngine.Events {
        @Override
        public void connected() {
            connects.increment();
            NatsLog current = log;
            if (current != null) {
                current.reconnected();
            }
        }

        @Override
        public void disconnected() {
            LOG.debug("the connection to the servers is lost");
        }

        @Override
        public void failed(String what) {
            failures.increment();
            Trouble before = trouble;
            boolean known = before != null && before.text.endsWith(what);
            if (!known) {
                LOG.warn("{}", what);
            }
            trouble =
                    new Trouble(System.nanoTime(), known ? before.text : "since " + Failures.timeOfDay(0) + " " + what);
        }
    }

    private Health health() {
        if (settings.servers().isEmpty()) {
            return new Health(PART, List.of(), List.of());
        }
        List<Health.Problem> problems = new ArrayList<>();
        JetStreamEngine current = engine;
        if (!why.isEmpty()) {
            problems.add(new Health.Problem(Health.Level.DOWN, why));
        } else if (current == null || !current.connected()) {
            problems.add(new Health.Problem(Health.Level.DOWN, "there is no connection to the servers"));
        }
        Trouble last = trouble;
        if (last != null && System.nanoTime() - last.at < REMEMBERED) {
            problems.add(new Health.Problem(Health.Level.WARNING, last.text));
        }
        List<Health.Budget> budgets = current == null
                ? List.of()
                : List.of(new Health.Budget(
                        "records that the servers have not acknowledged",
                        current.unacknowledged(),
                        JetStreamEngine.MOST_UNACKNOWLEDGED,
                        "bytes"));
        return new Health(PART, problems, budgets).withBudgets();
    }

    private void read(Readings readings) {
        if (settings.servers().isEmpty()) {
            return;
        }
        JetStreamEngine current = engine;
        readings.gauge(
                "compositor_cluster_nats_connected",
                "Whether this host is connected to the servers of the shared log.",
                current != null && current.connected() ? 1 : 0);
        readings.counter(
                "compositor_cluster_nats_connects_total",
                "How often this host has connected to the servers of the shared log.",
                connects.sum());
        readings.counter(
                "compositor_cluster_nats_failures_total",
                "Records that the servers of the shared log did not acknowledge, and other errors of theirs.",
                failures.sum());
    }
}
