package org.geometryos.compositor.observe;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.geometryos.compositor.api.recording.Recorder;
import org.geometryos.compositor.health.Health;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The part {@code recording} in place of a recorder that is away although its configuration switches it on. One thread
 * looks, and {@link #close} comes after it.
 */
final class UnrecordedPart {
    static final String PART = "recording";
    private static final Logger LOG = LoggerFactory.getLogger(UnrecordedPart.class);
    private static final String PID = "org.geometryos.compositor.recorder";

    private final BundleContext context;
    private final Lasting lasting;
    private ServiceRegistration<?> registration;

    UnrecordedPart(BundleContext context, LongSupplier nanos) {
        this.context = context;
        this.lasting = new Lasting(nanos);
    }

    void look() {
        boolean there = context.getServiceReference(Recorder.class) != null;
        List<Health.Problem> problems = problems(there, there ? Optional.empty() : enabled());
        if (problems.isEmpty()) {
            close();
        } else if (registration == null) {
            registration = Health.register(context, PART, () -> new Health(PART, problems, List.of()));
        }
    }

    /**
     * @param there whether there is a recorder, which tells its own problems
     * @param enabled what its configuration says of that; empty if it says nothing
     */
    List<Health.Problem> problems(boolean there, Optional<Object> enabled) {
        boolean missed = !there
                && enabled.filter(value -> String.valueOf(value).strip().equalsIgnoreCase("true"))
                        .isPresent();
        return lasting.of(
                missed
                        ? List.of(new Health.Problem(
                                Health.Level.DOWN,
                                "nothing is recorded although enabled = true: no bundle records, as " + PID + " does"))
                        : List.of());
    }

    private Optional<Object> enabled() {
        ServiceReference<ConfigurationAdmin> reference = context.getServiceReference(ConfigurationAdmin.class);
        ConfigurationAdmin admin = reference == null ? null : context.getService(reference);
        if (admin == null) {
            return Optional.empty();
        }
        try {
            Configuration[] found = admin.listConfigurations("(service.pid=" + PID + ")");
            return found == null || found[0].getProperties() == null
                    ? Optional.empty()
                    : Optional.ofNullable(found[0].getProperties().get("enabled"));
        } catch (IOException | InvalidSyntaxException | IllegalStateException e) {
            LOG.debug("the configuration of the recorder cannot be read", e);
            return Optional.empty();
        } finally {
            context.ungetService(reference);
        }
    }

    void close() {
        if (registration != null) {
            registration.unregister();
            registration = null;
        }
    }
}
