package org.geometryos.compositor.observe;

import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.BundleListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says when a version of one of our bundles is installed beside one that runs. Bundles are singletons, so the second
 * does not run; whoever installed it wanted to replace the first.
 */
final class SideBySide implements BundleListener {
    private static final Logger LOG = LoggerFactory.getLogger(SideBySide.class);

    private final Bundles bundles;

    SideBySide(Bundles bundles) {
        this.bundles = bundles;
    }

    void open(BundleContext context) {
        context.addBundleListener(this);
        for (Bundle bundle : context.getBundles()) {
            if (bundle.getState() == Bundle.INSTALLED) {
                look(bundle);
            }
        }
    }

    /** On the framework's thread for events. */
    @Override
    public void bundleChanged(BundleEvent event) {
        if (event.getType() == BundleEvent.INSTALLED) {
            look(event.getBundle());
        }
    }

    private void look(Bundle second) {
        if (Bundles.ours(second)) {
            bundles.running(second.getSymbolicName())
                    .filter(first -> first.getBundleId() != second.getBundleId())
                    .ifPresent(first -> LOG.warn(
                            "{} (bundle {}) is installed beside {} (bundle {}), which continues to run: only one "
                                    + "version runs. To replace it: uninstall {}, then update {} {}",
                            Bundles.title(second),
                            second.getBundleId(),
                            first.getVersion(),
                            first.getBundleId(),
                            second.getBundleId(),
                            first.getBundleId(),
                            second.getLocation()));
        }
    }
}
