package org.geometryos.compositor.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;

import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.startlevel.BundleStartLevel;

/**
 * Makes the framework's bundle cache follow {@code bundle/}: installs what is new, updates what changed, uninstalls what is
 * gone. Bundles that came another way (hot deployment) are left alone. What is in the cache is written down once all is
 * done, so that a cache left behind half-way is known as such.
 */
final class Provisioner {

    private static final String LOCATION = "compositor:";

    private final Path folder;
    private final Path record;

    /** @param record the file that says what is in the cache */
    Provisioner(Path folder, Path record) {
        this.folder = folder;
        this.record = record;
    }

    /** Whether the cache was left in a known state. */
    boolean isCacheKnown() {
        return Files.exists(record);
    }

    /** @param context the framework's, before any bundle is started */
    void provision(BundleContext context, List<Feature.Entry> entries) throws IOException, BundleException, StartException {
        Properties before = new Properties();
        if (Files.exists(record)) {
            try (Reader reader = Files.newBufferedReader(record)) {
                before.load(reader);
            }
        }
        Files.deleteIfExists(record);

        Properties after = new Properties();
        Set<String> wanted = new HashSet<>();
        for (Feature.Entry entry : entries) {
            String location = LOCATION + entry.id();
            Path file = folder.resolve(entry.file());
            if (!Files.isRegularFile(file)) {
                throw new StartException("the distribution is incomplete: " + file + " is missing");
            }
            String print = entry.file() + " " + Files.size(file) + " " + Files.getLastModifiedTime(file).toMillis();
            after.setProperty(location, print);
            wanted.add(location);
            install(context, entry, location, file, print.equals(before.getProperty(location)));
        }
        for (Bundle bundle : context.getBundles()) {
            if (bundle.getLocation().startsWith(LOCATION) && !wanted.contains(bundle.getLocation())) {
                bundle.uninstall();
            }
        }
        try (Writer writer = Files.newBufferedWriter(record)) {
            after.store(writer, null);
        }
    }

    private static void install(BundleContext context, Feature.Entry entry, String location, Path file, boolean unchanged)
            throws IOException, BundleException {
        Bundle bundle = context.getBundle(location);
        if (bundle == null) {
            try (InputStream jar = Files.newInputStream(file)) {
                bundle = context.installBundle(location, jar);
            }
        } else if (!unchanged) {
            try (InputStream jar = Files.newInputStream(file)) {
                bundle.update(jar);
            }
        }
        bundle.adapt(BundleStartLevel.class).setStartLevel(entry.startOrder());
        if (!isFragment(bundle)) {
            bundle.start(Bundle.START_ACTIVATION_POLICY);
        }
    }

    static boolean isFragment(Bundle bundle) {
        return bundle.getHeaders("").get(Constants.FRAGMENT_HOST) != null;
    }
}
