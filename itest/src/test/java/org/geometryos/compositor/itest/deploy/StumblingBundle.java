package org.geometryos.compositor.itest.deploy;

import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** The only class of a bundle whose thread ends by what it throws. */
public final class StumblingBundle implements BundleActivator, Runnable {
    @Override
    public void start(BundleContext context) {
        new Thread(this, "compositor-walker").start();
    }

    @Override
    public void run() {
        throw new IllegalStateException("a stone");
    }

    @Override
    public void stop(BundleContext context) {
        // the thread has ended
    }
}
