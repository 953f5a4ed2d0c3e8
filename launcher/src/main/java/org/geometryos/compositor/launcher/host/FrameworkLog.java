package org.geometryos.compositor.launcher.host;

import org.apache.felix.framework.Logger;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.ServiceReference;
import org.slf4j.LoggerFactory;

/**
 * The framework's messages, in the log with all others; of a bundle that does not start the reason, not the framework's
 * stack.
 */
final class FrameworkLog extends Logger {

    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger("org.apache.felix.framework");

    @Override
    @SuppressWarnings("rawtypes")
    protected void doLog(Bundle bundle, ServiceReference reference, int level, String message, Throwable problem) {
        if (bundle != null && problem instanceof BundleException e) {
            LOG.error("bundle {} does not start: {}", Diagnosis.name(bundle), Diagnosis.reason(e));
        } else {
            doLog(level, bundle == null ? message : Diagnosis.name(bundle) + ": " + message, problem);
        }
    }

    @Override
    protected void doLog(int level, String message, Throwable problem) {
        switch (level) {
            case LOG_ERROR -> LOG.error(message, problem);
            case LOG_WARNING -> LOG.warn(message, problem);
            case LOG_INFO -> LOG.info(message, problem);
            default -> LOG.debug(message, problem);
        }
    }
}
