package org.geometryos.compositor.endpoint;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.geometryos.compositor.api.camera.CameraSource;
import org.geometryos.compositor.api.connection.ConnectionManager;
import org.geometryos.compositor.api.control.CameraBridge;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.replay.Playback;
import org.geometryos.compositor.api.scene.SceneService;
import org.geometryos.compositor.api.tiles.TileService;
import org.geometryos.compositor.api.value.TimeOfDay;
import org.geometryos.compositor.api.wall.Walls;
import org.geometryos.compositor.configuration.Configured;
import org.geometryos.compositor.configuration.Problems;
import org.geometryos.compositor.health.LoopbackPass;
import org.geometryos.compositor.protocol.Codec;
import org.geometryos.compositor.protocol.Dialect;
import org.geometryos.compositor.transport.api.Decision;
import org.geometryos.compositor.transport.api.Handshake;
import org.geometryos.compositor.transport.api.Link;
import org.geometryos.compositor.transport.api.LinkHandler;
import org.geometryos.compositor.transport.api.LinkListener;
import org.geometryos.compositor.transport.api.ReadGate;
import org.geometryos.compositor.transport.api.Transport;
import org.osgi.annotation.bundle.Requirement;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;

/**
 * The protocol's server side, as a service: {@link Admission} decides who is let in and may stay, {@link Intake} takes
 * what comes in, {@link RequestHandler} answers it. Holds no state of its own: what belongs to a connection stands with
 * its link. Without a connection manager or without the codecs of version 1 the service is not there; then what clients
 * send waits in their sockets.
 */
@Requirement(
        namespace = "osgi.service",
        filter = "(objectClass=org.geometryos.compositor.api.journal.Journal)",
        effective = "active")
@Requirement(
        namespace = "osgi.service",
        filter = "(objectClass=org.geometryos.compositor.api.control.CameraBridge)",
        effective = "active")
@Requirement(
        namespace = "osgi.service",
        filter = "(objectClass=org.geometryos.compositor.transport.api.Transport)",
        effective = "active")
@Component(
        service = {LinkHandler.class, LinkListener.class, ReadGate.class},
        configurationPid = EndpointConfig.PID)
@Designate(ocd = EndpointConfig.class)
public final class Endpoint implements LinkHandler, LinkListener, ReadGate {
    private static final String V1_JSON = "(compositor.subprotocol=compositor.v1.json)";
    private static final String V1_CBOR = "(compositor.subprotocol=compositor.v1.cbor)";
    private static final String KEY_REQUIRED = EndpointConfig.PID + ".keyRequired";

    private final Services services = new Services();
    private final KeySource keySource;
    private final Problems keyProblems;
    private final boolean hostRequiresKey;
    private final Configured<Settings> configured;
    private volatile Settings settings;
    private final Admission admission;
    private final Intake intake;

    @Activate
    public Endpoint(BundleContext context, Map<String, Object> configuration, @Reference ConfigurationAdmin admin) {
        this(
                context,
                configuration,
                new ConfiguredKeys(context, admin),
                means(context.getProperty(KEY_REQUIRED)),
                System::nanoTime,
                TimeOfDay::micros);
    }

    /**
     * @param context null without a framework
     * @param hostRequiresKey whether nobody is let in without a key, whatever the configuration says
     * @param nanos the clock, {@link System#nanoTime()}
     * @param micros the time of day, microseconds since the Unix epoch
     */
    Endpoint(
            BundleContext context,
            Map<String, Object> configuration,
            KeySource keySource,
            boolean hostRequiresKey,
            LongSupplier nanos,
            LongSupplier micros) {
        this.configured = Configured.of(context, EndpointConfig.PID, EndpointConfig.class, Settings::of);
        this.settings = configured.start(configuration);
        this.hostRequiresKey = hostRequiresKey;
        this.keySource = keySource;
        this.keyProblems = new Problems(context, KeyConfig.PID, KeyConfig.class);
        this.admission = new Admission(services, () -> settings, new Keys(keySource, keyProblems));
        this.intake = new Intake(services, () -> settings, nanos, micros);
        // first the ear, then the eye: a change in between is not missed
        keySource.follow(admission::keysChanged);
        admission.require(keyRequired(configuration));
    }

