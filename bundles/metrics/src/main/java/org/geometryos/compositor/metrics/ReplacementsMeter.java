package org.geometryos.compositor.metrics;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.geometryos.compositor.api.metrics.Meter;
import org.geometryos.compositor.api.metrics.Readings;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/** Which bundles were replaced or restarted, and how long they were away. */
@Component(immediate = true)
public final class ReplacementsMeter implements Meter, SynchronousBundleListener {
    /** So many bundles have figures of their own. */
    static final int BUNDLES = 100;

    private static final double NANOS = 1e9;

    private final BundleContext context;
    private final LongSupplier nanos;
    // guarded by this
    private final Map<String, Stay> bundles = new TreeMap<>();

    /** How often a bundle went and came back. */
    private static final class Stay {
        private long updates;
        private long returns;
        private long away;
        private long last;
        private boolean gone;
        private long since;
    }

    @Activate
    public ReplacementsMeter(BundleContext context) {
        this(context, System::nanoTime);
        context.addBundleListener(this);
    }

    /** @param nanos the clock, {@link System#nanoTime()} */
    ReplacementsMeter(BundleContext context, LongSupplier nanos) {
        this.context = context;
        this.nanos = nanos;
    }

    @Deactivate
    void deactivate() {
        context.removeBundleListener(this);
    }

    @Override
    public synchronized void bundleChanged(BundleEvent event) {
        String name = event.getBundle().getSymbolicName();
        if (name == null || event.getBundle().getLocation().startsWith("trial:")) {
            return;
        }
        switch (event.getType()) {
            case BundleEvent.STOPPING -> went(name);
            case BundleEvent.UPDATED -> {
                Stay stay = bundles.get(name);
                if (stay != null) {
                    stay.updates++;
                }
            }
            case BundleEvent.STARTED -> cameBack(name);
            default -> {
                // changes nothing for those who need it
            }
        }
    }

    private void went(String name) {
        if (bundles.size() >= BUNDLES && !bundles.containsKey(name)) {
            return;
        }
        Stay stay = bundles.computeIfAbsent(name, key -> new Stay());
        stay.gone = true;
        stay.since = nanos.getAsLong();
    }

    private void cameBack(String name) {
        Stay stay = bundles.get(name);
        if (stay != null && stay.gone) {
            stay.gone = false;
            stay.returns++;
            stay.last = nanos.getAsLong() - stay.since;
            stay.away += stay.last;
        }
    }

    @Override
    public synchronized void read(Readings readings) {
        bundles.forEach((name, stay) -> {
            readings.counter(
                    "compositor_bundle_updates_total",
                    "Bundles that were given other content while they were installed.",
                    stay.updates,
                    "bundle",
                    name);
            readings.counter(
                    "compositor_bundle_returns_total",
                    "Stops of a bundle that a start followed: replaced, refreshed or restarted.",
                    stay.returns,
                    "bundle",
                    name);
            readings.counter(
                    "compositor_bundle_away_seconds_total",
                    "Time between a stop and the start that followed, in all.",
                    stay.away / NANOS,
                    "bundle",
                    name);
            readings.gauge(
                    "compositor_bundle_last_away_seconds",
                    "The same for the newest return.",
                    stay.last / NANOS,
                    "bundle",
                    name);
        });
    }
}
