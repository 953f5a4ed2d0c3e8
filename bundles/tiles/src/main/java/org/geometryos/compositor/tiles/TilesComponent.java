package org.geometryos.compositor.tiles;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.control.SceneEditor;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.scene.SceneOp;
import org.geometryos.compositor.api.scene.SceneOutcome;
import org.geometryos.compositor.api.tiles.TileOp;
import org.geometryos.compositor.api.tiles.TileService;
import org.geometryos.compositor.api.tiles.Tiles;
import org.geometryos.compositor.api.value.Answer;
import org.geometryos.compositor.api.value.TimeOfDay;
import org.geometryos.compositor.configuration.Configured;
import org.geometryos.compositor.health.GuardedLoop;
import org.geometryos.compositor.health.Health;
import org.geometryos.compositor.io.files.StateFolder;
import org.geometryos.compositor.io.files.WholeFile;
import org.geometryos.compositor.io.state.SnapshotFile;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tiles as a service: follows the journal and the scene as they come and go, and stores what has changed. */
@Requirement(
        namespace = "osgi.service",
        filter = "(objectClass=org.geometryos.compositor.api.journal.Journal)",
        effective = "active")
@Component(service = TileService.class, immediate = true, configurationPid = TilesConfig.PID)
@Designate(ocd = TilesConfig.class)
public final class TilesComponent implements TileService {
    private static final Logger LOG = LoggerFactory.getLogger(TilesComponent.class);
    /** How old the tiles on disk may be, apart from what the disk takes. */
    private static final long SAVE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    /** Storing takes at most this part of the time: large sets are stored less often. */
    private static final long SAVE_PART = 5;

    private static final long JOIN_MILLIS = 3_000;

    private final Configured<Settings> configured;
    private final StateFolder folder;
    private final SnapshotFile<Tiles> store;
    private final TileKeeper keeper;
    private final GuardedLoop saver;
    private volatile SceneEditor scenes;
    private ServiceRegistration<?> health;

    @Activate
    public TilesComponent(BundleContext context, Map<String, Object> configuration) {
        this(context, StateFolder.open(context, "tiles"), configuration);
        health = Health.register(context, "tiles", this::health);
    }

    private TilesComponent(BundleContext context, StateFolder folder, Map<String, Object> configuration) {
        this(context, folder, folder.file("tiles.json"), configuration);
    }

    /**
     * @param context null without a framework
     * @param folder to be closed at the end, or null
     */
    TilesComponent(BundleContext context, StateFolder folder, WholeFile file, Map<String, Object> configuration) {
        configured = Configured.of(context, TilesConfig.PID, TilesConfig.class, Settings::of);
        this.folder = folder;
        store = TileStore.of(file);
        keeper = new TileKeeper(() -> scenes, store.stored(), configured.start(configuration), TimeOfDay::micros);
        saver = GuardedLoop.withLastTurn("compositor-tiles-store", this::save).start();
    }

    @Modified
    void modified(Map<String, Object> properties) {
        configured.change(properties).ifPresent(keeper::configure);
    }

    private Health health() {
        Tiles tiles = keeper.tiles();
        Settings limits = keeper.settings();
        return new Health(
                "tiles",
                Health.warnings("tiles", store.problems()).problems(),
                List.of(
                        new Health.Budget("tiles", tiles.size(), limits.maxTiles(), "tiles"),
                        new Health.Budget("sets of tiles", tiles.bytes(), limits.maxBytes(), "bytes")));
    }

    /**
     * Looks time and again instead of being woken: storing costs a transaction nothing, and another keeper's are
     * stored, too.
     */
    private long save() {
        long before = System.nanoTime();
        store.save(keeper.tiles());
        return Math.max(SAVE_NANOS, (System.nanoTime() - before) * SAVE_PART);
    }

    @Deactivate
    void deactivate() {
        if (!saver.stop(JOIN_MILLIS)) {
            LOG.warn("the tiles could not be stored within {} ms", JOIN_MILLIS);
        }
        configured.close();
        if (folder != null) {
            health.unregister();
            folder.close();
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setJournal(Journal journal) {
        keeper.setJournal(journal);
    }

    void unsetJournal(Journal journal) {
        keeper.journalGone(journal);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setScenes(SceneEditor next) {
        scenes = next;
    }

    void unsetScenes(SceneEditor old) {
        if (scenes == old) {
            scenes = null;
        }
    }

    @Override
    public Answer<SceneOutcome> change(
            Driver driver, List<TileOp> ops, List<SceneOp> scene, Optional<CameraUpdate> camera) {
        return keeper.change(driver, ops, scene, camera);
    }

    @Override
    public Tiles tiles() {
        return keeper.tiles();
    }
}
