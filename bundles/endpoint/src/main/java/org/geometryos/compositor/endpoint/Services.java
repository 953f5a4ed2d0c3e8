package org.geometryos.compositor.endpoint;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.geometryos.compositor.api.connection.ConnectionManager;
import org.geometryos.compositor.api.control.CameraBridge;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.replay.Playback;
import org.geometryos.compositor.api.scene.SceneService;
import org.geometryos.compositor.api.tiles.TileService;
import org.geometryos.compositor.api.wall.Walls;
import org.geometryos.compositor.protocol.Codec;
import org.geometryos.compositor.protocol.Dialect;
import org.geometryos.compositor.transport.api.Transport;

/**
 * The services that the endpoint works with, each as it is at the moment: null while it is away. {@link Endpoint} alone
 * writes them. Whoever needs one twice reads it once. Any thread.
 */
final class Services {
    final AtomicReference<ConnectionManager> connections = new AtomicReference<>();
    final AtomicReference<Transport> transport = new AtomicReference<>();
    final AtomicReference<CameraBridge> cameras = new AtomicReference<>();
    final AtomicReference<SceneService> scene = new AtomicReference<>();
    final AtomicReference<TileService> tiles = new AtomicReference<>();
    final AtomicReference<Journal> journal = new AtomicReference<>();
    final AtomicReference<Walls> walls = new AtomicReference<>();
    /** Knows the pass of a connection of the host to itself. */
    final AtomicReference<Predicate<String>> loopback = new AtomicReference<>();
    /** By the name of the source; the names ascend. */
    final ConcurrentNavigableMap<String, Playback> playbacks = new ConcurrentSkipListMap<>();
    /** Of what waits for others. */
    final Limits limits = new Limits();
    /** By subprotocol. */
    final Map<String, Codec> codecs = new ConcurrentHashMap<>();
    /** Protocols of others; of two that speak the same one, the later is asked. */
    final List<Dialect> dialects = new CopyOnWriteArrayList<>();

    /** Null if there is none. */
    Dialect dialect(String subprotocol) {
        Dialect last = null;
        for (Dialect each : dialects) {
            last = each.subprotocols().contains(subprotocol) ? each : last;
        }
        return last;
    }
}
