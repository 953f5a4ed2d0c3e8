package org.geometryos.compositor.models;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.geometryos.compositor.api.camera.CameraSink;
import org.geometryos.compositor.api.camera.CameraSource;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.api.camera.View3d;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.value.Answer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cameras of models as cameras of the bridge. A camera is pushed when it is new, and when its model changed;
 * whoever wants it takes it. What another one moved in the meantime stays where it is. {@link #tell}, on one thread,
 * does all the work.
 */
final class ModelCameras implements CameraSource {
    static final String ID = "models";
    /** Below everything that moves by itself. */
    static final int PRIORITY = -100;

    private static final int MOST = 128;
    private static final Logger LOG = LoggerFactory.getLogger(ModelCameras.class);

    private final Supplier<Optional<Journal>> journal;
    private volatile CameraSink sink;

    // of the thread that tells alone
    private CameraSink known;
    private final Map<String, View3d> told = new HashMap<>();
    /** What is not answered yet, by camera. */
    private final Map<String, Asked> asked = new HashMap<>();

    private String problem = "";

    /** @param view null where it was asked to remove the camera */
    private record Asked(View3d view, Answer<Outcome> answer) {}

    ModelCameras(Supplier<Optional<Journal>> journal) {
        this.journal = journal;
    }

    @Override
    public void connected(CameraSink next) {
        sink = next;
    }

    @Override
    public void disconnected(CameraSink old) {
        if (sink == old) {
            sink = null;
        }
    }

    /** Brings the bridge to where these models have their cameras; what is refused now is tried again the next time. */
    void tell(List<Catalogue.Model> models) {
        CameraSink bridge = sink;
        Optional<Journal> sequence = journal.get();
        if (bridge == null || sequence.isEmpty()) {
            return;
        }
        Map<String, View3d> wanted = new LinkedHashMap<>();
        models.forEach(model -> wanted.putAll(model.cameras()));
        String now = wanted.size() <= MOST
                ? ""
                : "models have " + wanted.size() + " cameras; the bridge gets the first " + MOST;
        wanted.keySet().removeAll(wanted.keySet().stream().skip(MOST).toList());
        if (bridge != known) {
            known = bridge;
            told.clear();
            asked.clear();
            // ours, of models that went while nobody was looking
            sequence.get().snapshot().cameras().values().stream()
                    .map(entry -> entry.change().view())
                    .flatMap(Optional::stream)
                    .filter(state -> state.source().equals(ID) && state.view() instanceof View3d)
                    .forEach(state -> told.put(state.camera(), (View3d) state.view()));
        }
        for (String camera : List.copyOf(told.keySet())) {
            if (!wanted.containsKey(camera) && !asked.containsKey(camera)) {
                asked.put(camera, new Asked(null, bridge.remove(camera)));
            }
        }
        for (Map.Entry<String, View3d> camera : wanted.entrySet()) {
            String name = camera.getKey();
            if (camera.getValue().equals(told.get(name)) || asked.containsKey(name)) {
                continue;
            }
            if (!told.containsKey(name) && sequence.get().camera(name).isPresent()) {
                told.put(name, camera.getValue());
                continue;
            }
            asked.put(
                    name,
                    new Asked(camera.getValue(), bridge.push(new CameraUpdate(name, camera.getValue()).withCut(true))));
        }
        String refusal = takeAnswers();
        now = refusal.isEmpty() ? now : refusal;
        if (!now.isEmpty() && !now.equals(problem)) {
            LOG.warn("{}", now);
        }
        problem = now;
    }

    /** @return why there is no room for a camera; empty if there is */
    private String takeAnswers() {
        String refusal = "";
        for (Map.Entry<String, Asked> each : List.copyOf(asked.entrySet())) {
            String camera = each.getKey();
            Outcome outcome = each.getValue().answer.now(null);
            if (outcome == null) {
                continue;
            }
            asked.remove(camera);
            Outcome.Reason reason = outcome instanceof Outcome.Refused refused ? refused.reason() : null;
            if (each.getValue().view == null) {
                if (reason == null || reason == Outcome.Reason.NOT_FOUND) {
                    told.remove(camera);
                }
            } else if (reason == null) {
                told.put(camera, each.getValue().view);
            } else if (reason == Outcome.Reason.LIMIT) {
                refusal = ((Outcome.Refused) outcome).message();
            }
        }
        return refusal;
    }
}
