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
        Edit edit = new Edit(this);
        for (SceneOp op : ops) {
            op.accept(edit);
            edit.at++;
        }
        return new Scene(revision + 1, List.copyOf(edit.models.values()), List.copyOf(edit.chosen));
    }

    /** What becomes of a scene while the operations of a transaction are applied. */
    private static final class Edit implements SceneOp.Visitor<Void, NoSuchModelException> {
        private final NavigableMap<String, Model> models = new TreeMap<>();
        private final Collection<String> chosen;
        /** The operation under way. */
        private int at;

        private Edit(Scene scene) {
            scene.models.forEach(model -> models.put(model.id(), model));
            chosen = new LinkedHashSet<>(scene.selected);
        }

        @Override
        public Void put(SceneOp.Put op) {
            models.put(op.model().id(), op.model());
            return null;
        }

        @Override
        public Void patch(SceneOp.Patch op) throws NoSuchModelException {
            models.put(op.id(), patched(there(op.id(), "id"), op));
            return null;
        }

        @Override
        public Void remove(SceneOp.Remove op) throws NoSuchModelException {
            there(op.id(), "id");
            models.remove(op.id());
            chosen.remove(op.id());
            return null;
        }

        @Override
        public Void select(SceneOp.Select op) throws NoSuchModelException {
            for (int n = 0; n < op.ids().size(); n++) {
                there(op.ids().get(n), "ids[" + n + "]");
            }
            chosen.clear();
            chosen.addAll(op.ids());
            return null;
        }

        @Override
        public Void clear(SceneOp.Clear op) {
            models.clear();
            chosen.clear();
            return null;
        }

        private Model there(String id, String field) throws NoSuchModelException {
            Model model = models.get(id);
            if (model == null) {
                throw new NoSuchModelException("ops[" + at + "]." + field, id);
            }
            return model;
        }
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
