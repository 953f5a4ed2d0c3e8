package org.geometryos.compositor.launcher.host;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.geometryos.compositor.health.Health;
import org.geometryos.compositor.launcher.command.Console;
import org.geometryos.compositor.launcher.command.Terminal;
import org.geometryos.compositor.launcher.deploy.Deployer;
import org.geometryos.compositor.launcher.deploy.Provisioner;
import org.geometryos.compositor.launcher.log.LogGuard;
import org.geometryos.compositor.launcher.log.LogRing;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.launch.Framework;

/** The framework with the distribution's bundles in it, from start to stop. */
final class Host {

    /** The service property of a function that gives what a bundle was installed from, by its location. */
    private static final String CONTENTS = "org.geometryos.compositor.contents";

    /** The service property of a function that gives the last lines of the log, behind a number. */
    private static final String LOG_LINES = "org.geometryos.compositor.log";

    /** How long it may take until it can be used. */
    private static final Duration READY_LIMIT = Duration.ofSeconds(60);

    private static final Duration READY_HINT = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(100);
    /** How long bundles may be left alone after a change before those that cannot resolve are reported. */
    private static final Duration QUIET = Duration.ofSeconds(2);
    /** How long the framework may take to stop; what is left to 5 s is for the process. */
    private static final Duration STOP_LIMIT = Duration.ofSeconds(4);
    /** Bundles that the deployer does not report itself. */
    private static final Predicate<Bundle> OTHERS =
            bundle -> !bundle.getLocation().startsWith(Provisioner.DEPLOYED);

    /** How often the framework may be started anew from within before that counts as a fault, and within which time. */
    private static final int RESTARTS = 3;

    private static final Duration RESTARTS_WITHIN = Duration.ofMinutes(1);

    private final Path home;
    private final Options options;
    private final Address address;
    private final DataFolder data;
    private final List<Feature> features;
    private final boolean keyRequired;
    private final EndedThreads threads = EndedThreads.watch(this::bundles);
    private final AtomicBoolean terminal = new AtomicBoolean();
    private volatile OwnFramework framework;
    private volatile Deployer deployer;
    private volatile boolean stopping;

    /**
     * @param keyRequired nobody is let in without an API key, not even before the keys are read or after the last one
     *     is gone
     */
    Host(Path home, Options options, Address address, DataFolder data, List<Feature> features, boolean keyRequired) {
        this.home = home;
        this.options = options;
        this.address = address;
        this.data = data;
        this.features = features;
        this.keyRequired = keyRequired;
    }

    /**
     * Runs until {@link #stop}.
     *
     * @throws StartException it cannot start, or something from within has stopped the framework
     */
    void run() throws StartException, InterruptedException {
        Deque<Long> restarts = new ArrayDeque<>();
        while (true) {
            int end = runOnce();
            if (stopping) {
                return;
            }
            String how = "the framework was "
                    + (framework.ended().isEmpty() ? "stopped from within" : framework.ended()) + lastDeployed();
            if (end != FrameworkEvent.STOPPED_UPDATE && end != FrameworkEvent.STOPPED_SYSTEM_REFRESHED) {
                throw new StartException(how);
            }
            restarts.add(System.nanoTime());
            if (restarts.size() > RESTARTS && System.nanoTime() - restarts.remove() < RESTARTS_WITHIN.toNanos()) {
                throw new StartException(how + "; that is " + (RESTARTS + 1) + " times within a minute");
            }
            Console.error((end == FrameworkEvent.STOPPED_UPDATE
                            ? how
                            : "the framework was refreshed from within" + lastDeployed())
                    + "; it starts again");
        }
    }

    /** @return the type of the event with which the framework ended */
    private int runOnce() throws StartException, InterruptedException {
        framework = create();
        BundleContext context = framework.getBundleContext();
        LogBridge.register(context);
        Health.register(context, EndedThreads.PART, threads);
        Health.register(context, "log", LogGuard.current()::health);
        context.registerService(LongFunction.class, LogRing.current(), new Hashtable<>(Map.of(LOG_LINES, "ring")));
        Supplier<Map<String, Object>> deployments = deployer::health;
        context.registerService(Supplier.class, deployments, new Hashtable<>(Map.of(Health.PROPERTY, "deploy")));
        // the locations of our bundles are no addresses: for whoever updates one of them
        Function<String, InputStream> contents = deployer::content;
        context.registerService(Function.class, contents, new Hashtable<>(Map.of(CONTENTS, "deploy")));
        new Defaults(context, defaults(), Set.of(options.conf()));
        ConfFolder configurations = new ConfFolder(context, options.conf());
        start(framework);
        deployer.start(Diagnosis::reason);
        try {
            FrameworkEvent end =
                    awaitReady(new Diagnosis(context), new Readiness(context, required(), address.status()));
            if (end == null) {
                Console.out("ready " + address.page() + " " + address.displays());
                if (options.wanted().contains(Options.DEMO_WALL)) {
                    Console.out("wall " + address.page() + DemoWall.PAGE);
                }
                if (options.wanted().contains(Options.CONSOLE) && terminal.compareAndSet(false, true)) {
                    Terminal.start(data.root());
                }
                end = awaitStop(context);
            }
            return end.getType();
        } finally {
            deployer.stop();
            configurations.stop();
        }
    }

    /** What may have to do with an end from within, for its line. */
    String lastDeployed() {
        Deployer current = deployer;
        return current == null || current.last().isEmpty() ? "" : "; the last that was deployed: " + current.last();
    }

    /** The bundles that are installed. */
    Bundle[] bundles() {
        Framework current = framework;
        BundleContext context = current == null ? null : current.getBundleContext();
        return context == null ? new Bundle[0] : context.getBundles();
    }

