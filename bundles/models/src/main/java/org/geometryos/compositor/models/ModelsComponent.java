package org.geometryos.compositor.models;

import jakarta.servlet.Servlet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.geometryos.compositor.api.camera.CameraSource;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.scene.ModelSource;
import org.geometryos.compositor.configuration.Configured;
import org.geometryos.compositor.health.GuardedLoop;
import org.geometryos.compositor.io.files.StateFolder;
import org.geometryos.compositor.io.http.access.Access;
import org.geometryos.compositor.transport.api.ReadGate;
import org.osgi.annotation.bundle.Requirement;
import org.osgi.framework.Bundle;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns the thread that looks after the models, and registers what serves them: a servlet, and a source for their
 * cameras.
 */
@Requirement(
        namespace = "osgi.service",
        filter = "(objectClass=org.geometryos.compositor.api.journal.Journal)",
        effective = "active")
@Requirement(
        namespace = "osgi.service",
        filter = "(objectClass=org.geometryos.compositor.transport.api.ReadGate)",
        effective = "active")
@Component(
        service = {},
        immediate = true,
        configurationPid = ModelsConfig.PID)
@Designate(ocd = ModelsConfig.class)
@RequireHttpWhiteboard
public final class ModelsComponent {
    private static final Logger LOG = LoggerFactory.getLogger(ModelsComponent.class);
    private static final String ID_RULE = "[A-Za-z0-9._-]{1,64}";
    /** Between two looks at the folder. */
    private static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(500);

    private static final long JOIN_MILLIS = 3_000;

    private final Configured<Settings> configured;
    private final ModelLibrary library;
    private final ModelCameras cameras;
    private final Uploads uploads;
    private final GuardedLoop watch = GuardedLoop.of("compositor-models", this::look);
    private final Map<Long, SourcePlace> sources = new ConcurrentHashMap<>();
    private final AtomicLong generations = new AtomicLong();
    private final ServiceRegistration<Servlet> servlet;
    private final ServiceRegistration<CameraSource> source;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile ReadGate gate;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile Journal journal;

    private volatile Settings settings;

    @Activate
    public ModelsComponent(BundleContext context, Map<String, Object> configuration) throws IOException {
        StateFolder.inRoot(context, "models");
        Path data = StateFolder.root(context);
        this.configured =
                Configured.of(context, ModelsConfig.PID, ModelsConfig.class, config -> Settings.of(config, data));
        this.settings = configured.start(configuration);
        ContentStore store = new ContentStore(context.getDataFile("copies").toPath());
        library = new ModelLibrary(store);
        this.cameras = new ModelCameras(() -> Optional.ofNullable(journal));
        this.source = context.registerService(
                CameraSource.class,
                cameras,
                new Hashtable<>(
                        Map.of(CameraSource.ID, ModelCameras.ID, CameraSource.PRIORITY, ModelCameras.PRIORITY)));
        this.uploads = new Uploads(
                () -> this.settings, library::catalogue, watch::wake, () -> Uploads.free(this.settings.folder()));
        uploads.tidy();
        this.servlet = context.registerService(
                Servlet.class,
                new ModelsServlet(library::catalogue, store, new Access(() -> gate), uploads),
                new Hashtable<>(Map.of(
                        "osgi.http.whiteboard.servlet.name",
                        "compositor-models",
                        "osgi.http.whiteboard.servlet.pattern",
                        ModelsServlet.PATTERN,
                        "osgi.http.whiteboard.servlet.asyncSupported",
                        true)));
        watch.start();
    }

    @Modified
    void modified(Map<String, Object> properties) {
        configured.change(properties).ifPresent(changed -> {
            settings = changed;
            watch.wake();
        });
    }

    private long look() {
        Settings current = settings;
        library.poll(current, places(current));
        cameras.tell(current.cameras() ? library.catalogue().orElseThrow().models() : List.of());
        return INTERVAL;
    }

    private List<Place> places(Settings current) {
        List<Place> places = new ArrayList<>(List.of(new FolderPlace(current.folder())));
        sources.values().stream()
                .sorted(Comparator.comparing(SourcePlace::ranking).reversed().thenComparing(SourcePlace::service))
                .forEach(places::add);
        return places;
    }

    /** Files that are being sent go on: what they are sent from stays open. */
    @Deactivate
    void deactivate() {
        uploads.close();
        servlet.unregister();
        source.unregister();
        configured.close();
        watch.ask();
        watch.thread().interrupt();
        if (!watch.stop(JOIN_MILLIS)) {
            LOG.warn("the look at the models did not end within {} ms", JOIN_MILLIS);
        }
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addSource(ModelSource offered, ServiceReference<ModelSource> reference) {
        Object id = reference.getProperty(ModelSource.ID);
        String name = id instanceof String text && text.matches(ID_RULE) && !text.equals(FolderPlace.NAME)
                ? text
                : Optional.ofNullable(reference.getBundle())
                        .map(Bundle::getSymbolicName)
                        .orElse("bundle");
        int ranking = reference.getProperty(Constants.SERVICE_RANKING) instanceof Integer number ? number : 0;
        long service = (Long) reference.getProperty(Constants.SERVICE_ID);
        sources.put(service, new SourcePlace(name, service, ranking, generations.incrementAndGet(), offered));
        watch.wake();
    }

    void updatedSource(ModelSource offered, ServiceReference<ModelSource> reference) {
        addSource(offered, reference);
    }

    void removeSource(ModelSource gone, ServiceReference<ModelSource> reference) {
        sources.remove((Long) reference.getProperty(Constants.SERVICE_ID));
        watch.wake();
    }
}
