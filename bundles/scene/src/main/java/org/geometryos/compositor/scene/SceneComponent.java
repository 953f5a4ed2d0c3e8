package org.geometryos.compositor.scene;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.geometryos.compositor.api.camera.CameraBridge;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.api.scene.SceneOp;
import org.geometryos.compositor.api.scene.SceneOutcome;
import org.geometryos.compositor.api.scene.SceneService;
import org.geometryos.compositor.files.StateFolder;
import org.geometryos.compositor.files.WholeFile;
import org.geometryos.compositor.health.GuardedLoop;
import org.geometryos.compositor.health.Health;
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

/** The scene as a service: follows the journal and the camera bridge as they come and go, and stores what has changed. */
@Component(service = SceneService.class, immediate = true, configurationPid = SceneConfig.PID)
@Designate(ocd = SceneConfig.class)
public final class SceneComponent implements SceneService {
    private static final Logger LOG = LoggerFactory.getLogger(SceneComponent.class);
    /** How old the scene on disk may be, apart from what the disk takes. */
    private static final long SAVE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long JOIN_MILLIS = 3_000;

    private final StateFolder folder;
    private final SceneStore store;
    private final SceneKeeper keeper;
    private final GuardedLoop saver;
    private volatile CameraBridge cameras;
    private ServiceRegistration<?> health;

    @Activate
    public SceneComponent(BundleContext context, SceneConfig config) {
        this(StateFolder.open(context, "scene"), config);
        health = Health.register(context, "scene file", () -> Health.warnings("scene file", store.problems()));
    }

    private SceneComponent(StateFolder folder, SceneConfig config) {
        this(folder, folder.file("scene.json"), config);
    }

    /** @param folder to be closed at the end, or null */
    SceneComponent(StateFolder folder, WholeFile file, SceneConfig config) {
        this.folder = folder;
        store = new SceneStore(file);
        keeper = new SceneKeeper(() -> cameras, store.stored(), orDefaults(config));
        saver = GuardedLoop.withLastTurn("compositor-scene-store", this::save).start();
    }

    /** The configuration, or the defaults in place of one that breaks a rule: a slip in a file must not keep the host from starting. */
    private static Settings orDefaults(SceneConfig config) {
        try {
            return Settings.of(config);
        } catch (RuntimeException e) {
            LOG.error("{}: {}; the defaults are in force", SceneConfig.PID, e.getMessage());
            return Settings.of((SceneConfig) Proxy.newProxyInstance(SceneConfig.class.getClassLoader(), new Class<?>[] {SceneConfig.class},
                    (proxy, method, arguments) -> method.getDefaultValue()));
        }
    }

    @Modified
    void modified(SceneConfig config) {
        try {
            keeper.settings(Settings.of(config));
        } catch (RuntimeException e) {
            LOG.error("{}: {}; the configuration before it stays in force", SceneConfig.PID, e.getMessage());
        }
    }

    /** Looks time and again instead of being woken: storing costs a transaction nothing, and another keeper's are stored, too. */
    private long save() {
        store.save(keeper.scene());
        return SAVE_NANOS;
    }

    @Deactivate
    void deactivate() {
        if (!saver.stop(JOIN_MILLIS)) {
            LOG.warn("the scene could not be stored within {} ms", JOIN_MILLIS);
        }
        if (folder != null) {
            health.unregister();
            folder.close();
        }
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    void setJournal(Journal journal) {
        keeper.journal(journal);
    }

    void unsetJournal(Journal journal) {
        keeper.journalGone(journal);
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    void setCameras(CameraBridge next) {
        cameras = next;
    }

    void unsetCameras(CameraBridge old) {
        if (cameras == old) {
            cameras = null;
        }
    }

    @Override
    public SceneOutcome change(Driver driver, List<SceneOp> ops, Optional<CameraUpdate> camera) {
        return keeper.change(driver, ops, camera);
    }

    @Override
    public Scene scene() {
        return keeper.scene();
    }

    @Override
    public int maxModels() {
        return keeper.maxModels();
    }
}
