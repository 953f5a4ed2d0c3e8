package org.geometryos.compositor.api.scene;

import java.util.List;
import java.util.Optional;
import org.geometryos.compositor.api.value.Checks;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.api.value.Names;
import org.geometryos.compositor.api.value.Quaternion;
import org.geometryos.compositor.api.value.Vector3;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * One step of a transaction on the scene. An instance is valid; whether the ids in it exist is for the scene to say.
 *
 * <p>Whoever takes operations apart implements {@link Visitor}: a kind that a later version adds does not compile until
 * there is an answer to it.
 */
public sealed interface SceneOp {

    /** Calls the method of the visitor that belongs to this kind of operation, once, on the caller's thread. */
    <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X;

    record Put(Model model) implements SceneOp {
        public Put {
            Checks.present("model", model);
        }

        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.put(this);
        }
    }

    /**
     * Changes the fields given, leaves the others; a field given as null in the message restores the default.
     *
     * @param uri has no default to go back to
     */
    record Patch(
            String id,
            Field<String> uri,
            Field<Vector3> position,
            Field<Quaternion> orientation,
            Field<Vector3> scale,
            Field<Boolean> visible,
            Field<String> label,
            Field<String> layer)
            implements SceneOp {
        public Patch {
            Names.check("id", id);
            if (Checks.present("uri", uri).given()) {
                Rules.uri("uri", uri.value().orElse(null));
            }
            Checks.present("position", position);
            Checks.present("orientation", orientation);
            Checks.present("scale", scale);
            Checks.present("visible", visible);
            Rules.text("label", Checks.present("label", label).value());
            Rules.text("layer", Checks.present("layer", layer).value());
        }

        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.patch(this);
        }
    }

    record Remove(String id) implements SceneOp {
        public Remove {
            Names.check("id", id);
        }

        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.remove(this);
        }
    }

    /** Replaces the selection. */
    record Select(List<String> ids) implements SceneOp {
        public Select {
            int index = 0;
            for (String id : Checks.present("ids", ids)) {
                Names.check("ids[" + index++ + "]", id);
            }
            ids = List.copyOf(ids);
        }

        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.select(this);
        }
    }

    record Clear() implements SceneOp {
        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.clear(this);
        }
    }

    /**
     * An answer to each kind of operation. A later version of this package may add a kind and with it a method.
     *
     * @param <R> what the answers are; {@link Void} if they are none
     * @param <X> what they throw; {@link RuntimeException} if nothing checked
     */
    @ConsumerType
    interface Visitor<R, X extends Exception> {
        R put(Put op) throws X;

        R patch(Patch op) throws X;

        R remove(Remove op) throws X;

        R select(Select op) throws X;

        R clear(Clear op) throws X;
    }

    /**
     * A field of a patch.
     *
     * @param given whether the patch names it
     * @param value its new value; empty restores the default
     */
    record Field<T>(boolean given, Optional<T> value) {
        public Field {
            if (Checks.present("value", value).isPresent() && !given) {
                throw new InvalidValueException("value", value.get(), "must be absent in a field that is not given");
            }
        }

        /** The patch leaves the field as it is. */
        public static <T> Field<T> absent() {
            return new Field<>(false, Optional.empty());
        }

        /** The patch restores the default. */
        public static <T> Field<T> cleared() {
            return new Field<>(true, Optional.empty());
        }

        public static <T> Field<T> of(T value) {
            return new Field<>(true, Optional.of(value));
        }
    }
}
