package org.geometryos.compositor.observe;

import jakarta.servlet.Servlet;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    private final List<ServiceRegistration<Servlet>> servlets;
    private final List<ServiceRegistration<?>> parts;
    private volatile ReadGate gate;
    private volatile ServiceComponentRuntime components;

    @Activate
    public ObserveComponent(BundleContext context) {
        this.context = context;
        Bundles bundles = new Bundles(context);
        Components unsatisfied = new Components(() -> components);
        Lasting lasting = new Lasting(System::nanoTime);
        Serving serving = new Serving(context, Optional::empty);
        Lasting lastingAbsence = new Lasting(System::nanoTime);
        parts = List.of(
                Health.register(
                        context,
                        "bundles",
                        () -> new Health("bundles", lasting.of(bundles.problems(), unsatisfied.problems()), List.of())),
                Health.register(
                        context,
                        "serving",
                        () -> new Health(
                                "serving",
                                lastingAbsence.of(serving.missing().stream()
                                        .map(text -> new Health.Problem(Health.Level.DOWN, text))
                                        .toList()),
                                List.of())));
        servlets = List.of(
                serve(
                        "compositor-health",
                        new HealthServlet(new HostReport(context, bundles, unsatisfied), new Access(() -> gate)),
                        HealthServlet.PATH),
                serve("compositor-probes", new ProbeServlet(serving), ProbeServlet.LIVE, ProbeServlet.READY));
        sideBySide = new SideBySide(bundles);
        sideBySide.open(context);
    }

    private ServiceRegistration<Servlet> serve(String name, Servlet servlet, String... patterns) {
        return context.registerService(
                Servlet.class,
                servlet,
                new Hashtable<>(Map.of(
                        "osgi.http.whiteboard.servlet.name", name, "osgi.http.whiteboard.servlet.pattern", patterns)));
    }

    @Deactivate
    void deactivate() {
        context.removeBundleListener(sideBySide);
        servlets.forEach(ServiceRegistration::unregister);
        parts.forEach(ServiceRegistration::unregister);
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
