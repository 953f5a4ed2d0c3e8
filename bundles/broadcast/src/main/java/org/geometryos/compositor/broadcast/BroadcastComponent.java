package org.geometryos.compositor.broadcast;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.journal.JournalListener;
import org.geometryos.compositor.api.metrics.Meter;
import org.geometryos.compositor.api.metrics.Readings;
import org.geometryos.compositor.api.value.TimeOfDay;
import org.geometryos.compositor.configuration.Configured;
import org.geometryos.compositor.health.Health;
import org.geometryos.compositor.protocol.Codec;
import org.geometryos.compositor.transport.api.Link;
import org.geometryos.compositor.transport.api.LinkListener;
import org.geometryos.compositor.transport.api.Transport;
import org.osgi.annotation.bundle.Requirement;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;

/** The broadcaster: spreads the links over its shards and follows journal, transport and codecs as they come and go. */
@Requirement(
        namespace = "osgi.service",
        filter = "(objectClass=org.geometryos.compositor.api.journal.Journal)",
        effective = "active")
@Component(
        service = {LinkListener.class, JournalListener.class, Meter.class},
        immediate = true,
        configurationPid = BroadcastConfig.PID)
@Designate(ocd = BroadcastConfig.class)
public final class BroadcastComponent implements LinkListener, JournalListener, Meter {
    private record Share(Shard shard, ShardExecutor.Task task, Lag lag) {}

    /**
     * What turns the shards, and their clocks.
     *
     * @param crew by the names of those to be turned
     * @param nanos {@link System#nanoTime()}
     * @param micros the time of day, microseconds since the Unix epoch
     */
    record Machine(Function<List<String>, ShardExecutor> executor, LongSupplier nanos, LongSupplier micros) {
        static Machine threads() {
            return new Machine(
                    names -> new ShardThreads(names, Runtime.getRuntime().availableProcessors(), System::nanoTime),
                    System::nanoTime,
                    TimeOfDay::micros);
        }
    }

    private static final String PART = "broadcast";

    private final Transport transport;
    private final Configured<Settings> configured;
    private final Map<String, CodecRef> codecs = new ConcurrentHashMap<>();
    private volatile Journal journal;
    private final Machine machine;
    private ShardExecutor executor;
    private volatile List<Share> shares = List.of();
    /** By the number of the shard; those of a shard that is gone remain. */
    private final List<Figures> figures = new CopyOnWriteArrayList<>();

    private final ServiceRegistration<?> health;

    @Activate
    public BroadcastComponent(
            BundleContext context, @Reference Transport transport, Map<String, Object> configuration) {
        this(context, transport, configuration, Machine.threads());
    }

    /** @param context null without a framework */
    BroadcastComponent(BundleContext context, Transport transport, Map<String, Object> configuration, Machine machine) {
        this.transport = transport;
        this.machine = machine;
        configured = Configured.of(context, BroadcastConfig.PID, BroadcastConfig.class, Settings::of);
        start(configured.start(configuration).shards());
        health = context == null ? null : Health.register(context, PART, this::health);
    }

    private synchronized void start(int count) {
        List<String> names = IntStream.range(0, count)
                .mapToObj(i -> "compositor-broadcast-" + i)
                .toList();
        executor = machine.executor.apply(names);
        List<Share> made = new ArrayList<>();
        TileEncodings encodings = new TileEncodings(Shard.TILE_ENCODINGS);
        for (String name : names) {
            if (made.size() == figures.size()) {
                figures.add(new Figures(machine.nanos, machine.micros));
            }
            Shard shard = new Shard(
                    name,
                    () -> journal,
                    codecs::get,
                    transport.batch(),
                    figures.get(made.size()),
                    encodings,
                    machine.nanos,
                    machine.micros);
            made.add(new Share(shard, executor.add(shard), new Lag()));
        }
        shares = List.copyOf(made);
        executor.start();
        transport.links().forEach(this::look);
    }

    private synchronized void stop() {
        if (executor.stop()) {
            shares.forEach(share -> share.shard.moveIdleCursors());
            figures.forEach(each -> each.members(0, 0));
        }
    }

    @Modified
    void modified(Map<String, Object> properties) {
        configured
                .change(properties)
                .map(Settings::shards)
                .filter(count -> count != shares.size())
                .ifPresent(count -> {
                    stop();
                    start(count);
                });
    }

    /** Whether all shards keep up with the journal. Any thread. */
    Health health() {
        Journal now = journal;
        List<Share> all = shares;
        List<Health.Problem> problems = new ArrayList<>();
        for (int i = 0; i < all.size() && now != null; i++) {
            Share share = all.get(i);
            long head = now.head();
            long reached = share.shard.reached();
            int number = i;
            share.lag
                    .look(now.epoch(), head, reached, machine.nanos.getAsLong())
                    .ifPresent(seconds -> problems.add(new Health.Problem(
                            Health.Level.DOWN,
                            "shard " + number + " has been behind the journal for " + Lag.roughly(seconds))));
        }
        return new Health(PART, problems, List.of());
    }

    @Deactivate
    void deactivate() {
        if (health != null) {
            health.unregister();
        }
        stop();
        configured.close();
        // if another broadcaster is there, it takes the links up
        transport.links().forEach(Link::signal);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setJournal(Journal next) {
        journal = next;
        appended();
    }

    void unsetJournal(Journal old) {
        if (journal == old) {
            journal = null;
            appended();
        }
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addCodec(Codec codec, Map<String, Object> properties) {
        codecs.put(codec.subprotocol(), new CodecRef(codec, (Long) properties.get(Constants.SERVICE_ID)));
        appended();
    }

    void removeCodec(Codec codec) {
        codecs.values().removeIf(ref -> ref.codec() == codec);
    }

    @Override
    public void appended() {
        for (Share share : shares) {
            if (share.shard.needed()) {
                share.task.wake();
            }
        }
    }

    @Override
    public void opened(Link link) {
        look(link);
    }

    @Override
    public void ready(Link link) {
        look(link);
    }

    @Override
    public void changed(Link link) {
        look(link);
    }

    @Override
    public void read(Readings readings) {
        figures.forEach(each -> each.read(readings));
    }

    private void look(Link link) {
        Share share = share(link);
        share.shard.look(link);
        share.task.wake();
    }

    @Override
    public void closed(Link link, int code, String reason) {
        Share share = share(link);
        share.shard.gone(link);
        share.task.wake();
    }

    private Share share(Link link) {
        List<Share> now = shares;
        // neighbours together: a group's worth of displays costs one thread's waking, not each thread's
        return now.get((int) (link.id() / Group.SIZE % now.size()));
    }
}
