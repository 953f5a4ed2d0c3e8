package org.geometryos.compositor.metrics;

import jakarta.servlet.Servlet;
import java.lang.management.ManagementFactory;
import java.util.Hashtable;
import java.util.Map;
import javax.management.JMException;
import javax.management.ObjectName;
import org.geometryos.compositor.api.metrics.Meter;
import org.geometryos.compositor.health.Health;
import org.geometryos.compositor.io.http.access.Access;
import org.geometryos.compositor.transport.api.ReadGate;
import org.osgi.annotation.bundle.Requirement;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.servlet.whiteboard.annotations.RequireHttpWhiteboard;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves the figures of all meters, over HTTP and JMX. */
@Requirement(
        namespace = "osgi.service",
        filter = "(objectClass=org.geometryos.compositor.transport.api.ReadGate)",
        effective = "active")
@Component(
        service = {},
        immediate = true)
@RequireHttpWhiteboard
public final class MetricsComponent {
    private static final Logger LOG = LoggerFactory.getLogger(MetricsComponent.class);

    private final Figures figures = new Figures(System::nanoTime);
    private final MetricsServlet servlet = new MetricsServlet(figures, new Access(this::gate));
    private final ServiceRegistration<Servlet> served;
    private final ServiceRegistration<?> health;
    private final boolean managed;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile ReadGate gate;

    @Activate
    public MetricsComponent(BundleContext context) {
        health = Health.register(context, "metrics", figures::health);
        managed = manage();
        served = context.registerService(
                Servlet.class,
                servlet,
                new Hashtable<>(Map.of(
                        "osgi.http.whiteboard.servlet.name",
                        "compositor-metrics",
                        "osgi.http.whiteboard.servlet.asyncSupported",
                        true,
                        "osgi.http.whiteboard.servlet.pattern",
                        MetricsServlet.PATH)));
    }

    /** Two hosts in one process share its MBeans: the first one has the name. */
    private boolean manage() {
        try {
            ManagementFactory.getPlatformMBeanServer()
                    .registerMBean(new MetricsBean(figures), new ObjectName(MetricsBean.NAME));
            return true;
        } catch (JMException e) {
            LOG.warn("the figures are not there over JMX: {}", e.toString());
            return false;
        }
    }

    @Deactivate
    void deactivate() throws JMException {
        served.unregister();
        if (managed) {
            ManagementFactory.getPlatformMBeanServer().unregisterMBean(new ObjectName(MetricsBean.NAME));
        }
        health.unregister();
    }

    private ReadGate gate() {
        return gate;
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addMeter(Meter meter) {
        figures.add(meter);
    }

    void removeMeter(Meter meter) {
        figures.remove(meter);
    }
}
