package org.geometryos.compositor.api.journal;

import java.util.Map;
import java.util.Optional;

/**
 * Everything as it stands after entry {@code seq}, taken at one instant.
 *
 * @param cameras the entry that holds each camera's newest view, by camera
 * @param control the entry that holds each held camera's holder, by camera
 * @param displays the newest entry of each display that has a session, by session
 * @param scene the newest entry that changed the scene; empty if none has
 * @param tiles the newest entry that changed tiles; empty if none has
 * @param walls the newest entry of each wall, by its name
 */
public record Snapshot(
        String epoch,
        long seq,
        Map<String, Entry> cameras,
        Map<String, Entry> control,
        Map<String, Entry> displays,
        Optional<Entry> scene,
        Optional<Entry> tiles,
        Map<String, Entry> walls) {
    public Snapshot {
        cameras = Map.copyOf(cameras);
        control = Map.copyOf(control);
        displays = Map.copyOf(displays);
        walls = Map.copyOf(walls);
    }
}