    @Deactivate
    void deactivate() {
        keySource.close();
        keyProblems.close();
        configured.close();
        services.limits.close();
    }

    @Modified
    void modified(Map<String, Object> properties) {
        configured.change(properties).ifPresent(changed -> settings = changed);
        // whatever else is wrong with it: a slip must not open the host
        admission.require(keyRequired(properties));
    }

    private boolean keyRequired(Map<String, Object> properties) {
        Object flag = properties.get("keyRequired");
        return hostRequiresKey || means(flag == null ? null : flag.toString());
    }

    private static boolean means(String flag) {
        return flag != null && !flag.strip().equalsIgnoreCase("false");
    }

    /**
     * Also comes for links whose handshake was decided with other keys than there are now, and for all of them after
     * this bundle was replaced.
     */
    @Override
    public void opened(Link link) {
        admission.check(link);
    }

    @Override
    public void closed(Link link, int code, String reason) {
        intake.closed(link);
    }

    @Override
    public Decision handshake(Handshake handshake) {
        return admission.decide(handshake);
    }

    @Override
    public Map<String, String> statusHeaders(Handshake handshake) {
        return admission.pageHeaders(handshake);
    }

    @Override
    public Decision read(Handshake request) {
        return admission.read(request);
    }

    @Override
    public Map<String, String> pageHeaders(Handshake request) {
        return admission.pageHeaders(request);
    }

    @Override
    public boolean message(Link link, ByteBuffer payload, boolean text) {
        return intake.message(link, payload, text);
    }

    @Override
    public boolean brief(Link link, ByteBuffer payload, boolean text) {
        return intake.brief(link, payload, text);
    }

    // ---- presence

    @Reference(target = V1_JSON, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    void setJson(Codec codec) {
        addCodec(codec);
    }

    void unsetJson(Codec codec) {
        removeCodec(codec);
    }

    @Reference(target = V1_CBOR, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    void setCbor(Codec codec) {
        addCodec(codec);
    }

    void unsetCbor(Codec codec) {
        removeCodec(codec);
    }

    /** Codecs of further versions. */
    @Reference(
            target = "(!(|" + V1_JSON + V1_CBOR + "))",
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC)
    void addCodec(Codec codec) {
        services.codecs.put(codec.subprotocol(), codec);
    }

    void removeCodec(Codec codec) {
        services.codecs.remove(codec.subprotocol(), codec);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addDialect(Dialect dialect) {
        services.dialects.add(dialect);
    }

    void removeDialect(Dialect dialect) {
        services.dialects.remove(dialect);
    }

    @Reference(policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    void setConnections(ConnectionManager next) {
        services.connections.set(next);
    }

    void unsetConnections(ConnectionManager old) {
        services.connections.compareAndSet(old, null);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setTransport(Transport next) {
        services.transport.set(next);
    }

    void unsetTransport(Transport old) {
        services.transport.compareAndSet(old, null);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setCameras(CameraBridge next) {
        services.cameras.set(next);
    }

    void unsetCameras(CameraBridge old) {
        services.cameras.compareAndSet(old, null);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setScene(SceneService next) {
        services.scene.set(next);
    }

    void unsetScene(SceneService old) {
        services.scene.compareAndSet(old, null);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setTiles(TileService next) {
        services.tiles.set(next);
    }

    void unsetTiles(TileService old) {
        services.tiles.compareAndSet(old, null);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setJournal(Journal next) {
        services.journal.set(next);
    }

    void unsetJournal(Journal old) {
        services.journal.compareAndSet(old, null);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setWalls(Walls next) {
        services.walls.set(next);
    }

    void unsetWalls(Walls old) {
        services.walls.compareAndSet(old, null);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addPlayback(Playback playback, Map<String, Object> properties) {
        services.playbacks.put(String.valueOf(properties.get(CameraSource.ID)), playback);
    }

    void removePlayback(Playback playback, Map<String, Object> properties) {
        services.playbacks.remove(String.valueOf(properties.get(CameraSource.ID)), playback);
    }

    @Reference(
            target = "(" + LoopbackPass.PROPERTY + "=*)",
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setLoopback(Predicate<String> next) {
        services.loopback.set(next);
    }

    void unsetLoopback(Predicate<String> old) {
        services.loopback.compareAndSet(old, null);
    }
}
