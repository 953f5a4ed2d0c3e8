package org.geometryos.compositor.launcher;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.jar.JarFile;

import org.apache.felix.framework.Felix;
import org.apache.felix.framework.util.FelixConstants;
import org.geometryos.compositor.health.Health;
import org.geometryos.compositor.launcher.command.Console;
import org.geometryos.compositor.launcher.log.LogGuard;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.launch.Framework;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.log.LogService;
import org.slf4j.Logger;

/** The framework with the distribution's bundles in it, from start to stop. */
final class Host {

    /** How long it may take until it can be used. */
    private static final Duration READY_LIMIT = Duration.ofSeconds(60);
    private static final Duration READY_HINT = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(100);
    /** How long bundles may be left alone after a change before those that cannot resolve are reported. */
    private static final Duration QUIET = Duration.ofSeconds(2);
    /** How long the framework may take to stop; what is left to 5 s is for the process. */
    private static final Duration STOP_LIMIT = Duration.ofSeconds(4);

    /** Start levels: those of the features, then hot-deployed bundles, then the level the framework stays at. */
    private static final int DEPLOYED_LEVEL = 90;
    private static final int FINAL_LEVEL = 100;

    private final Path home;
    private final Options options;
    private final Address address;
    private final DataFolder data;
    private final List<Feature> features;
    private final boolean keyRequired;
    private final EndedThreads threads = EndedThreads.watch();
    private volatile Framework framework;

    /** @param keyRequired nobody is let in without an API key, not even before the keys are read or after the last one is gone */
    Host(Path home, Options options, Address address, DataFolder data, List<Feature> features, boolean keyRequired) {
        this.home = home;
        this.options = options;
        this.address = address;
        this.data = data;
        this.features = features;
        this.keyRequired = keyRequired;
    }

    /** Runs until the framework is stopped, be it by {@link #stop}, be it from within. */
    void run() throws StartException, InterruptedException {
        FrameworkEvent end;
        do {
            framework = create();
            BundleContext context = framework.getBundleContext();
            LogBridge.register(context);
            Health.register(context, EndedThreads.PART, threads);
            Health.register(context, "log", LogGuard.current()::health);
            new Defaults(context, defaults(), Set.of(options.conf()));
            ConfFolder configurations = new ConfFolder(context, options.conf());
            start(framework);
            end = awaitReady(new Diagnosis(context), new Readiness(context, required(), address.status()));
            if (end == null) {
                Console.out("ready " + address.page() + " " + address.displays());
                end = awaitStop(context);
            }
            configurations.stop();
        } while (end.getType() == FrameworkEvent.STOPPED_UPDATE
                || end.getType() == FrameworkEvent.STOPPED_SYSTEM_REFRESHED);
    }

