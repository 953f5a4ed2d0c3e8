package org.geometryos.compositor.transport;

import jakarta.servlet.Servlet;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.geometryos.compositor.configuration.Configured;
import org.geometryos.compositor.health.Health;
import org.geometryos.compositor.transport.api.LinkHandler;
import org.geometryos.compositor.transport.api.LinkListener;
import org.geometryos.compositor.transport.api.SocketRoom;
import org.geometryos.compositor.transport.api.SocketWriter;
import org.geometryos.compositor.transport.api.Transport;
import org.osgi.annotation.bundle.Capability;
import org.osgi.annotation.bundle.Requirement;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;

/**
 * Keeps the {@link SocketTransport} while the bundle runs and offers it: as a service, and as a servlet (whiteboard).
 */
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=org.geometryos.compositor.transport.api.Transport")
@Requirement(
        namespace = "osgi.service",
        filter = "(objectClass=org.geometryos.compositor.transport.api.LinkHandler)",
        effective = "active")
@Component(
        service = {},
        immediate = true,
        configurationPid = TransportConfig.PID)
@Designate(ocd = TransportConfig.class)
public final class TransportComponent {
    private final BundleContext context;
    private final Configured<Settings> configured;
    private final SocketTransport transport;
    private final ServiceRegistration<Transport> service;
    private final ServiceRegistration<Servlet> servlet;
    private final ServiceRegistration<?> health;

    @Activate
    public TransportComponent(BundleContext context, Map<String, Object> configuration) {
        this.configured = Configured.of(context, TransportConfig.PID, TransportConfig.class, Settings::of)
                .moved("org.geometryos.compositor.http.guard", "headerSeconds", "handshakes", "httpConnections");
        this.context = context;
        this.transport = new SocketTransport(configured.start(configuration));
        this.service = context.registerService(Transport.class, transport, null);
        this.health = Health.register(
                context,
                "transport",
                () -> new Health("transport", List.of(), transport.holdings().health()));
        // registered by hand: a changed configuration must not register it anew, for that would drop all sockets
        Dictionary<String, Object> properties = new Hashtable<>(Map.of(
                "osgi.http.whiteboard.servlet.name",
                "compositor",
                "osgi.http.whiteboard.servlet.pattern",
                new String[] {UpgradeServlet.PATH, UpgradeServlet.STATUS}));
        this.servlet = context.registerService(
                Servlet.class,
                new UpgradeServlet(transport, new PartsHealth(() -> Health.all(context), System::nanoTime)),
                properties);
    }

    @Modified
    void modified(Map<String, Object> properties) {
        configured.change(properties).ifPresent(transport::configure);
    }

    @Deactivate
    void deactivate() {
        boolean shutdown = context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).getState() == Bundle.STOPPING;
        transport.stop(shutdown ? 1001 : 1012, shutdown ? "the host shuts down" : "the transport restarts");
        health.unregister();
        servlet.unregister();
        service.unregister();
        configured.close();
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    @SuppressWarnings("unchecked")
    void addHandler(LinkHandler handler, ServiceReference<LinkHandler> reference) {
        transport.add(handler, (Comparable<Object>) (Comparable<?>) reference);
    }

    void removeHandler(LinkHandler handler) {
        transport.remove(handler);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addListener(LinkListener listener) {
        transport.add(listener);
    }

    void removeListener(LinkListener listener) {
        transport.remove(listener);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addRoom(SocketRoom room) {
        transport.add(room);
    }

    void removeRoom(SocketRoom room) {
        transport.remove(room);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void addWriter(SocketWriter writer) {
        transport.add(writer);
    }

    void removeWriter(SocketWriter writer) {
        transport.remove(writer);
    }
}
