package org.geometryos.compositor.connections;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.geometryos.compositor.api.connection.ConnectionListener;
import org.geometryos.compositor.api.connection.ConnectionManager;
import org.geometryos.compositor.api.connection.Display;
import org.geometryos.compositor.api.connection.DisplaySettings;
import org.geometryos.compositor.api.connection.Level;
import org.geometryos.compositor.api.connection.Opening;
import org.geometryos.compositor.api.connection.Refusal;
import org.geometryos.compositor.api.connection.RequestException;
import org.geometryos.compositor.api.connection.Role;
import org.geometryos.compositor.api.connection.Session;
import org.geometryos.compositor.api.connection.Statistics;
import org.geometryos.compositor.api.control.CameraBridge;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.log.Cluster;
import org.geometryos.compositor.api.scene.SceneService;
import org.geometryos.compositor.api.wall.Walls;
import org.geometryos.compositor.configuration.Configured;
import org.geometryos.compositor.configuration.Problems;
import org.geometryos.compositor.health.GuardedLoop;
import org.geometryos.compositor.health.Health;
import org.geometryos.compositor.io.files.StateFolder;
import org.geometryos.compositor.protocol.CloseCode;
import org.geometryos.compositor.protocol.Codec;
import org.geometryos.compositor.protocol.Dialect;
import org.geometryos.compositor.protocol.Speaker;
import org.geometryos.compositor.transport.api.Link;
import org.geometryos.compositor.transport.api.LinkListener;
import org.geometryos.compositor.transport.api.Transport;
import org.osgi.annotation.bundle.Requirement;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.ConfigurationListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;

/** The connection manager as a service: follows the links, and keeps the clock of heartbeats and time limits. */
@Requirement(
        namespace = "osgi.service",
        filter = "(objectClass=org.geometryos.compositor.api.journal.Journal)",
        effective = "active")
@Requirement(
        namespace = "osgi.service",
        filter = "(objectClass=org.geometryos.compositor.transport.api.Transport)",
        effective = "active")
@Component(
        service = {ConnectionManager.class, LinkListener.class, ConfigurationListener.class},
        immediate = true,
        configurationPid = ConnectionsConfig.PID)
@Designate(ocd = ConnectionsConfig.class)
public final class ConnectionsComponent implements ConnectionManager, LinkListener, ConfigurationListener {
    private static final long TICK_NANOS = 100_000_000;

    private static final Set<Integer> AT_ONCE = Set.of(CloseCode.SHUTDOWN.code(), CloseCode.RESTART.code());
    /** With these the transport ends whoever makes it hold too much, or for too long. */
    private static final Set<Integer> LATER = Set.of(CloseCode.TIMEOUT.code(), CloseCode.UNAVAILABLE.code());

    private static final Duration COME_BACK = Duration.ofSeconds(5);

    private final BundleContext context;
    private final ConfigurationAdmin configurations;
    private final ServiceReference<ConfigurationAdmin> configurationsReference;
    private final Map<String, Codec> codecs = new ConcurrentHashMap<>();
    /** Of two that speak the same protocol, the later is asked. */
    private final List<Dialect> dialects = new CopyOnWriteArrayList<>();

    private final Configured<Settings> configured;
    private final Problems displayProblems;
    private final StateFolder folder;
    private final SessionFile file;
    private final ServiceRegistration<?> health;
    private final ServiceRegistration<?> budgets;
    private final Worker worker;
    private final Sessions sessions;
    private final GuardedLoop clock = GuardedLoop.of("compositor-connections-clock", this::tick);
    private volatile Transport transport;
    private volatile Journal journal;
    private volatile CameraBridge cameras;
    private volatile SceneService scene;
    private volatile Walls walls;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile Cluster cluster;

    /** Whether what was declared before this listened has been read; of the clock alone. */
    private boolean declared;

    @Activate
    public ConnectionsComponent(
            BundleContext context,
            Map<String, Object> configuration,
            @Reference ConfigurationAdmin configurations,
            @Reference ServiceReference<ConfigurationAdmin> configurationsReference) {
        this.context = context;
        this.configurations = configurations;
        this.configurationsReference = configurationsReference;
        configured = Configured.of(context, ConnectionsConfig.PID, ConnectionsConfig.class, Settings::of);
        Settings settings = configured.start(configuration);
        displayProblems = new Problems(context, DisplayConfig.FACTORY_PID, DisplayConfig.class);
        folder = StateFolder.open(context, "connections");
        DisplayStore store =
                new DisplayStore(new JsonFile(folder.file("displays.json")), settings.rememberedDisplays());
        worker = new Worker(store::save);
        sessions = new Sessions(
                new Sessions.Neighbours(
                        new TransportInPlace(() -> transport),
                        () -> journal,
                        () -> cameras,
                        () -> scene,
                        () -> walls,
                        this::speaker,
                        worker,
                        store,
                        () -> cluster),
                settings,
                context.getBundle().getVersion().toString(),
                System::nanoTime);
        file = new SessionFile(new JsonFile(folder.file("sessions.json")));
        sessions.restore(file.take(System.currentTimeMillis()));
        sessions.declared(DeclaredDisplays.read(configurations, configurationsReference, displayProblems));
        health = Health.register(
                context, "display settings", () -> Health.warnings("display settings", store.problems()));
        budgets =
                Health.register(context, "connections", () -> new Health("connections", List.of(), sessions.budgets()));
        clock.start();
    }

