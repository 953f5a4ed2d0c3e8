package org.geometryos.compositor.wall;

import jakarta.servlet.Servlet;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.geometryos.compositor.api.connection.ConnectionManager;
import org.geometryos.compositor.api.connection.Session;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.value.TimeOfDay;
import org.geometryos.compositor.api.wall.MemberReport;
import org.geometryos.compositor.api.wall.Picture;
import org.geometryos.compositor.api.wall.WallDeclaration;
import org.geometryos.compositor.api.wall.WallFigures;
import org.geometryos.compositor.api.wall.Walls;
import org.geometryos.compositor.configuration.Problems;
import org.geometryos.compositor.health.GuardedLoop;
import org.geometryos.compositor.health.Health;
import org.geometryos.compositor.io.files.StateFolder;
import org.geometryos.compositor.io.files.WholeFile;
import org.geometryos.compositor.io.http.access.Access;
import org.geometryos.compositor.transport.api.ReadGate;
import org.osgi.annotation.bundle.Requirement;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.ConfigurationListener;
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

/** The walls as a service: follows what is declared, and looks at the walls time and again. */
@Requirement(
        namespace = "osgi.service",
        filter = "(objectClass=org.geometryos.compositor.api.journal.Journal)",
        effective = "active")
@Requirement(
        namespace = "osgi.service",
        filter = "(objectClass=org.geometryos.compositor.api.connection.ConnectionManager)",
        effective = "active")
@Requirement(
        namespace = "osgi.service",
        filter = "(objectClass=org.geometryos.compositor.transport.api.ReadGate)",
        effective = "active")
@Component(
        service = {Walls.class, ConfigurationListener.class},
        immediate = true)
@RequireHttpWhiteboard
public final class WallComponent implements Walls, ConfigurationListener {
    private static final Logger LOG = LoggerFactory.getLogger(WallComponent.class);
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long JOIN_MILLIS = 3_000;
    /** Who is connected is looked up no more often than this. */
    private static final long CONNECTED_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Problems problems;
    private final DeclaredWalls declared;
    private final StateFolder folder;
    private final WholeFile file;
    private final KeptWalls kept;
    private final WallKeeper keeper;
    private final ServiceRegistration<?> health;
    private final ServiceRegistration<Servlet> servlet;
    private final GuardedLoop loop = GuardedLoop.of("compositor-wall", this::look);

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile ReadGate gate;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile ConnectionManager connections;

    private volatile Journal journal;
    /** Whether configurations have changed since they were read. */
    private volatile boolean stale = true;

    private volatile Connected connected = new Connected(Set.of(), System.nanoTime() - CONNECTED_NANOS);

    private record Connected(Set<String> displays, long at) {}

    /** The services around, each of which may be away. */
    private final class Around implements Neighbours {
        @Override
        public Optional<Sequence> sequence() {
            return Optional.ofNullable(journal).map(JournalSequence::new);
        }

        @Override
        public boolean writes() {
            return file.mine();
        }

        @Override
        public void assigned(String display, Optional<String> wall) {
            ConnectionManager manager = connections;
            if (manager != null) {
                manager.assigned(display, wall);
            }
        }

        @Override
        public boolean connected(String display) {
            return displays().contains(display);
        }

        @Override
        public long micros() {
            return TimeOfDay.micros();
        }
    }

    @Activate
    public WallComponent(
            BundleContext context,
            @Reference ConfigurationAdmin admin,
            @Reference ServiceReference<ConfigurationAdmin> adminReference) {
        problems = new Problems(context, WallDeclaration.FACTORY_PID, WallConfig.class);
        StoredConfigurations stored = new StoredConfigurations(context, admin, this::declare);
        declared = new DeclaredWalls(admin, adminReference, problems, stored::lasts);
        folder = StateFolder.open(context, "walls");
        file = folder.file("walls.json");
        kept = new KeptWalls(file);
        keeper = new WallKeeper(new Around(), kept.take(TimeOfDay.micros()));
        health = Health.register(context, "walls", () -> Health.warnings("walls", keeper.problems()));
        servlet = context.registerService(
                Servlet.class,
                new WallsServlet(new WallRequests(keeper, stored), new Access(() -> gate)),
                new Hashtable<>(Map.of(
                        "osgi.http.whiteboard.servlet.name",
                        "compositor-walls",
                        "osgi.http.whiteboard.servlet.asyncSupported",
                        true,
                        "osgi.http.whiteboard.servlet.pattern",
                        new String[] {WallsServlet.PATH, WallsServlet.PATTERN})));
        loop.start();
    }

    @Deactivate
    void deactivate() {
        servlet.unregister();
        if (!loop.stop(JOIN_MILLIS)) {
            LOG.warn("the thread of the walls did not end within {} ms", JOIN_MILLIS);
        }
        kept.write(keeper.states(), TimeOfDay.micros());
        folder.close();
        health.unregister();
        problems.close();
    }

    private long look() {
        if (stale) {
            declare();
        } else {
            keeper.look();
        }
        return LOOK_NANOS;
    }

    private synchronized void declare() {
        // without the sequence it is not known what stands, and so what a broken configuration leaves standing
        if (journal == null && !keeper.read()) {
            return;
        }
        stale = false;
        declared.read(keeper.inForce()).ifPresentOrElse(keeper::declare, () -> stale = true);
    }

    /** Another wall is declared, or another way. */
    @Override
    public void configurationEvent(ConfigurationEvent event) {
        if (DeclaredWalls.concerns(event)) {
            stale = true;
            loop.wake();
        }
    }

    private Set<String> displays() {
        Connected known = connected;
        if (System.nanoTime() - known.at() < CONNECTED_NANOS) {
            return known.displays();
        }
        ConnectionManager manager = connections;
        Set<String> now = manager == null
                ? Set.of()
                : manager.sessions().stream()
                        .filter(Session::connected)
                        .map(Session::display)
                        .collect(Collectors.toUnmodifiableSet());
        connected = new Connected(now, System.nanoTime());
        return now;
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setJournal(Journal next) {
        journal = next;
        loop.wake();
    }

    void unsetJournal(Journal old) {
        if (journal == old) {
            journal = null;
        }
    }

    @Override
    public Optional<String> wallOf(String display) {
        return keeper.wallOf(display);
    }

    @Override
    public int report(String display, MemberReport report) {
        return keeper.report(display, report);
    }

    @Override
    public List<WallFigures> walls() {
        return keeper.walls();
    }

    @Override
    public Optional<WallFigures> wall(String name) {
        return keeper.wall(name);
    }

    @Override
    public boolean show(String wall, Optional<Picture> picture) {
        return keeper.show(wall, picture);
    }

    @Override
    public long ignoredReports() {
        return keeper.ignoredReports();
    }
}
