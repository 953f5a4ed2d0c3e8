package org.geometryos.compositor.simulation;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.geometryos.compositor.api.scene.Model;
import org.geometryos.compositor.api.scene.SceneOp;

/** The scene as a display builds it up: of the operations, what the displays of a simulation use. */
final class Stage {
    private final Map<String, Model> models = new TreeMap<>();
    private List<String> selected = List.of();

    void forget() {
        models.clear();
        selected = List.of();
    }

    void begin(List<Model> all, List<String> chosen) {
        forget();
        all.forEach(model -> models.put(model.id(), model));
        selected = chosen;
    }

    void apply(SceneOp op) {
        if (op instanceof SceneOp.Put put) {
            models.put(put.model().id(), put.model());
        } else if (op instanceof SceneOp.Remove remove) {
            models.remove(remove.id());
            selected = selected.stream().filter(id -> !id.equals(remove.id())).toList();
        } else if (op instanceof SceneOp.Select select) {
            selected = select.ids();
        } else if (op instanceof SceneOp.Clear) {
            forget();
        } else if (op instanceof SceneOp.Patch patch) {
            models.computeIfPresent(
                    patch.id(),
                    (id, m) -> new Model(
                            id,
                            m.uri(),
                            m.position(),
                            m.orientation(),
                            m.scale(),
                            patch.visible().value().orElse(m.visible()),
                            m.label(),
                            m.layer()));
        }
    }

    List<Model> models() {
        return List.copyOf(models.values());
    }

    List<String> selected() {
        return selected;
    }
}
