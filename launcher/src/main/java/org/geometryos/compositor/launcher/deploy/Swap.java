package org.geometryos.compositor.launcher.deploy;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.FrameworkWiring;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces bundles in a running framework: stop, update, refresh, start, all that belong together at once. For one
 * thread.
 */
final class Swap {
    private static final long REFRESH_SECONDS = 60;
    private static final Logger LOG = LoggerFactory.getLogger(Swap.class);

    private final BundleContext context;
    private final FrameworkWiring wiring;

    /**
     * What is to happen to a bundle.
     *
     * @param before what is installed; empty: nothing is
     * @param after what is to be installed; empty: nothing
     */
    record Step(Optional<Source> before, Optional<Source> after) {
        String location() {
            return after.or(() -> before).orElseThrow().location();
        }

        int startLevel() {
            return after.or(() -> before).orElseThrow().startLevel();
        }

        Step back() {
            return new Step(after, before);
        }
    }

    Swap(BundleContext context) {
        this.context = context;
        this.wiring = context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkWiring.class);
    }

    /** @return what went wrong, by the step that it belongs to; the others are done */
    Map<Step, Exception> apply(Collection<Step> steps) {
        Map<Step, Exception> failed = new LinkedHashMap<>();
        Set<Bundle> stale = new LinkedHashSet<>();
        List<Step> downwards = steps.stream()
                .sorted(Comparator.comparingInt(Step::startLevel).reversed())
                .toList();
        for (Step step : downwards) {
            step.before().ifPresent(before -> stop(context.getBundle(before.location())));
        }
        for (Step step : downwards) {
            try {
                stale.addAll(install(step));
            } catch (BundleException | IOException | RuntimeException e) {
                failed.put(step, e);
            }
        }
        refresh(stale);
        for (int i = downwards.size() - 1; i >= 0; i--) {
            Step step = downwards.get(i);
            Bundle bundle = context.getBundle(step.location());
            if (bundle != null) {
                start(bundle).ifPresent(e -> failed.putIfAbsent(step, e));
            }
        }
        return failed;
    }

    /** Stops for the moment: it is still one that the framework starts by itself. */
    private static void stop(Bundle bundle) {
        try {
            if (bundle != null && !isFragment(bundle)) {
                bundle.stop(Bundle.STOP_TRANSIENT);
            }
        } catch (BundleException | IllegalStateException e) {
            LOG.debug("{} did not stop in order", bundle, e);
        }
    }

    /** @return what has to be refreshed */
    private List<Bundle> install(Step step) throws BundleException, IOException {
        Bundle bundle = context.getBundle(step.location());
        List<Bundle> stale = new ArrayList<>();
        step.before().ifPresent(before -> stale.addAll(hosts(before.jar())));
        if (step.after().isEmpty()) {
            if (bundle != null) {
                bundle.uninstall();
                stale.add(bundle);
            }
        } else {
            Source after = step.after().get();
            try (InputStream in = after.open()) {
                if (bundle == null) {
                    bundle = context.installBundle(after.location(), in);
                    // later on it would start the bundle, before it is refreshed
                    bundle.adapt(BundleStartLevel.class).setStartLevel(after.startLevel());
                } else {
                    bundle.update(in);
                    stale.add(bundle);
                }
            }
            stale.addAll(hosts(after.jar()));
        }
        // who refreshes a part of the framework starts the framework anew
        boolean framework = step.before().or(step::after).orElseThrow().jar().extendsFramework();
        return framework ? List.of() : stale;
    }

    /** The bundles that a fragment is for, which take it in when they are resolved anew. */
    List<Bundle> hosts(BundleJar fragment) {
        List<Bundle> hosts = new ArrayList<>();
        if (fragment.host().isPresent() && !fragment.extendsFramework()) {
            for (Bundle each : context.getBundles()) {
                if (fragment.host().get().equals(each.getSymbolicName()) && each.getBundleId() != 0) {
                    hosts.add(each);
                }
            }
        }
        return hosts;
    }

    void refresh(Collection<Bundle> stale) {
        if (stale.isEmpty()) {
            return;
        }
        CountDownLatch done = new CountDownLatch(1);
        wiring.refreshBundles(stale, event -> {
            if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                done.countDown();
            }
        });
        try {
            if (!done.await(REFRESH_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("bundles that depend on the deployed ones have not started again for {} s", REFRESH_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** @return why it does not run */
    Optional<Exception> start(Bundle bundle) {
        if (isFragment(bundle)) {
            wiring.resolveBundles(List.of(bundle));
            return Optional.empty();
        }
        try {
            bundle.start(Bundle.START_ACTIVATION_POLICY);
            return Optional.empty();
        } catch (BundleException | RuntimeException e) {
            return Optional.of(e);
        }
    }

    /** Those that run, or that the framework starts when they are used. */
    Set<Bundle> running() {
        Set<Bundle> running = new LinkedHashSet<>();
        for (Bundle each : context.getBundles()) {
            if (runs(each)) {
                running.add(each);
            }
        }
        return running;
    }

    static boolean runs(Bundle bundle) {
        return bundle.getState() == Bundle.ACTIVE || bundle.getState() == Bundle.STARTING;
    }

    static boolean isFragment(Bundle bundle) {
        BundleRevision revision = bundle.adapt(BundleRevision.class);
        return revision != null && (revision.getTypes() & BundleRevision.TYPE_FRAGMENT) != 0;
    }
}
