package org.geometryos.compositor.itest.crash;

import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;

/** The only class of a bundle that stops the framework. */
public final class StoppingBundle implements BundleActivator {
    @Override
    public void start(BundleContext context) {
        new Thread(
                        () -> {
                            try {
                                context.getBundle(0).stop();
                            } catch (BundleException e) {
                                throw new IllegalStateException(e);
                            }
                        },
                        "stopping")
                .start();
    }

    @Override
    public void stop(BundleContext context) {
        // it has stopped more than itself
    }
}