    /** @return whether it stopped in time */
    boolean stop() {
        stopping = true;
        Framework current = framework;
        Deployer deploying = deployer;
        try {
            if (deploying != null) {
                deploying.stop();
            }
            if (current != null) {
                current.stop();
                return current.waitForStop(STOP_LIMIT.toMillis()).getType() != FrameworkEvent.WAIT_TIMEDOUT;
            }
            return true;
        } catch (BundleException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** A framework with all bundles installed and none started. A cache that cannot be used is made anew, once. */
    private OwnFramework create() throws StartException {
        Provisioner provisioner = new Provisioner(
                deploy(), data.path("deployed"), data.path("bundles.properties"), FrameworkProperties.DEPLOYED_LEVEL);
        try {
            return create(provisioner, !provisioner.isCacheKnown());
        } catch (BundleException | IOException | RuntimeException first) {
            Console.error("the bundle cache cannot be used and is made again (" + first.getMessage() + ")");
            try {
                DataFolder.delete(data.path("cache"));
                return create(provisioner, true);
            } catch (BundleException | IOException second) {
                throw new StartException("cannot install the bundles: " + second.getMessage(), second);
            }
        }
    }

    private OwnFramework create(Provisioner provisioner, boolean clean)
            throws BundleException, IOException, StartException {
        OwnFramework created = new OwnFramework(FrameworkProperties.of(options, address, data, clean, keyRequired));
        try {
            created.init();
            deployer = provisioner.provision(created.getBundleContext(), bundlesOfFeatures());
            return created;
        } catch (BundleException | IOException | RuntimeException | StartException e) {
            discard(created);
            throw e;
        }
    }

    private List<Provisioner.Own> bundlesOfFeatures() throws StartException {
        List<Provisioner.Own> bundles = new ArrayList<>();
        for (Feature feature : features) {
            for (Feature.Entry entry : feature.bundles()) {
                Path file = home.resolve("bundle").resolve(entry.file());
                if (!Files.isRegularFile(file)) {
                    throw new StartException("the distribution is incomplete: " + file + " is missing");
                }
                bundles.add(new Provisioner.Own(entry.id(), file, entry.startOrder()));
            }
        }
        return bundles;
    }

    private static void discard(Framework created) {
        try {
            created.stop();
            created.waitForStop(STOP_LIMIT.toMillis());
        } catch (BundleException e) {
            // it was not started
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Map<String, Map<String, Object>> defaults() {
        Map<String, Map<String, Object>> defaults = new LinkedHashMap<>();
        for (Feature feature : features) {
            defaults.putAll(feature.configurations());
            if (!options.demo()) {
                defaults.keySet().removeAll(feature.demo());
            }
        }
        if (options.wanted().contains(Options.DEMO_WALL)) {
            defaults.put(DemoWall.PID, DemoWall.configuration());
        }
        return defaults;
    }

    private List<String> required() {
        return features.stream().flatMap(feature -> feature.ready().stream()).toList();
    }

    private Path deploy() {
        return home.resolve("deploy");
    }

    /** In a thread of its own, as a bundle's activator may take its time and the limit holds nevertheless. */
    private static void start(Framework framework) {
        Thread thread = new Thread(
                () -> {
                    try {
                        framework.start();
                    } catch (BundleException e) {
                        Console.error("the framework does not start: " + e.getMessage());
                    }
                },
                "compositor-start");
        thread.setDaemon(true);
        thread.start();
    }

    /** @return null when it is ready, or how the framework ended before that */
    private FrameworkEvent awaitReady(Diagnosis diagnosis, Readiness readiness)
            throws StartException, InterruptedException {
        long begin = System.nanoTime();
        boolean hinted = false;
        List<String> missing = readiness.missing();
        while (!missing.isEmpty()) {
            Duration passed = Duration.ofNanos(System.nanoTime() - begin);
            if (passed.compareTo(READY_LIMIT) > 0) {
                List<String> lines = new ArrayList<>(
                        missing.stream().map(each -> "missing: " + each).toList());
                lines.addAll(diagnosis.components());
                lines.addAll(diagnosis.inactive());
                throw new StartException("not ready after " + READY_LIMIT.toSeconds() + " s\n  "
                        + String.join("\n  ", lines) + lastDeployed());
            }
            if (!hinted && passed.compareTo(READY_HINT) > 0) {
                hinted = true;
                missing.forEach(each -> Console.error("still waiting for: " + each));
            }
            FrameworkEvent end = framework.waitForStop(POLL.toMillis());
            if (end.getType() != FrameworkEvent.WAIT_TIMEDOUT && framework.getState() != Framework.STARTING) {
                return end;
            }
            missing = readiness.missing();
        }
        return null;
    }

    private FrameworkEvent awaitStop(BundleContext context) throws InterruptedException {
        AtomicLong changed = new AtomicLong(System.nanoTime());
        context.addBundleListener(event -> changed.set(System.nanoTime()));
        Diagnosis diagnosis = new Diagnosis(context);
        Set<String> reported = new HashSet<>();
        long examined = changed.get() - 1;
        while (true) {
            FrameworkEvent end = framework.waitForStop(QUIET.toMillis());
            if (end.getType() != FrameworkEvent.WAIT_TIMEDOUT) {
                return end;
            }
            long last = changed.get();
            if (last != examined && System.nanoTime() - last > QUIET.toNanos()) {
                examined = last;
                List<String> unresolved = diagnosis.unresolved(OTHERS);
                unresolved.stream().filter(line -> !reported.contains(line)).forEach(Console::error);
                reported.clear();
                reported.addAll(unresolved);
            }
        }
    }
}
