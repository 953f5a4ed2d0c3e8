package org.geometryos.compositor.http.guard;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.felix.http.jetty.ConnectorFactory;
import org.geometryos.compositor.configuration.Configured;
import org.geometryos.compositor.health.GuardedLoop;
import org.geometryos.compositor.health.Health;
import org.geometryos.compositor.transport.api.SocketRoom;
import org.geometryos.compositor.transport.api.Transport;
import org.osgi.annotation.bundle.Capability;
import org.osgi.annotation.bundle.Requirement;
import org.osgi.framework.BundleContext;
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
import org.osgi.service.servlet.whiteboard.Preprocessor;

/**
 * Watches the connectors of the HTTP service while the bundle runs. WebSockets belong to the transport and are out of
 * its sight, so it comes and goes without closing any.
 */
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=org.geometryos.compositor.transport.api.SocketRoom")
@Requirement(
        namespace = "osgi.service",
        filter = "(objectClass=org.geometryos.compositor.transport.api.Transport)",
        effective = "active")
@Component(
        service = {},
        immediate = true,
        configurationPid = GuardConfig.PID)
@Designate(ocd = GuardConfig.class)
public final class GuardComponent {
    private static final long TICK = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long STOP_MILLIS = 1_000;

    private final Configured<Settings> configured;
    private final HeaderWatch watch;
    private final Restarting restarting = new Restarting();
    private final GuardedLoop clock;
    private final List<ServiceRegistration<?>> services;
    private volatile Settings settings;
    private volatile boolean leaving;
    /** While it is away no WebSocket is counted. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile Transport transport;

    @Activate
    public GuardComponent(BundleContext context, Map<String, Object> configuration) {
        configured = Configured.of(context, GuardConfig.PID, GuardConfig.class, Settings::of);
        settings = configured.start(configuration);
        watch = new HeaderWatch(() -> settings, Descriptors::look, this::links);
        clock = GuardedLoop.of("compositor-http-guard", this::tick).start();
        services = List.of(
                Health.register(context, "http", watch::health),
                context.registerService(SocketRoom.class, watch.budget()::roomForDisplay, null),
                // before the connectors, as it tells which requests the whiteboard has seen
                context.registerService(Preprocessor.class, restarting, null),
                context.registerService(
                        ConnectorFactory.class,
                        server -> new WatchConnector(server, watch, restarting, () -> leaving),
                        null));
    }

    private int links() {
        Transport now = transport;
        return now == null ? 0 : now.size();
    }

    private long tick() {
        watch.pass(System.nanoTime());
        return TICK;
    }

    @Modified
    void modified(Map<String, Object> properties) {
        configured.change(properties).ifPresent(changed -> settings = changed);
    }

    @Deactivate
    void deactivate() {
        leaving = true;
        List<ServiceRegistration<?>> last = new ArrayList<>(services);
        Collections.reverse(last);
        last.forEach(ServiceRegistration::unregister);
        clock.stop(STOP_MILLIS);
        watch.stop();
        configured.close();
    }
}
