package org.geometryos.compositor.itest.crash;

import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** The only class of a bundle that ends the process. */
public final class ExitingBundle implements BundleActivator {
    @Override
    public void start(BundleContext context) {
        new Thread(() -> System.exit(0), "exiting").start();
    }

    @Override
    public void stop(BundleContext context) {
        // there is no time for it
    }
}
