package org.geometryos.compositor.scene;

import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.geometryos.compositor.api.scene.Model;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.api.scene.SceneOp;
import org.geometryos.compositor.api.value.Quaternion;
import org.geometryos.compositor.api.value.Vector3;

/** What things take in a JSON message, in bytes: never less than it will be. */
final class Sizes {
    /** The names and marks of an operation, and of all fields of a model beside it. */
    private static final int OP = 30;

    private static final int MODEL = 120;
    /** The name and the marks of a field. */
    private static final int FIELD = 18;
    /** Quotation marks and a comma. */
    private static final int MARKS = 3;

    private static final OpSize OP_SIZE = new OpSize();

    private Sizes() {}

    /** All models, and the selection. */
    static int scene(Scene scene) {
        return scene.models().stream().mapToInt(Sizes::model).sum() + ids(scene.selected());
    }

    /** How much more one scene takes than another; what both hold as the same object is not looked into. */
    static int difference(Scene from, Scene to) {
        int difference = ids(to.selected()) - ids(from.selected());
        List<Model> old = from.models();
        int at = 0;
        for (Model model : to.models()) {
            for (; at < old.size() && old.get(at).id().compareTo(model.id()) < 0; at++) {
                difference -= model(old.get(at));
            }
            if (at < old.size() && old.get(at).id().equals(model.id())) {
                if (old.get(at) != model) {
                    difference += model(model) - model(old.get(at));
                }
                at++;
            } else {
                difference += model(model);
            }
        }
        for (; at < old.size(); at++) {
            difference -= model(old.get(at));
        }
        return difference;
    }

    /** The operations of a transaction. */
    static long message(List<SceneOp> ops) {
        return ops.stream().mapToLong(op -> op.accept(OP_SIZE)).sum();
    }

    private static final class OpSize implements SceneOp.Visitor<Integer, RuntimeException> {
        @Override
        public Integer put(SceneOp.Put op) {
            return OP + model(op.model());
        }

        @Override
        public Integer patch(SceneOp.Patch op) {
            return OP
                    + text(op.id())
                    + field(op.uri(), Sizes::text)
                    + field(op.position(), Sizes::numbers)
                    + field(op.orientation(), Sizes::numbers)
                    + field(op.scale(), Sizes::numbers)
                    + field(op.visible(), visible -> 5)
                    + field(op.label(), Sizes::text)
                    + field(op.layer(), Sizes::text);
        }

        @Override
        public Integer remove(SceneOp.Remove op) {
            return OP + text(op.id());
        }

        @Override
        public Integer select(SceneOp.Select op) {
            return OP + ids(op.ids());
        }

        @Override
        public Integer clear(SceneOp.Clear op) {
            return OP;
        }
    }

    /** @param size of a value; {@code null} takes four */
    private static <T> int field(SceneOp.Field<T> field, ToIntFunction<T> size) {
        return field.given() ? FIELD + field.value().map(size::applyAsInt).orElse(4) : 0;
    }

    private static int numbers(Vector3 vector) {
        return number(vector.x()) + number(vector.y()) + number(vector.z());
    }

    private static int numbers(Quaternion turn) {
        return number(turn.x()) + number(turn.y()) + number(turn.z()) + number(turn.w());
    }

    private static int number(double value) {
        return Double.toString(value).length() + 1;
    }

    private static int model(Model model) {
        return MODEL
                + text(model.id())
                + text(model.uri())
                + text(model.label())
                + text(model.layer())
                + numbers(model.position())
                + numbers(model.orientation())
                + numbers(model.scale());
    }

    private static int ids(List<String> ids) {
        return ids.stream().mapToInt(id -> text(id) + MARKS).sum();
    }

    private static int text(Optional<String> text) {
        return text.map(Sizes::text).orElse(0);
    }

    private static int text(String text) {
        int bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // control characters and halves of a surrogate pair become escapes
            bytes += c < ' ' || Character.isSurrogate(c)
                    ? 6
                    : c == '"' || c == '\\' ? 2 : c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
        }
        return bytes;
    }
}