    /** @return whether it stopped in time */
    boolean stop() {
        Framework current = framework;
        try {
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
    private Framework create() throws StartException {
        Provisioner provisioner = new Provisioner(home.resolve("bundle"), data.path("bundles.properties"));
        try {
            return create(provisioner, !provisioner.isCacheKnown());
        } catch (BundleException | IOException | RuntimeException first) {
            Console.error("the bundle cache cannot be used and is made anew (" + first.getMessage() + ")");
            try {
                DataFolder.delete(data.path("cache"));
                return create(provisioner, true);
            } catch (BundleException | IOException second) {
                throw new StartException("cannot install the bundles: " + second.getMessage(), second);
            }
        }
    }

    private Framework create(Provisioner provisioner, boolean clean) throws BundleException, IOException, StartException {
        Framework created = new Felix(properties(clean));
        try {
            created.init();
            provisioner.provision(created.getBundleContext(), features.stream().flatMap(f -> f.bundles().stream()).toList());
            return created;
        } catch (BundleException | IOException | RuntimeException | StartException e) {
            framework = created;
            stop();
            framework = null;
            throw e;
        }
    }

    private Map<String, Object> properties(boolean clean) throws StartException {
        if (deploy().toString().contains(",")) {
            throw new StartException("cannot watch " + deploy() + ": a comma in a folder's name");
        }
        Map<String, Object> properties = new HashMap<>();
        properties.put(Constants.FRAMEWORK_STORAGE, data.path("cache").toString());
        if (clean) {
            properties.put(Constants.FRAMEWORK_STORAGE_CLEAN, Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT);
        }
        properties.put(Constants.FRAMEWORK_BEGINNING_STARTLEVEL, Integer.toString(FINAL_LEVEL));
        properties.put("felix.startlevel.bundle", Integer.toString(DEPLOYED_LEVEL));
        properties.put(FelixConstants.LOG_LOGGER_PROP, new FrameworkLog());
        properties.put(FelixConstants.LOG_LEVEL_PROP, "1");
        properties.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                String.join(",", exports(ConfigurationAdmin.class), exports(Logger.class), exports(LogService.class)));

        properties.put("felix.cm.dir", data.path("config").toString());
        properties.put("felix.cm.config.plugins", "org.apache.felix.configadmin.plugin.interpolation");
        properties.put("org.apache.felix.configadmin.plugin.interpolation.secretsdir",
                secrets().toString());
        properties.put("org.apache.felix.configadmin.plugin.interpolation.file.encoding", "UTF-8");

        properties.put("felix.fileinstall.dir", deploy().toString());
        properties.put("felix.fileinstall.filter", ".*\\.jar");
        properties.put("felix.fileinstall.poll", "500");
        properties.put("felix.fileinstall.noInitialDelay", "true");
        properties.put("felix.fileinstall.enableConfigSave", "false");
        properties.put("felix.fileinstall.start.level", Integer.toString(DEPLOYED_LEVEL));
        properties.put("felix.fileinstall.tmpdir", data.path("tmp").toString());
        properties.put("felix.fileinstall.log.level", "2");

        properties.put("org.osgi.service.http.port", Integer.toString(address.port()));
        properties.put("org.apache.felix.http.host", address.host());
        properties.put("org.apache.felix.https.enable", "false");
        properties.put("org.apache.felix.jetty.websocket.enable", "true");

        if (keyRequired) {
            properties.put("org.geometryos.compositor.endpoint.keyRequired", "true");
        }

        properties.put("compositor.data", data.root().toString());
        return properties;
    }

    /** The folder of the secrets; a comma in its name would make several of it. */
    private Path secrets() throws StartException {
        return DataFolder.without(",", options.conf().toAbsolutePath().resolve("secrets"));
    }

    /**
     * The packages of the library a class comes from. The launcher shares three with the bundles: Config Admin's, as it sets
     * the default configurations, and those of SLF4J and the Log service, so that logging is there before the first bundle
     * is and needs no weaving of byte code, which fails with every new Java until its library has caught up.
     */
    static String exports(Class<?> type) {
        try (JarFile jar = new JarFile(Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toFile())) {
            return jar.getManifest().getMainAttributes().getValue(Constants.EXPORT_PACKAGE);
        } catch (IOException | URISyntaxException e) {
            throw new IllegalStateException("cannot read the library of " + type.getName(), e);
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
        Thread thread = new Thread(() -> {
            try {
                framework.start();
            } catch (BundleException e) {
                Console.error("the framework does not start: " + e.getMessage());
            }
        }, "compositor-start");
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
                List<String> lines = new ArrayList<>(missing.stream().map(each -> "missing: " + each).toList());
                lines.addAll(diagnosis.components());
                lines.addAll(diagnosis.inactive());
                throw new StartException("not ready after " + READY_LIMIT.toSeconds() + " s\n  " + String.join("\n  ", lines));
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
                List<String> unresolved = diagnosis.unresolved();
                unresolved.stream().filter(line -> !reported.contains(line)).forEach(Console::error);
                reported.clear();
                reported.addAll(unresolved);
            }
        }
    }
}
