package org.geometryos.compositor.tracking.out;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.journal.JournalListener;
import org.geometryos.compositor.api.metrics.Meter;
import org.geometryos.compositor.api.metrics.Readings;
import org.geometryos.compositor.health.Health;
import org.osgi.annotation.bundle.Requirement;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * All targets of the host: their bound, what they share, and what is told of them. It has no thread, and hears of the
 * journal only while there are targets.
 */
@Requirement(
        namespace = "osgi.service",
        filter = "(objectClass=org.geometryos.compositor.api.journal.Journal)",
        effective = "active")
@Component(
        service = {Targets.class, Meter.class},
        property = {"osgi.command.scope=compositor", "osgi.command.function=targets"})
public final class Targets implements Meter {
    static final int MAX = 64;
    private static final String PART = "tracking.out";
    private static final String TARGET = "target";

    private final BundleContext context;
    private final List<Sender> senders = new CopyOnWriteArrayList<>();
    private final ServiceRegistration<?> health;
    // guarded by this
    private ServiceRegistration<JournalListener> listener;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile Journal journal;

    @Activate
    public Targets(BundleContext context) {
        this.context = context;
        this.health = Health.register(context, PART, this::health);
    }

    @Deactivate
    void deactivate() {
        health.unregister();
        synchronized (this) {
            if (listener != null) {
                listener.unregister();
                listener = null;
            }
        }
    }

    /** Null while there is none. */
    Journal journal() {
        return journal;
    }

    /** @return whether there is room for it */
    synchronized boolean add(Sender sender) {
        if (senders.size() >= MAX) {
            return false;
        }
        senders.add(sender);
        if (listener == null) {
            listener = context.registerService(JournalListener.class, this::appended, null);
        }
        return true;
    }

    synchronized void remove(Sender sender) {
        senders.remove(sender);
        if (senders.isEmpty() && listener != null) {
            listener.unregister();
            listener = null;
        }
    }

    private void appended() {
        for (Sender sender : senders) {
            sender.appended();
        }
    }

    private Health health() {
        List<Health.Problem> problems = new ArrayList<>();
        sorted().forEach(sender -> problems.addAll(sender.problems()));
        return new Health(PART, problems, List.of(new Health.Budget("targets", senders.size(), MAX, "targets")))
                .withBudgets();
    }

    private List<Sender> sorted() {
        return senders.stream().sorted(Comparator.comparing(Sender::name)).toList();
    }

    @Override
    public void read(Readings readings) {
        for (Sender sender : senders) {
            readings.counter(
                    "compositor_tracking_out_packets_total",
                    "Packets that were sent to a target of tracking.",
                    sender.count(Count.SENT),
                    TARGET,
                    sender.name());
            readings.counter(
                    "compositor_tracking_out_failed_total",
                    "Packets for a target of tracking that could not be sent.",
                    sender.count(Count.FAILED) + sender.count(Count.FULL),
                    TARGET,
                    sender.name());
            readings.counter(
                    "compositor_tracking_out_late_total",
                    "Frames that were not sent to a target of tracking as their time had passed.",
                    sender.count(Count.LATE),
                    TARGET,
                    sender.name());
        }
    }

    /** One line per target, for a Gogo shell. */
    public String targets() {
        StringBuilder text =
                new StringBuilder(line("TARGET", "CAMERA", "TO", "RATE", "SENT", "FAILED", "LATE", "STATE"));
        for (Sender sender : sorted()) {
            Optional<Settings> known = sender.settings();
            text.append('\n')
                    .append(line(
                            sender.name(),
                            known.map(Settings::camera).orElse("-"),
                            known.map(settings -> settings.target().toString()).orElse("-"),
                            known.map(settings ->
                                            settings.rate().map(Rate::toString).orElse("samples"))
                                    .orElse("-"),
                            String.valueOf(sender.count(Count.SENT)),
                            String.valueOf(sender.count(Count.FAILED) + sender.count(Count.FULL)),
                            String.valueOf(sender.count(Count.LATE)),
                            sender.state()));
        }
        return text.toString();
    }

    private static String line(String... columns) {
        return String.format(Locale.ROOT, "%-16s %-24s %-36s %-14s %10s %8s %8s %s", (Object[]) columns);
    }
}
