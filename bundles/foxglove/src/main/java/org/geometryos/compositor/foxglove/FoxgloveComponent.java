package org.geometryos.compositor.foxglove;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.geometryos.compositor.api.camera.CameraSource;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.connection.ConnectionManager;
import org.geometryos.compositor.api.connection.LinkMemory;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.journal.JournalListener;
import org.geometryos.compositor.api.metrics.Meter;
import org.geometryos.compositor.api.metrics.Readings;
import org.geometryos.compositor.api.replay.Playback;
import org.geometryos.compositor.api.value.TimeOfDay;
import org.geometryos.compositor.configuration.Configured;
import org.geometryos.compositor.protocol.DecodeException;
import org.geometryos.compositor.protocol.Dialect;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.transport.api.Link;
import org.geometryos.compositor.transport.api.LinkListener;
import org.geometryos.compositor.transport.api.Transport;
import org.osgi.annotation.bundle.Requirement;
import org.osgi.framework.BundleContext;
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
 * Foxglove's protocol as a dialect. What belongs to a viewer stands with its link, so that another version of this
 * bundle goes on with it.
 */
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
        filter = "(objectClass=org.geometryos.compositor.transport.api.Transport)",
        effective = "active")
@Component(
        service = {Dialect.class, LinkListener.class, JournalListener.class, Meter.class},
        configurationPid = FoxgloveConfig.PID)
@Designate(ocd = FoxgloveConfig.class)
public final class FoxgloveComponent implements Dialect, LinkListener, JournalListener, Meter, Stream.Around {
    private static final List<String> SUBPROTOCOLS = List.of("foxglove.sdk.v1", "foxglove.websocket.v1");
    private static final long JOIN_MILLIS = 3_000;

    private final Map<String, Playback> playbacks = new ConcurrentHashMap<>();
    private final Ops ops = new Ops();
    private final Configured<Settings> configured;
    private final Stream stream;
    private final Foxglove foxglove;
    private volatile Settings settings;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile Journal journal;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile ConnectionManager connections;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile Transport transport;

    /** Begins to serve. */
    @Activate
    public FoxgloveComponent(BundleContext context, Map<String, Object> configuration) {
        configured = Configured.of(context, FoxgloveConfig.PID, FoxgloveConfig.class, Settings::of);
        settings = configured.start(configuration);
        stream = new Stream(this, System::nanoTime, TimeOfDay::micros);
        foxglove = new Foxglove(stream::viewer, this::camera, stream::wake);
        stream.start();
    }

    @Modified
    void modified(Map<String, Object> configuration) {
        configured.change(configuration).ifPresent(changed -> settings = changed);
    }

    @Deactivate
    void deactivate() {
        stream.stop(JOIN_MILLIS);
        stream.leave();
        configured.close();
    }

    private Optional<CameraState> camera(String name) {
        Journal now = journal;
        return now == null
                ? Optional.empty()
                : now.camera(name).flatMap(entry -> entry.change().view());
    }

    // ---- the dialect

    @Override
    public List<String> subprotocols() {
        return SUBPROTOCOLS;
    }

    @Override
    public boolean message(long link, ByteBuffer payload, boolean text, Requests requests) throws DecodeException {
        return foxglove.message(link, payload, text, requests);
    }

    @Override
    public boolean text() {
        return true;
    }

    @Override
    public Optional<byte[]> say(ServerMessage message) {
        return message.accept(ops);
    }

    @Override
    public Optional<byte[]> greet(long link, ServerMessage.Welcome welcome) {
        return stream.greeting(link, welcome).or(() -> say(welcome));
    }

    // ---- links

    private static boolean isViewer(Link link) {
        return SUBPROTOCOLS.contains(LinkMemory.of(link.attributes()).codec());
    }

    @Override
    public void opened(Link link) {
        if (isViewer(link)) {
            stream.opened(link);
        }
    }

    @Override
    public void ready(Link link) {
        stream.ready(link);
    }

    @Override
    public void changed(Link link) {
        stream.changed(link);
    }

    @Override
    public void closed(Link link, int code, String reason) {
        stream.closed(link);
    }

    // ---- around

    @Override
    public void appended() {
        stream.appended();
    }

    @Override
    public void read(Readings readings) {
        readings.gauge("compositor_foxglove_viewers", "Viewers that speak Foxglove's protocol.", stream.size());
        readings.counter("compositor_foxglove_messages_total", "Messages sent to such viewers.", stream.sent());
        readings.counter(
                "compositor_foxglove_superseded_total",
                "Changes that such viewers did not get, as a newer state came first.",
                stream.superseded());
    }

    @Override
    public Journal journal() {
        return journal;
    }

    @Override
    public ConnectionManager connections() {
        return connections;
    }

    @Override
    public Transport transport() {
        return transport;
    }

    @Override
    public Playback playback(String name) {
        return playbacks.get(name);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addPlayback(Playback playback, Map<String, Object> of) {
        playbacks.put(String.valueOf(of.get(CameraSource.ID)), playback);
    }

    void removePlayback(Playback playback) {
        playbacks.values().removeIf(each -> each == playback);
    }

    @Override
    public Settings settings() {
        return settings;
    }
}
