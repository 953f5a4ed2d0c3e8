package org.geometryos.compositor.tiles.files;

import java.nio.file.Path;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.geometryos.compositor.api.tiles.TileOp;
import org.geometryos.compositor.api.tiles.TileService;
import org.geometryos.compositor.api.tiles.TileSource;
import org.geometryos.compositor.configuration.Configured;
import org.geometryos.compositor.io.files.StateFolder;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.ComponentConstants;

/** One configuration as one {@link TileSource}. Calls come one at a time. */
final class PlaceService {
    private final BundleContext context;
    private final String pid;
    private final Configured<PlaceSettings> configured;
    private final Supplier<TileService> tiles;
    private PlaceSettings inForce;
    private Place place;
    private ServiceRegistration<TileSource> registration;

    /**
     * @param config that describes the configuration
     * @param settings makes them of the properties and the data folder
     * @param tiles who keeps tiles, or null while it is away
     */
    PlaceService(
            BundleContext context,
            Class<?> config,
            Map<String, Object> properties,
            BiFunction<Map<String, Object>, Path, PlaceSettings> settings,
            Supplier<TileService> tiles) {
        this.context = context;
        this.tiles = tiles;
        pid = String.valueOf(properties.get("service.pid"));
        Path data = StateFolder.root(context);
        configured = Configured.ofOne(context, pid, config, values -> settings.apply(values, data));
        configured.begin(properties).ifPresent(this::take);
    }

    void modified(Map<String, Object> properties) {
        configured.change(properties).ifPresent(this::take);
    }

    private void take(PlaceSettings changed) {
        if (changed.equals(inForce)) {
            return;
        }
        PlaceSettings before = inForce;
        boolean another = before != null
                && !before.tileset().id().equals(changed.tileset().id());
        unregister(another);
        if (another) {
            drop(before);
        }
        inForce = changed;
        place = changed.place();
        registration = context.registerService(TileSource.class, place, new Hashtable<>(Map.of("service.pid", pid)));
    }

    /**
     * Its tiles stay, unless the configuration was deleted.
     *
     * @param reason of the component runtime
     */
    void deactivate(int reason) {
        boolean deleted = reason == ComponentConstants.DEACTIVATION_REASON_CONFIGURATION_DELETED;
        unregister(deleted);
        if (deleted && inForce != null) {
            drop(inForce);
        }
        configured.close(deleted);
    }

    private void unregister(boolean gone) {
        if (registration != null) {
            registration.unregister();
            registration = null;
            place.close(gone);
        }
    }

    private void drop(PlaceSettings gone) {
        TileService service = tiles.get();
        if (service != null) {
            service.change(Shelf.DRIVER, List.of(new TileOp.Drop(gone.tileset().id())), List.of(), Optional.empty());
        }
    }
}