    @Modified
    void modified(Map<String, Object> properties) {
        configured.change(properties).ifPresent(sessions::configure);
    }

    @Deactivate
    void deactivate() throws InterruptedException {
        clock.stop(1000);
        if (context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).getState() != Bundle.STOPPING) {
            file.write(sessions.content(), System.currentTimeMillis());
        }
        worker.stop();
        configured.close();
        displayProblems.close();
        health.unregister();
        budgets.unregister();
        folder.close();
    }

    /** Another display is declared, or another way. */
    @Override
    public void configurationEvent(ConfigurationEvent event) {
        if (DeclaredDisplays.concerns(event)) {
            declare();
        }
    }

    private void declare() {
        sessions.declared(DeclaredDisplays.read(configurations, configurationsReference, displayProblems));
    }

    private long tick() {
        sessions.tick();
        if (!declared) {
            declare();
            declared = true;
        }
        return TICK_NANOS;
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setTransport(Transport next) {
        transport = next;
        next.links().forEach(sessions::seen);
    }

    void unsetTransport(Transport old) {
        if (transport == old) {
            transport = null;
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setJournal(Journal next) {
        journal = next;
    }

    void unsetJournal(Journal old) {
        if (journal == old) {
            journal = null;
        }
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

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setScene(SceneService next) {
        scene = next;
    }

    void unsetScene(SceneService old) {
        if (scene == old) {
            scene = null;
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setWalls(Walls next) {
        walls = next;
    }

    void unsetWalls(Walls old) {
        if (walls == old) {
            walls = null;
        }
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addCodec(Codec codec) {
        codecs.put(codec.subprotocol(), codec);
    }

    void removeCodec(Codec codec) {
        codecs.remove(codec.subprotocol(), codec);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addDialect(Dialect dialect) {
        dialects.add(dialect);
    }

    void removeDialect(Dialect dialect) {
        dialects.remove(dialect);
    }

    /** Null while there is none. */
    private Speaker speaker(String subprotocol) {
        Speaker found = codecs.get(subprotocol);
        if (found == null) {
            for (Dialect each : dialects) {
                found = each.subprotocols().contains(subprotocol) ? each : found;
            }
        }
        return found;
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addListener(ConnectionListener listener) {
        worker.add(listener);
    }

    void removeListener(ConnectionListener listener) {
        worker.remove(listener);
    }

    // links

    @Override
    public void opened(Link link) {
        sessions.seen(link);
    }

    @Override
    public void closing(Link link, int code, String reason) {
        sessions.close(
                link,
                code,
                reason,
                AT_ONCE.contains(code)
                        ? Optional.of(Duration.ZERO)
                        : LATER.contains(code) ? Optional.of(COME_BACK) : Optional.empty());
    }

    @Override
    public void closed(Link link, int code, String reason) {
        sessions.lost(link, code, reason);
    }

    // the service

    @Override
    public void open(long link, Opening opening) throws RequestException {
        sessions.open(link, opening);
    }

    @Override
    public void leave(long link) {
        sessions.leave(link);
    }

    @Override
    public void reserve(long link, long bytes) {
        sessions.reserve(link, bytes);
    }

    @Override
    public void changeSettings(long link, DisplaySettings settings) {
        sessions.changeSettings(link, settings);
    }

    @Override
    public List<Session> sessions() {
        return sessions.sessions();
    }

    @Override
    public Optional<Session> session(String id) {
        return sessions.session(id);
    }

    @Override
    public boolean close(String session, int code, String reason, Optional<Duration> reconnectAfter) {
        return sessions.close(session, code, reason, reconnectAfter);
    }

    @Override
    public void close(long link, int code, String reason, Optional<Duration> reconnectAfter) {
        sessions.close(link, code, reason, reconnectAfter);
    }

    @Override
    public Optional<Refusal> admit(String address, Optional<String> key, Role role, boolean operator, boolean attempt) {
        return sessions.admit(address, key, role, operator, attempt);
    }

    @Override
    public void refused(String address, int status, String reason) {
        sessions.refused(address, status, reason);
    }

    @Override
    public List<Display> displays() {
        return sessions.displays();
    }

    @Override
    public int notice(Optional<String> display, Level level, String text) {
        return sessions.notice(display, level, text);
    }

    @Override
    public void ask(long link, String camera, String holder) throws RequestException {
        sessions.ask(link, camera, holder);
    }

    @Override
    public boolean assigned(String display, Optional<String> wall) {
        return sessions.assigned(display, wall);
    }

    @Override
    public void drain(Optional<Duration> over, Optional<Duration> reconnectAfter, Optional<String> except) {
        sessions.drain(over, reconnectAfter, except);
    }

    @Override
    public void undrain() {
        sessions.undrain();
    }

    @Override
    public Statistics statistics() {
        return sessions.statistics();
    }
}
