package org.geometryos.compositor.tiles.files;

import jakarta.servlet.Servlet;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.geometryos.compositor.api.tiles.TileService;
import org.geometryos.compositor.api.tiles.TileSource;
import org.geometryos.compositor.configuration.Configured;
import org.geometryos.compositor.health.Health;
import org.geometryos.compositor.io.http.access.Access;
import org.geometryos.compositor.transport.api.ReadGate;
import org.osgi.annotation.bundle.Requirement;
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
import org.osgi.service.servlet.whiteboard.annotations.RequireHttpWhiteboard;

/** Looks after the sources of tiles, and registers the servlet that serves their pictures. */
@Requirement(
        namespace = "osgi.service",
        filter = "(objectClass=org.geometryos.compositor.api.tiles.TileService)",
        effective = "active")
@Requirement(
        namespace = "osgi.service",
        filter = "(objectClass=org.geometryos.compositor.transport.api.ReadGate)",
        effective = "active")
@Component(
        service = {},
        immediate = true,
        configurationPid = FilesConfig.PID)
@Designate(ocd = FilesConfig.class)
@RequireHttpWhiteboard
public final class FilesComponent {
    private static final String PART = "tiles.files";

    private final Configured<Settings> configured;
    private final Room room = new Room(() -> this.settings.maxBytes());
    private final Shelves shelves;
    private final ServiceRegistration<Servlet> servlet;
    private final ServiceRegistration<?> health;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile ReadGate gate;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile TileService tiles;

    private volatile Settings settings;

    @Activate
    public FilesComponent(BundleContext context, Map<String, Object> configuration) {
        configured = Configured.of(context, FilesConfig.PID, FilesConfig.class, Settings::of);
        settings = configured.start(configuration);
        shelves = new Shelves((tileset, source) -> new SourceWatch(
                tileset, source, new Shelf(source, () -> settings, room, System::currentTimeMillis), () -> tiles));
        health = Health.register(context, PART, this::health);
        servlet = context.registerService(
                Servlet.class,
                new TilesServlet(shelves, room, new Access(() -> gate)),
                new Hashtable<>(Map.of(
                        "osgi.http.whiteboard.servlet.name",
                        "compositor-tiles",
                        "osgi.http.whiteboard.servlet.pattern",
                        TilesServlet.PATTERN,
                        "osgi.http.whiteboard.servlet.asyncSupported",
                        true)));
    }

    private Health health() {
        return new Health(
                PART,
                Health.warnings(PART, shelves.problems()).problems(),
                List.of(new Health.Budget("pictures on their way", room.used(), settings.maxBytes(), "bytes")));
    }

    @Modified
    void modified(Map<String, Object> properties) {
        configured.change(properties).ifPresent(changed -> {
            settings = changed;
            shelves.lookAgain();
        });
    }

    @Deactivate
    void deactivate() {
        servlet.unregister();
        shelves.close();
        health.unregister();
        configured.close();
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addSource(TileSource source, ServiceReference<TileSource> reference) {
        int ranking = reference.getProperty(Constants.SERVICE_RANKING) instanceof Integer number ? number : 0;
        shelves.add((Long) reference.getProperty(Constants.SERVICE_ID), ranking, source);
    }

    void removeSource(TileSource source, ServiceReference<TileSource> reference) {
        shelves.remove((Long) reference.getProperty(Constants.SERVICE_ID));
    }
}
