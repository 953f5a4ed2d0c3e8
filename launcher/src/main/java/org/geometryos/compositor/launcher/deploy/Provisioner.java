package org.geometryos.compositor.launcher.deploy;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.startlevel.BundleStartLevel;

/**
 * Makes the framework's bundle cache follow {@code bundle/} and {@code deploy/} before anything is started: installs
 * what is new, updates what changed, uninstalls what is gone. A bundle in {@code deploy/} takes the place of the
 * distribution's own of that symbolic name. What came another way is left alone.
 */
public final class Provisioner {
    /** Begins the location of the distribution's bundles. */
    public static final String OWN = "compositor:";
    /** Begins the location of bundles that only {@code deploy/} has. */
    public static final String DEPLOYED = Source.DEPLOYED;

    private final Path deploy;
    private final Path copies;
    private final Cache cache;
    private final int deployedLevel;

    /**
     * A bundle of the distribution.
     *
     * @param id names it, whatever its version
     * @param startLevel 1 or more
     */
    public record Own(String id, Path file, int startLevel) {}

    /**
     * What was done.
     *
     * @param own the distribution's bundles, by symbolic name
     * @param current what is installed, by symbolic name
     * @param failed files that could not be installed, with the reason
     * @param gone files that were there the last time and whose bundle has gone with them: by symbolic name
     */
    record Provisioned(
            Map<String, Source> own, Map<String, Source> current, Map<Upload, String> failed, Map<String, Gone> gone) {}

    /** A file that is not there any more, and the version of the bundle that was in it. */
    record Gone(String file, String version) {}

    /**
     * @param deploy the folder for bundles that take the place of others, or come in addition
     * @param copies for copies of them
     * @param record the file that says what is in the cache
     * @param deployedLevel the start level of those that come in addition
     */
    public Provisioner(Path deploy, Path copies, Path record, int deployedLevel) {
        this.deploy = deploy;
        this.copies = copies;
        this.cache = new Cache(record);
        this.deployedLevel = deployedLevel;
    }

    /** Whether the cache was left in a known state. */
    public boolean isCacheKnown() {
        return cache.isKnown();
    }

    /**
     * @param context the framework's, before any bundle is started
     * @param bundles of the distribution
     * @return who looks after the folder from now on
     */
    public Deployer provision(BundleContext context, List<Own> bundles) throws IOException, BundleException {
        DeployFolder folder = new DeployFolder(deploy, copies);
        Properties before = cache.read();
        Properties last = (Properties) before.clone();
        cache.changing();
        Map<String, Source> own = new TreeMap<>();
        for (Own each : bundles) {
            BundleJar jar = BundleJar.headers(each.file());
            own.put(jar.name(), Source.own(jar, OWN + each.id(), each.startLevel()));
        }
        Map<String, Upload> chosen =
                Choice.of(folder.look().orElse(List.of()), file -> true).chosen();
        Map<String, Source> current = new TreeMap<>();
        Map<Upload, String> failed = new LinkedHashMap<>();
        for (Source each : own.values()) {
            Upload file = chosen.get(each.jar().name());
            if (file == null || !installed(context, each.from(file), before, current, failed)) {
                install(context, each, before);
                current.put(each.jar().name(), each);
            }
        }
        for (Upload file : chosen.values()) {
            if (!own.containsKey(file.bundle())) {
                installed(context, stranger(file), before, current, failed);
            }
        }
        uninstallOthers(context, current);
        cache.changed(prints(current));
        return new Deployer(
                context, folder, cache, new Provisioned(own, current, failed, gone(last, current)), this::stranger);
    }

    private Source stranger(Upload file) {
        return Source.own(file.jar().orElseThrow(), Source.DEPLOYED + file.bundle(), deployedLevel)
                .from(file);
    }

    private static boolean installed(
            BundleContext context,
            Source source,
            Properties before,
            Map<String, Source> current,
            Map<Upload, String> failed) {
        try {
            install(context, source, before);
            current.put(source.jar().name(), source);
            return true;
        } catch (IOException | BundleException e) {
            failed.put(source.upload().orElseThrow(), String.valueOf(e.getMessage()));
            return false;
        }
    }

    private static void install(BundleContext context, Source source, Properties before)
            throws IOException, BundleException {
        Bundle bundle = context.getBundle(source.location());
        if (bundle == null) {
            try (InputStream jar = source.open()) {
                bundle = context.installBundle(source.location(), jar);
            }
        } else if (!source.fingerprint().equals(before.getProperty(source.location()))) {
            try (InputStream jar = source.open()) {
                bundle.update(jar);
            }
            before.remove(source.location());
        }
        bundle.adapt(BundleStartLevel.class).setStartLevel(source.startLevel());
        if (source.jar().host().isEmpty()) {
            bundle.start(Bundle.START_ACTIVATION_POLICY);
        }
    }

    private void uninstallOthers(BundleContext context, Map<String, Source> current) throws BundleException {
        Set<String> wanted = new HashSet<>();
        current.values().forEach(source -> wanted.add(source.location()));
        for (Bundle bundle : context.getBundles()) {
            String location = bundle.getLocation();
            boolean ours = location.startsWith(OWN)
                    || location.startsWith(Source.DEPLOYED)
                    || location.startsWith(Trial.LOCATION)
                    || lies(location);
            if (ours && !wanted.contains(location)) {
                bundle.uninstall();
            }
        }
    }

    /** Whether it is a file of the folder, as earlier versions installed them. */
    private boolean lies(String location) {
        try {
            return location.startsWith("file:")
                    && deploy.equals(Path.of(URI.create(location)).getParent());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static Map<String, Gone> gone(Properties before, Map<String, Source> current) {
        Map<String, Gone> gone = new TreeMap<>();
        List<String> running = new ArrayList<>();
        current.values().stream()
                .filter(source -> source.upload().isPresent())
                .forEach(source -> running.add(source.location()));
        for (String location : before.stringPropertyNames()) {
            String[] words = before.getProperty(location).split(" ", 4);
            if (words[0].equals(Source.PRINT) && words.length == 4 && !running.contains(location)) {
                String name = current.values().stream()
                        .filter(source -> source.location().equals(location))
                        .map(source -> source.jar().name())
                        .findFirst()
                        .orElse(location.substring(location.indexOf(':') + 1));
                gone.put(name, new Gone("deploy/" + words[3], words[1]));
            }
        }
        return gone;
    }

    /** What the cache holds, for the next start. */
    static Properties prints(Map<String, Source> current) throws IOException {
        Properties prints = new Properties();
        for (Source source : current.values()) {
            prints.setProperty(source.location(), source.fingerprint());
        }
        return prints;
    }
}
