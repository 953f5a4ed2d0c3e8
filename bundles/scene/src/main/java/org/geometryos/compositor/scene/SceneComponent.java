package org.geometryos.compositor.scene;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.control.CameraBridge;
import org.geometryos.compositor.api.control.SceneEditor;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Fence;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.api.scene.SceneOp;
import org.geometryos.compositor.api.scene.SceneOutcome;
import org.geometryos.compositor.api.scene.SceneService;
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

/**
 * The scene as a service: follows the journal and the camera bridge as they come and go, and stores what has changed.
 */
@Requirement(
        namespace = "osgi.service",
        filter = "(objectClass=org.geometryos.compositor.api.journal.Journal)",
        effective = "active")
@Requirement(
        namespace = "osgi.service",
        filter = "(objectClass=org.geometryos.compositor.api.control.CameraBridge)",
        effective = "active")
@Component(
        service = {SceneService.class, SceneEditor.class},
        immediate = true,
        configurationPid = SceneConfig.PID)
@Designate(ocd = SceneConfig.class)
public final class SceneComponent implements SceneService, SceneEditor {
    private static final Logger LOG = LoggerFactory.getLogger(SceneComponent.class);
    /** How old the scene on disk may be, apart from what the disk takes. */
    private static final long SAVE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private static final long JOIN_MILLIS = 3_000;

    private final Configured<Settings> configured;
    private final StateFolder folder;
    private final SnapshotFile<Scene> store;
    private final SceneKeeper keeper;
    private final GuardedLoop saver;
    private volatile CameraBridge cameras;
    private ServiceRegistration<?> health;

    @Activate
    public SceneComponent(BundleContext context, Map<String, Object> configuration) {
        this(context, StateFolder.open(context, "scene"), configuration);
        health = Health.register(context, "scene file", () -> Health.warnings("scene file", store.problems()));
    }

    private SceneComponent(BundleContext context, StateFolder folder, Map<String, Object> configuration) {
        this(context, folder, folder.file("scene.json"), configuration);
    }

    /**
     * @param context null without a framework
     * @param folder to be closed at the end, or null
     */
    SceneComponent(BundleContext context, StateFolder folder, WholeFile file, Map<String, Object> configuration) {
        configured = Configured.of(context, SceneConfig.PID, SceneConfig.class, Settings::of);
        this.folder = folder;
        store = SceneStore.of(file);
        Settings settings = configured.start(configuration);
        keeper = new SceneKeeper(() -> cameras, store.stored(), settings, TimeOfDay::micros);
        begin(settings);
        saver = GuardedLoop.withLastTurn("compositor-scene-store", this::save).start();
    }

    @Modified
    void modified(Map<String, Object> properties) {
        configured.change(properties).ifPresent(changed -> {
            keeper.configure(changed);
            begin(changed);
        });
    }

    /** The configuration may come after the component. */
    private void begin(Settings settings) {
        if (store.fresh()) {
            keeper.begin(settings.first());
        }
    }

    /**
     * Looks time and again instead of being woken: storing costs a transaction nothing, and another keeper's are
     * stored, too.
     */
    private long save() {
        store.save(keeper.scene());
        return SAVE_NANOS;
    }

    @Deactivate
    void deactivate() {
        if (!saver.stop(JOIN_MILLIS)) {
            LOG.warn("the scene could not be stored within {} ms", JOIN_MILLIS);
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
    void setCameras(CameraBridge next) {
        cameras = next;
    }

    void unsetCameras(CameraBridge old) {
        if (cameras == old) {
            cameras = null;
        }
    }

    @Override
    public Answer<SceneOutcome> change(Driver driver, List<SceneOp> ops, Optional<CameraUpdate> camera) {
        return keeper.change(driver, ops, camera);
    }

    @Override
    public Answer<Optional<SceneOutcome>> change(
            Driver driver,
            List<SceneOp> ops,
            Optional<CameraUpdate> camera,
            Journal sequence,
            Fence fence,
            Function<Change.SceneChanged, Change> change) {
        return keeper.change(driver, ops, camera, sequence, fence, change);
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
