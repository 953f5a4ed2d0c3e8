package org.geometryos.compositor.api.journal;

import java.util.function.Consumer;
import org.geometryos.compositor.api.value.Answer;

/** What became of a change that was to be appended; the answer to it where it is known at once. */
public sealed interface Verdict extends Answer<Verdict> {
    /** Its {@link Fence} did not fit where it would have got its number: nothing happened. */
    Verdict PASSED_OVER = new PassedOver();

    /** @param seq its number */
    record Counted(long seq) implements Verdict {}

    /** See {@link #PASSED_OVER}. */
    record PassedOver() implements Verdict {}

    /**
     * This host is cut off from what orders the hosts. If the change was under way by then it may count yet.
     *
     * @param why fit to be shown to whoever asked for it
     */
    record Unknown(String why) implements Verdict {}

    @Override
    default void then(Consumer<? super Verdict> told) {
        told.accept(this);
    }

    @Override
    default Verdict now(Verdict unknown) {
        return this;
    }
}
