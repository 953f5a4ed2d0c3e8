package org.geometryos.compositor.api.scene;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.geometryos.compositor.api.value.Checks;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.api.value.Quaternion;

/**
 * The scene as it stands. Immutable; any thread.
 *
 * @param revision how many transactions have made it, 0 or more; it outlives the sequence
 * @param models sorted by id, each id once
 * @param selected ids of models that are there, each once, in the order in which they were named
 */
public record Scene(long revision, List<Model> models, List<String> selected) {
    /** No model, and none was ever there. */
    public static final Scene EMPTY = new Scene(0, List.of(), List.of());

    public Scene {
        if (revision < 0) {
            throw new InvalidValueException("revision", revision, "must be 0 or more");
        }
        models = Checks.present("models", models).stream()
                .sorted(Comparator.comparing(Model::id))
                .toList();
        for (int i = 1; i < models.size(); i++) {
            if (models.get(i).id().equals(models.get(i - 1).id())) {
                throw new InvalidValueException("models", models.get(i).id(), "must have each id once");
            }
        }
        selected = List.copyOf(new LinkedHashSet<>(Checks.present("selected", selected)));
        for (String id : selected) {
            if (find(models, id) < 0) {
                throw new InvalidValueException("selected", id, "must name models that are there");
            }
        }
    }

    private static int find(List<Model> models, String id) {
        int low = 0;
        int high = models.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = models.get(middle).id().compareTo(id);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }

    public Optional<Model> model(String id) {
        int at = find(models, id);
        return at < 0 ? Optional.empty() : Optional.of(models.get(at));
    }

    /**
     * The scene after a transaction (protocol, "The scene"); its revision is one higher.
     *
     * @param ops applied in order
     * @throws NoSuchModelException if one of them names a model that is not there when its turn comes
     */
    public Scene after(List<SceneOp> ops) throws NoSuchModelException {
        NavigableMap<String, Model> next = new TreeMap<>();
        models.forEach(model -> next.put(model.id(), model));
        Collection<String> chosen = new LinkedHashSet<>(selected);
        for (int i = 0; i < ops.size(); i++) {
            SceneOp op = ops.get(i);
            if (op instanceof SceneOp.Put put) {
                next.put(put.model().id(), put.model());
            } else if (op instanceof SceneOp.Patch patch) {
                next.put(patch.id(), patched(there(next, patch.id(), i, "id"), patch));
            } else if (op instanceof SceneOp.Remove remove) {
                there(next, remove.id(), i, "id");
                next.remove(remove.id());
                chosen.remove(remove.id());
            } else if (op instanceof SceneOp.Select select) {
                for (int n = 0; n < select.ids().size(); n++) {
                    there(next, select.ids().get(n), i, "ids[" + n + "]");
                }
                chosen = new LinkedHashSet<>(select.ids());
            } else if (op instanceof SceneOp.Clear) {
                next.clear();
                chosen.clear();
            }
        }
        return new Scene(revision + 1, List.copyOf(next.values()), List.copyOf(chosen));
    }

    private static Model there(NavigableMap<String, Model> models, String id, int op, String field)
            throws NoSuchModelException {
        Model model = models.get(id);
        if (model == null) {
            throw new NoSuchModelException("ops[" + op + "]." + field, id);
        }
        return model;
    }

    private static Model patched(Model model, SceneOp.Patch patch) {
        return new Model(
                model.id(),
                changed(patch.uri(), model.uri(), model.uri()),
                changed(patch.position(), model.position(), Model.ORIGIN),
                changed(patch.orientation(), model.orientation(), Quaternion.IDENTITY),
                changed(patch.scale(), model.scale(), Model.UNSCALED),
                changed(patch.visible(), model.visible(), true),
                patch.label().given() ? patch.label().value() : model.label(),
                patch.layer().given() ? patch.layer().value() : model.layer());
    }

    private static <T> T changed(SceneOp.Field<T> field, T before, T standard) {
        return field.given() ? field.value().orElse(standard) : before;
    }

    /** The transaction that makes this scene out of any other, but for its revision. */
    public List<SceneOp> asOps() {
        List<SceneOp> ops = new ArrayList<>(models.size() + 2);
        ops.add(new SceneOp.Clear());
        models.forEach(model -> ops.add(new SceneOp.Put(model)));
        if (!selected.isEmpty()) {
            ops.add(new SceneOp.Select(selected));
        }
        return Collections.unmodifiableList(ops);
    }
}
