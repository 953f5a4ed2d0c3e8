package org.geometryos.compositor.launcher.deploy;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.framework.Version;

/**
 * Says in one line each when a bundle is installed, replaced or uninstalled by other means than {@code deploy/}: by a
 * shell, or by a bundle that manages others. What {@code deploy/} does has lines of its own.
 */
final class BundleLog implements SynchronousBundleListener {
    private final Map<Long, Version> versions = new ConcurrentHashMap<>();
    private final BooleanSupplier deploying;
    private final Consumer<String> line;

    /** @param deploying whether the thread that asks is the one of {@code deploy/} */
    BundleLog(BooleanSupplier deploying, Consumer<String> line) {
        this.deploying = deploying;
        this.line = line;
    }

    void open(BundleContext context) {
        context.addBundleListener(this);
        for (Bundle bundle : context.getBundles()) {
            versions.put(bundle.getBundleId(), bundle.getVersion());
        }
    }

    /** On the thread of whoever does it. */
    @Override
    public void bundleChanged(BundleEvent event) {
        Bundle bundle = event.getBundle();
        switch (event.getType()) {
            case BundleEvent.INSTALLED -> {
                versions.put(bundle.getBundleId(), bundle.getVersion());
                say(name(bundle) + " is installed from " + bundle.getLocation());
            }
            case BundleEvent.UPDATED -> {
                Version before = versions.put(bundle.getBundleId(), bundle.getVersion());
                say(name(bundle) + " runs in place of " + before + ", updated by \""
                        + Thread.currentThread().getName() + "\"");
            }
            case BundleEvent.UNINSTALLED -> {
                versions.remove(bundle.getBundleId());
                say(name(bundle) + " is uninstalled");
            }
            default -> {
                // starts and stops are told where they matter
            }
        }
    }

    private void say(String text) {
        if (!deploying.getAsBoolean()) {
            line.accept("bundle " + text);
        }
    }

    private static String name(Bundle bundle) {
        return bundle.getSymbolicName() + " " + bundle.getVersion();
    }
}
