package org.geometryos.compositor.cluster;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.geometryos.compositor.api.connection.ConnectionManager;
import org.geometryos.compositor.api.connection.Role;
import org.geometryos.compositor.api.connection.Session;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.journal.JournalListener;
import org.geometryos.compositor.api.log.Cluster;
import org.geometryos.compositor.api.log.SharedLog;
import org.geometryos.compositor.api.metrics.Meter;
import org.geometryos.compositor.configuration.Configured;
import org.geometryos.compositor.health.GuardedLoop;
import org.geometryos.compositor.health.Health;
import org.geometryos.compositor.health.PlugIns;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the sequence of several hosts the journal of this one, where a host's name is configured and there is a log.
 * Without a configuration nothing of it runs. The journal is there while this host is with the others, and for a while
 * after it has lost them; so no display is taken before it has caught up. (The bundle {@code journal} has none beside
 * it, by its own configuration.)
 */
@Component(
        service = {},
        immediate = true,
        configurationPid = ClusterConfig.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ClusterConfig.class)
public final class ClusterComponent {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterComponent.class);
    /** Before a host's own journal, if one is there. */
    private static final int RANKING = 100;

    private static final long TICK = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long STORE = TimeUnit.SECONDS.toNanos(1);
    private static final long JOIN_MILLIS = 3_000;
    /** Of the displays that are there one in so many goes at a time, and one more. */
    private static final int PARTS = 8;
    /** A close code of the protocol: the host takes no displays at present, another one may. */
    private static final int UNAVAILABLE = 4503;

    private static final Duration BACK_AFTER = Duration.ofSeconds(1);

    private final PlugIns<JournalListener> listeners = new PlugIns<>("a listener of the journal");
    private final BundleContext context;
    private final Configured<Settings> configured;
    private final Membership membership;
    private final GuardedLoop loop;
    private final GuardedLoop checkpoints;
    private final ServiceRegistration<?> health;
    private final ServiceRegistration<Meter> meter;
    private volatile Settings settings;
    private volatile SharedLog log;
    private volatile ConnectionManager connections;
    // the loop's thread, and the one that ends it
    private ServiceRegistration<Journal> service;
    private ServiceRegistration<Cluster> companions;

    @Activate
    public ClusterComponent(BundleContext context, Map<String, Object> configuration) {
        this.context = context;
        configured = Configured.of(context, ClusterConfig.PID, ClusterConfig.class, Settings::of);
        settings = configured.start(configuration);
        membership = new Membership(
                Limits.DEFAULT,
                System::nanoTime,
                new SecureRandom(),
                () -> listeners.tell(JournalListener::appended),
                new Around());
        health = Health.register(context, "cluster", this::health);
        meter = context.registerService(Meter.class, membership::read, null);
        loop = GuardedLoop.of("compositor-cluster", this::turn).start();
        checkpoints = GuardedLoop.of("compositor-cluster-state", this::store).start();
    }

    @Modified
    void modified(Map<String, Object> properties) {
        configured.change(properties).ifPresent(changed -> {
            settings = changed;
            loop.wake();
            checkpoints.wake();
        });
    }

    private long turn() {
        membership.turn(settings, log);
        return settings.host().isEmpty() ? GuardedLoop.UNTIL_WOKEN : TICK;
    }

    private long store() {
        membership.store();
        return settings.host().isEmpty() ? GuardedLoop.UNTIL_WOKEN : STORE;
    }

    private Health health() {
        Health own = membership.health();
        List<Health.Problem> others = listeners.problems();
        return others.isEmpty()
                ? own
                : new Health(
                        own.part(),
                        Stream.concat(own.problems().stream(), others.stream()).toList(),
                        own.budgets());
    }

    private final class Around implements Membership.Surroundings {
        /** The next one is there before the last one goes. */
        @Override
        public void inForce(Optional<Replica> replica) {
            ServiceRegistration<Journal> before = service;
            ServiceRegistration<Cluster> companionsBefore = companions;
            companions = replica.map(
                            next -> context.registerService(Cluster.class, new Companions(settings.host(), next), null))
                    .orElse(null);
            service = replica.map(this::register).orElse(null);
            if (before != null) {
                before.unregister();
                companionsBefore.unregister();
            }
        }

        private ServiceRegistration<Journal> register(Replica replica) {
            Dictionary<String, Object> properties = new Hashtable<>();
            properties.put("compositor.epoch", replica.epoch());
            properties.put(Constants.SERVICE_RANKING, RANKING);
            return context.registerService(Journal.class, replica, properties);
        }

        /** Whoever only operates this host stays. */
        @Override
        public void sendAway() {
            ConnectionManager manager = connections;
            if (manager == null) {
                return;
            }
            List<Session> there = manager.sessions().stream()
                    .filter(session -> session.connected() && session.role() != Role.ADMIN)
                    .toList();
            there.stream()
                    .limit(there.size() / PARTS + 1)
                    .forEach(session -> manager.close(
                            session.id(),
                            UNAVAILABLE,
                            "this host is cut off from the others",
                            Optional.of(BACK_AFTER)));
        }
    }

    @Deactivate
    void deactivate() {
        checkpoints.ask();
        if (!loop.stop(JOIN_MILLIS) | !checkpoints.stop(JOIN_MILLIS)) {
            LOG.warn("this host did not leave the others within {} ms", JOIN_MILLIS);
        }
        membership.end();
        meter.unregister();
        health.unregister();
        configured.close();
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addListener(JournalListener listener) {
        listeners.add(listener);
    }

    void removeListener(JournalListener listener) {
        listeners.remove(listener);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setLog(SharedLog next) {
        log = next;
        loop.wake();
    }

    void unsetLog(SharedLog old) {
        if (log == old) {
            log = null;
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setConnections(ConnectionManager next) {
        connections = next;
    }

    void unsetConnections(ConnectionManager old) {
        if (connections == old) {
            connections = null;
        }
    }
}
