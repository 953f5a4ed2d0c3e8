package org.geometryos.compositor.observe;

import jakarta.servlet.Servlet;
import java.lang.management.ManagementFactory;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.geometryos.compositor.configuration.Configured;
import org.geometryos.compositor.health.Health;
import org.geometryos.compositor.health.LoopbackPass;
import org.geometryos.compositor.io.files.StateFolder;
import org.geometryos.compositor.io.http.access.Access;
import org.geometryos.compositor.transport.api.LinkListener;
import org.geometryos.compositor.transport.api.ReadGate;
import org.geometryos.compositor.transport.api.Transport;
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
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.servlet.whiteboard.annotations.RequireHttpWhiteboard;

/**
 * Serves the health of the host, and adds what no part can say of itself: which bundles and components are not there.
 */
@Requirement(
        namespace = "osgi.service",
        filter = "(objectClass=org.geometryos.compositor.transport.api.ReadGate)",
        effective = "active")
@Requirement(
        namespace = "osgi.service",
        filter = "(objectClass=org.geometryos.compositor.transport.api.Transport)",
        effective = "active")
@Component(
        service = {},
        immediate = true,
        configurationPid = ObserveConfig.PID)
@Designate(ocd = ObserveConfig.class)
@RequireHttpWhiteboard
public final class ObserveComponent {
    /**
     * Framework property: whether the process is the host's alone, so that its garbage may be collected while nothing
     * is shown.
     */
    static final String COLLECTS = "compositor.collects";
    /** The property of a host that has just started: so many connections to itself compile what a connection takes. */
    static final String WARMS = "compositor.warms";

    private final BundleContext context;
    private final SideBySide sideBySide;
    private final List<ServiceRegistration<Servlet>> servlets;
    private final List<ServiceRegistration<?>> parts;
    private static final long YOUNG_MILLIS = 60_000;

    private final Configured<Settings> configured;
    private final UnrecordedPart unrecorded;
    private final Checks checks;
    private volatile Settings settings;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile ReadGate gate;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile ServiceComponentRuntime components;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile Transport transport;

    @Activate
    public ObserveComponent(BundleContext context, Map<String, Object> configuration) {
        this.context = context;
        configured = Configured.of(context, ObserveConfig.PID, ObserveConfig.class, Settings::of);
        settings = configured.start(configuration);
        OwnPorts ports = new OwnPorts(context);
        Loopback loopback =
                new Loopback(() -> ports.first("http").or(() -> ports.first("https")), System::nanoTime, warms());
        Bundles bundles = new Bundles(context);
        Components unsatisfied = new Components(() -> components);
        Lasting lasting = new Lasting(System::nanoTime);
        Serving serving = new Serving(context, loopback::problem);
        HostReport report = new HostReport(context, bundles, unsatisfied);
        unrecorded = new UnrecordedPart(context, System::nanoTime);
        UnreadConfigurations unread =
                new UnreadConfigurations(context, new KnownPids(context, () -> components), System::nanoTime);
        IdleCollection idle = new IdleCollection(() -> transport, System::nanoTime, System::gc);
        boolean collects = Boolean.parseBoolean(context.getProperty(COLLECTS));
        checks =
                new Checks(() -> settings, Disk.of(StateFolder.root(context)), new Certificate(ports), loopback, () -> {
                    if (collects) {
                        idle.look();
                    }
                    unread.look();
                    unrecorded.look();
                    report.level();
                });
        MissingBundles missing = new MissingBundles(System::nanoTime);
        Lasting lastingAbsence = new Lasting(System::nanoTime);
        parts = List.of(
                context.registerService(LinkListener.class, idle, null),
                Health.register(
                        context,
                        "bundles",
                        () -> new Health(
                                "bundles",
                                Stream.concat(
                                                lasting.of(bundles.problems(), unsatisfied.problems()).stream(),
                                                missing
                                                        .of(report.distribution(), bundles.ours(), bundles.installed())
                                                        .stream())
                                        .toList(),
                                List.of())),
                Health.register(
                        context,
                        "serving",
                        () -> new Health(
                                "serving",
                                lastingAbsence.of(serving.missing().stream()
                                        .map(text -> new Health.Problem(Health.Level.DOWN, text))
                                        .toList()),
                                List.of())),
                Health.register(context, UnreadConfigurations.PART, unread::health),
                Health.register(context, "disk", checks::disk),
                Health.register(context, "certificate", checks::certificate),
                Health.register(context, "loopback", checks::loopback),
                context.registerService(
                        Predicate.class, loopback, new Hashtable<>(Map.of(LoopbackPass.PROPERTY, "pass"))));
        servlets = List.of(
                serve("compositor-health", new HealthServlet(report, new Access(() -> gate)), HealthServlet.PATH),
                serve("compositor-probes", new ProbeServlet(serving), ProbeServlet.LIVE, ProbeServlet.READY));
        sideBySide = new SideBySide(bundles);
        sideBySide.open(context);
        checks.start();
    }

    /** Not when this bundle is replaced: then all is compiled. */
    private int warms() {
        boolean young = ManagementFactory.getRuntimeMXBean().getUptime() < YOUNG_MILLIS;
        String connections = context.getProperty(WARMS);
        return young && connections != null ? Integer.parseInt(connections) : 0;
    }

    @Modified
    void modified(Map<String, Object> properties) {
        configured.change(properties).ifPresent(changed -> settings = changed);
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
        checks.stop();
        unrecorded.close();
        context.removeBundleListener(sideBySide);
        servlets.forEach(ServiceRegistration::unregister);
        parts.forEach(ServiceRegistration::unregister);
        configured.close();
    }
}
