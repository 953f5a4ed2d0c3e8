package org.geometryos.compositor.scene;

import java.util.List;
import java.util.Optional;

import org.geometryos.compositor.api.scene.Model;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.api.scene.SceneOp;

/** What things take in a JSON message, in bytes: never less than it will be. */
final class Sizes {
    /** A model's or a patch's names, marks and ten numbers of 24 digits. */
    private static final int FIELDS = 420;
    /** Quotation marks and a comma. */
    private static final int MARKS = 3;

    private Sizes() {}

    /** The texts of all models, and the ids of the selection. */
    static int text(Scene scene) {
        return scene.models().stream().mapToInt(Sizes::text).sum() + ids(scene.selected());
    }

    /** The operations of a transaction. */
    static long message(List<SceneOp> ops) {
        return ops.stream().mapToLong(Sizes::op).sum();
    }

    private static int op(SceneOp op) {
        if (op instanceof SceneOp.Put put) {
            return FIELDS + text(put.model());
        }
        if (op instanceof SceneOp.Patch patch) {
            return FIELDS + text(patch.id()) + text(patch.uri().value()) + text(patch.label().value()) + text(patch.layer().value());
        }
        return op instanceof SceneOp.Select select ? FIELDS + ids(select.ids()) : FIELDS;
    }

    private static int text(Model model) {
        return text(model.id()) + text(model.uri()) + text(model.label()) + text(model.layer());
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
            bytes += c < ' ' || Character.isSurrogate(c) ? 6 : c == '"' || c == '\\' ? 2 : c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
        }
        return bytes;
    }
}
