package org.geometryos.compositor.observe;

import jakarta.servlet.Servlet;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.geometryos.compositor.health.Health;
import org.geometryos.compositor.http.access.Access;
import org.geometryos.compositor.transport.api.ReadGate;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.servlet.whiteboard.annotations.RequireHttpWhiteboard;

/**
 * Serves the health of the host, and adds what no part can say of itself: which bundles and components are not there.
 */
@Component(
        service = {},
        immediate = true)
@RequireHttpWhiteboard
public final class ObserveComponent {
    private final BundleContext context;
    private final SideBySide sideBySide;
    private final ServiceRegistration<Servlet> servlet;
    private final ServiceRegistration<?> health;
    private volatile ReadGate gate;
    private volatile ServiceComponentRuntime components;

    @Activate
    public ObserveComponent(BundleContext context) {
        this.context = context;
        Bundles bundles = new Bundles(context);
        Components unsatisfied = new Components(() -> components);
        Lasting lasting = new Lasting(System::nanoTime);
        health = Health.register(
                context,
                "bundles",
                () -> new Health("bundles", lasting.of(bundles.problems(), unsatisfied.problems()), List.of()));
        servlet = context.registerService(
                Servlet.class,
                new HealthServlet(new HostReport(context, bundles, unsatisfied), new Access(() -> gate)),
                new Hashtable<>(Map.of(
                        "osgi.http.whiteboard.servlet.name",
                        "compositor-health",
                        "osgi.http.whiteboard.servlet.pattern",
                        HealthServlet.PATH)));
        sideBySide = new SideBySide(bundles);
        sideBySide.open(context);
    }

    @Deactivate
    void deactivate() {
        context.removeBundleListener(sideBySide);
        servlet.unregister();
        health.unregister();
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setGate(ReadGate next) {
        gate = next;
    }

    void unsetGate(ReadGate old) {
        if (gate == old) {
            gate = null;
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setComponents(ServiceComponentRuntime next) {
        components = next;
    }

    void unsetComponents(ServiceComponentRuntime old) {
        if (components == old) {
            components = null;
        }
    }
}
