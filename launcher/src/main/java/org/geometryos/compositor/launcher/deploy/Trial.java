package org.geometryos.compositor.launcher.deploy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.wiring.FrameworkWiring;

/**
 * Whether bundles would resolve beside what runs. Their requirements and capabilities alone are installed for a moment,
 * under another name and with nothing that could run, so that a bundle that lacks something never stops the one in
 * whose place it would come.
 */
final class Trial {
    /** Begins the location of what is only tried. */
    static final String LOCATION = "trial:";

    private static final String SUFFIX = ".trial";
    private static final List<String> HEADERS = List.of(
            Constants.IMPORT_PACKAGE,
            Constants.EXPORT_PACKAGE,
            Constants.REQUIRE_BUNDLE,
            Constants.REQUIRE_CAPABILITY,
            Constants.PROVIDE_CAPABILITY,
            "Bundle-RequiredExecutionEnvironment");

    private Trial() {}

    /**
     * @param jars those that come together
     * @param reason of an exception that the framework throws, in a line
     * @param refresh waits until nothing of these bundles is left
     * @return why not, of those that would not
     */
    static Map<BundleJar, String> unresolved(
            BundleContext context,
            Collection<BundleJar> jars,
            Function<BundleException, String> reason,
            Consumer<Collection<Bundle>> refresh) {
        FrameworkWiring wiring =
                context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkWiring.class);
        Map<BundleJar, Bundle> trials = new LinkedHashMap<>();
        Map<BundleJar, String> unresolved = new LinkedHashMap<>();
        try {
            for (BundleJar jar : jars) {
                try (InputStream in = headersOnly(jar)) {
                    trials.put(jar, context.installBundle(LOCATION + jar.title(), in));
                } catch (BundleException e) {
                    unresolved.put(jar, reason.apply(e));
                } catch (IOException e) {
                    throw new IllegalStateException("in memory", e);
                }
            }
            trials.forEach((jar, bundle) -> {
                if (!wiring.resolveBundles(List.of(bundle))) {
                    try {
                        bundle.start(Bundle.START_TRANSIENT);
                    } catch (BundleException e) {
                        unresolved.put(jar, reason.apply(e).replace(jar.name() + SUFFIX, jar.name()));
                    }
                }
            });
            return unresolved;
        } finally {
            trials.values().forEach(Trial::remove);
            refresh.accept(trials.values());
        }
    }

    private static InputStream headersOnly(BundleJar jar) throws IOException {
        Manifest manifest = new Manifest();
        Attributes headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
        headers.putValue(Constants.BUNDLE_SYMBOLICNAME, jar.name() + SUFFIX);
        headers.putValue(Constants.BUNDLE_VERSION, jar.version().toString());
        for (String header : HEADERS) {
            String value = jar.headers().getValue(header);
            if (value != null) {
                headers.putValue(header, value);
            }
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new JarOutputStream(bytes, manifest).close();
        return new ByteArrayInputStream(bytes.toByteArray());
    }

    private static void remove(Bundle bundle) {
        try {
            bundle.uninstall();
        } catch (BundleException e) {
            throw new IllegalStateException("what was only tried cannot be removed", e);
        }
    }
}
