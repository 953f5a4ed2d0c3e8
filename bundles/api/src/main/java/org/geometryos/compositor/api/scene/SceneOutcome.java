package org.geometryos.compositor.api.scene;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.api.value.Answer;

/** What became of a transaction; the answer to it where it is known at once. */
public sealed interface SceneOutcome extends Answer<SceneOutcome> {

    /** @param seq what it became in the sequence; empty if nothing had to change */
    record Accepted(OptionalLong seq) implements SceneOutcome {}

    /**
     * Nothing happened.
     *
     * @param field what is at fault ({@code ops[2].id}, {@code camera}), if one field is
     * @param message names the value and the rule; fit to be shown to the asker
     */
    record Refused(Outcome.Reason reason, Optional<String> field, String message) implements SceneOutcome {}

    @Override
    default void then(Consumer<? super SceneOutcome> told) {
        told.accept(this);
    }

    @Override
    default SceneOutcome now(SceneOutcome unknown) {
        return this;
    }
}
