package org.geometryos.compositor.api.camera;

import java.util.OptionalLong;
import java.util.function.Consumer;
import org.geometryos.compositor.api.value.Answer;

/** What became of a request; the answer to it where it is known at once. */
public sealed interface Outcome extends Answer<Outcome> {

    /** @param seq what it became in the sequence; empty if nothing had to change */
    record Accepted(OptionalLong seq) implements Outcome {}

    /**
     * Nothing happened.
     *
     * @param message names the value and the rule; fit to be shown to the asker
     */
    record Refused(Reason reason, String message) implements Outcome {}

    /** Why; the names are the error codes of the protocol. */
    enum Reason {
        /** The camera is held by another of the same or a higher priority. */
        HELD,
        /** No such camera. */
        NOT_FOUND,
        /**
         * One camera too many, more updates than a source may push, or control kept for too long without moving the
         * camera.
         */
        LIMIT,
        /** The bridge or the journal is away for the moment; the update is lost unless it is sent again. */
        UNAVAILABLE
    }

    default boolean accepted() {
        return this instanceof Accepted;
    }

    @Override
    default void then(Consumer<? super Outcome> told) {
        told.accept(this);
    }

    @Override
    default Outcome now(Outcome unknown) {
        return this;
    }
}
