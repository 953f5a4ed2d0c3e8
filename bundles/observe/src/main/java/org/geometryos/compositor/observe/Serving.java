package org.geometryos.compositor.observe;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.geometryos.compositor.api.connection.ConnectionManager;
import org.geometryos.compositor.api.connection.Refusal;
import org.geometryos.compositor.api.connection.Role;
import org.geometryos.compositor.api.control.CameraBridge;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.journal.JournalListener;
import org.geometryos.compositor.transport.api.LinkHandler;
import org.geometryos.compositor.transport.api.LinkListener;
import org.geometryos.compositor.transport.api.Transport;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/** Whether a display that connects now would be served. Any thread. */
final class Serving {
    /** No peer has it: a limit of one address is not the host's. */
    private static final String ANY = "";
    /** What brings the journal to clients of another protocol. */
    private static final String DIALECT = "org.geometryos.compositor.protocol.Dialect";

    /** What serves a display, and the bundle that has it. */
    private static final Map<Class<?>, String> NEEDED = needed();

    private final BundleContext context;
    private final Supplier<Optional<String>> loopback;

    /** @param loopback why the last connection of the host to itself was not served, if it was not */
    Serving(BundleContext context, Supplier<Optional<String>> loopback) {
        this.context = context;
        this.loopback = loopback;
    }

    private static Map<Class<?>, String> needed() {
        Map<Class<?>, String> needed = new LinkedHashMap<>();
        needed.put(Journal.class, "journal");
        needed.put(CameraBridge.class, "camera");
        needed.put(ConnectionManager.class, "connections");
        needed.put(JournalListener.class, "broadcast");
        needed.put(LinkHandler.class, "endpoint");
        needed.put(Transport.class, "transport");
        return needed;
    }

    /** What is not there: a line for each. */
    List<String> missing() {
        return NEEDED.entrySet().stream()
                .filter(each -> !provided(each.getKey()))
                .map(each -> "no bundle provides " + each.getKey().getSimpleName() + ", as org.geometryos.compositor."
                        + each.getValue() + " does")
                .toList();
    }

    private boolean provided(Class<?> type) {
        // others listen to the journal as well; who brings it to displays also listens to their links, as do dialects
        String filter = type == JournalListener.class
                ? "(&(objectClass=" + LinkListener.class.getName() + ")(!(objectClass=" + DIALECT + ")))"
                : null;
        try {
            return !context.getServiceReferences(type, filter).isEmpty();
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @return why a display would not be served; empty if it would */
    Optional<String> obstacle() {
        return missing().stream().findFirst().or(this::full).or(loopback);
    }

    private Optional<String> full() {
        ServiceReference<ConnectionManager> reference = context.getServiceReference(ConnectionManager.class);
        ConnectionManager manager = reference == null ? null : context.getService(reference);
        if (manager == null) {
            return Optional.of("the connection manager is being replaced");
        }
        try {
            return manager.admit(ANY, Optional.empty(), Role.VIEW, false, false).map(Refusal::reason);
        } finally {
            context.ungetService(reference);
        }
    }
}
