package org.geometryos.compositor.tiles.world;

import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.tiles.TileOp;
import org.geometryos.compositor.api.tiles.TileService;
import org.geometryos.compositor.api.tiles.TileSource;
import org.geometryos.compositor.configuration.Configured;
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

/** Offers the world while it is wanted, and removes the tileset of a run that wanted it. */
@Component(
        service = {},
        immediate = true,
        configurationPid = WorldConfig.PID)
@Designate(ocd = WorldConfig.class)
public final class WorldComponent {
    private static final Driver DRIVER = new Driver("demo", Optional.empty(), 0);

    private final BundleContext context;
    private final Configured<Boolean> configured;
    private final World world = new World();
    // guarded by this
    private boolean shown;
    private TileService tiles;
    private ServiceRegistration<TileSource> registration;

    @Activate
    public WorldComponent(BundleContext context, Map<String, Object> configuration) {
        this.context = context;
        configured = Configured.of(context, WorldConfig.PID, WorldConfig.class, WorldConfig::shown);
        shown = configured.start(configuration);
        arrange();
    }

    @Modified
    synchronized void modified(Map<String, Object> configuration) {
        configured.change(configuration).ifPresent(wanted -> {
            shown = wanted;
            arrange();
        });
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    synchronized void bindTiles(TileService service) {
        tiles = service;
        arrange();
    }

    synchronized void unbindTiles(TileService service) {
        if (tiles == service) {
            tiles = null;
        }
    }

    private void arrange() {
        if (shown && registration == null) {
            registration = context.registerService(TileSource.class, world, new Hashtable<>());
        } else if (!shown) {
            unregister();
            drop();
        }
    }

    private void unregister() {
        if (registration != null) {
            registration.unregister();
            registration = null;
        }
    }

    /** A tileset of that name that is another one is somebody else's. */
    private void drop() {
        if (tiles != null
                && tiles.tiles()
                        .layer(World.NAME)
                        .filter(layer -> layer.tileset().equals(world.tileset()))
                        .isPresent()) {
            tiles.change(DRIVER, List.of(new TileOp.Drop(World.NAME)), List.of(), Optional.empty());
        }
    }

    @Deactivate
    synchronized void deactivate() {
        unregister();
        configured.close();
    }
}
