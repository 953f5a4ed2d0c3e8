package org.geometryos.compositor.client;

import java.util.Collection;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.geometryos.compositor.protocol.ServerMessage;

/** The newest view of each camera. Written by one thread, read by any. */
final class CameraTable {
    /** More cameras than any server has; beyond, new ones are ignored. */
    static final int MAX = 10_000;

    private final Map<String, ServerMessage.Camera> cameras = new ConcurrentHashMap<>();

    /** A snapshot of everything. */
    void replace(Collection<ServerMessage.Camera> all) {
        cameras.clear();
        all.forEach(this::apply);
    }

    /** @return whether it was new; a message that is not above the camera's last number is not */
    boolean apply(ServerMessage.Camera camera) {
        String name = camera.state().camera();
        ServerMessage.Camera last = cameras.get(name);
        if (last == null
                ? cameras.size() >= MAX
                : camera.seq().orElse(0) <= last.seq().orElse(0)) {
            return false;
        }
        cameras.put(name, camera);
        return true;
    }

    /** The camera inside a {@code scene} message has that message's number. */
    void apply(ServerMessage.Camera camera, long seq) {
        apply(new ServerMessage.Camera(OptionalLong.of(seq), camera.state()));
    }

    /** Forgets what is not subscribed to any more. */
    void retain(Predicate<String> wanted) {
        cameras.keySet().removeIf(wanted.negate());
    }

    void remove(String camera) {
        cameras.remove(camera);
    }

    Map<String, ServerMessage.Camera> copy() {
        return Map.copyOf(cameras);
    }
}
