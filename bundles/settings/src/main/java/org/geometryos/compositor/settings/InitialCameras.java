package org.geometryos.compositor.settings;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.api.control.CameraBridge;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Fence;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.value.Answer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes cameras that are not there, once in each sequence: what becomes of one afterwards, also that somebody removes
 * it, is left alone. One that is not configured any more goes, unless a source drives it. One thread.
 */
final class InitialCameras {
    private static final Logger LOG = LoggerFactory.getLogger(InitialCameras.class);
    /** Everybody else may take a camera from it; it gives each back at once anyway. */
    static final Driver DRIVER = new Driver("settings", Optional.empty(), Integer.MIN_VALUE);

    private String epoch = "";
    private final Set<String> done = new HashSet<>();
    /** Those of {@code done} that were not there before. */
    private final Set<String> made = new HashSet<>();

    /** What is not answered yet, by camera. */
    private final Map<String, Answer<Optional<Outcome>>> asked = new HashMap<>();

    private final Set<String> told = new HashSet<>();

    /** What could not be made is tried again at the next look, which also finds what is answered by then. */
    void look(List<CameraUpdate> cameras, CameraBridge bridge, Journal journal) {
        if (!journal.epoch().equals(epoch)) {
            epoch = journal.epoch();
            done.clear();
            made.clear();
            asked.clear();
            told.clear();
        }
        List<String> wanted = cameras.stream().map(CameraUpdate::camera).toList();
        done.stream()
                .filter(camera -> !wanted.contains(camera))
                .filter(made::remove)
                .forEach(camera -> bridge.remove(DRIVER, camera));
        done.retainAll(wanted);
        asked.keySet().retainAll(wanted);
        for (CameraUpdate camera : cameras) {
            if (!done.contains(camera.camera())
                    && (!asked.containsKey(camera.camera())
                                    && journal.camera(camera.camera()).isPresent()
                            || make(camera, bridge, journal))) {
                done.add(camera.camera());
            }
        }
    }

    private boolean make(CameraUpdate camera, CameraBridge bridge, Journal journal) {
        Answer<Optional<Outcome>> answer = asked.computeIfAbsent(
                camera.camera(),
                name -> bridge.update(DRIVER, camera, journal, Fence.replacing(0), Change.CameraChanged::new));
        Optional<Outcome> outcome = answer.now(null);
        if (outcome == null) {
            return false;
        }
        asked.remove(camera.camera());
        if (outcome.isEmpty()) {
            return false;
        }
        if (outcome.get() instanceof Outcome.Refused refused) {
            if (refused.reason() == Outcome.Reason.LIMIT && told.add(camera.camera())) {
                LOG.warn("an initial camera cannot be made: {}", refused.message());
            }
            return false;
        }
        bridge.release(DRIVER, camera.camera());
        made.add(camera.camera());
        return true;
    }
}
