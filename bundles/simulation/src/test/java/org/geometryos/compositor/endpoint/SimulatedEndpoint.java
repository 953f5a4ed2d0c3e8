package org.geometryos.compositor.endpoint;

import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.geometryos.compositor.api.connection.ConnectionManager;
import org.geometryos.compositor.api.control.CameraBridge;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.scene.SceneService;
import org.geometryos.compositor.protocol.Codec;
import org.geometryos.compositor.transport.api.LinkHandler;
import org.geometryos.compositor.transport.api.LinkListener;
import org.geometryos.compositor.transport.api.Transport;

/** The endpoint as its component, with a key for each role. */
public final class SimulatedEndpoint {
    /** The keys, by role. */
    public static final Map<String, String> KEYS = Map.of(
            "view", "the-key-of-those-who-look",
            "control", "the-key-of-those-who-drive",
            "admin", "the-key-of-those-who-may");

    private final Endpoint endpoint;

    private record Keys() implements KeySource {
        @Override
        public void follow(Runnable changed) {
            // they do not change
        }

        @Override
        public List<KeyRing.Entry> read() {
            return KEYS.entrySet().stream()
                    .map(key -> new KeyRing.Entry(
                            KeyConfig.PID + "~" + key.getKey(),
                            Map.<String, Object>of("name", key.getKey(), "role", key.getKey(), "key", key.getValue())))
                    .toList();
        }

        @Override
        public void close() {
            // nothing is open
        }
    }

    public SimulatedEndpoint(LongSupplier nanos, LongSupplier micros, Map<String, Codec> codecs) {
        endpoint =
                new Endpoint(null, Map.of("priorityControl", 10, "priorityAdmin", 12), new Keys(), true, nanos, micros);
        codecs.values().forEach(endpoint::addCodec);
    }

    public LinkHandler handler() {
        return endpoint;
    }

    public LinkListener listener() {
        return endpoint;
    }

    public void transport(Transport transport) {
        endpoint.setTransport(transport);
    }

    public void setConnections(ConnectionManager next) {
        endpoint.setConnections(next);
    }

    public void setJournal(Journal next) {
        endpoint.setJournal(next);
    }

    public void unsetJournal(Journal old) {
        endpoint.unsetJournal(old);
    }

    public void setCameras(CameraBridge next) {
        endpoint.setCameras(next);
    }

    public void unsetCameras(CameraBridge old) {
        endpoint.unsetCameras(old);
    }

    public void setScene(SceneService next) {
        endpoint.setScene(next);
    }

    public void unsetScene(SceneService old) {
        endpoint.unsetScene(old);
    }

    public void stop() {
        endpoint.deactivate();
    }
}
