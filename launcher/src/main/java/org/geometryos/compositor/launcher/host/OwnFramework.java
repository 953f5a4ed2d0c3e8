package org.geometryos.compositor.launcher.host;

import java.util.Map;
import java.util.Optional;
import org.apache.felix.framework.Felix;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.BundleReference;
import org.osgi.framework.FrameworkUtil;

/** The framework, which remembers who stopped it. */
@SuppressWarnings({"unchecked", "rawtypes"}) // what the framework inherits
final class OwnFramework extends Felix {

    private volatile String ended = "";

    OwnFramework(Map<String, Object> properties) {
        super(properties);
    }

    /** Who first stopped or updated it, and how; empty: nobody did. */
    String ended() {
        return ended;
    }

    @Override
    public void stop() throws BundleException {
        note("stopped");
        super.stop();
    }

    @Override
    public void stop(int options) throws BundleException {
        note("stopped");
        super.stop(options);
    }

    @Override
    public void update() throws BundleException {
        note("updated");
        super.update();
    }

    @Override
    public void update(java.io.InputStream in) throws BundleException {
        note("updated");
        super.update(in);
    }

    private void note(String how) {
        if (ended.isEmpty()) {
            ended = how + " by "
                    + caller().map(bundle -> "the bundle " + Diagnosis.name(bundle) + " (" + bundle.getLocation() + ")")
                            .orElse("the thread " + Thread.currentThread().getName());
        }
    }

    /** The bundle whose code asks for it. */
    private static Optional<Bundle> caller() {
        return StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
                .walk(frames -> frames.filter(
                                frame -> frame.getDeclaringClass().getClassLoader() instanceof BundleReference)
                        .map(frame -> FrameworkUtil.getBundle(frame.getDeclaringClass()))
                        .filter(bundle -> bundle != null && bundle.getBundleId() != 0)
                        .findFirst());
    }
}
