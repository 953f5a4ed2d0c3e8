package org.geometryos.compositor.itest.deploy;

import java.util.concurrent.locks.LockSupport;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** The only class of a bundle whose thread goes on until it is stopped. */
public final class WalkingBundle implements BundleActivator, Runnable {
    private final Thread thread = new Thread(this, "compositor-walker");
    private volatile boolean stopped;

    @Override
    public void start(BundleContext context) {
        thread.start();
    }

    @Override
    public void run() {
        while (!stopped) {
            LockSupport.parkNanos(100_000_000);
        }
    }

    @Override
    public void stop(BundleContext context) {
        stopped = true;
    }
}
