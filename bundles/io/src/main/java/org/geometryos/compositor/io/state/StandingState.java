package org.geometryos.compositor.io.state;

import java.util.Optional;
import java.util.function.Function;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.journal.Journal;

/**
 * A state that stands in the journal, as its newest entry of a kind has it: who comes finds it there, and two side by
 * side see the same. Guarded by whoever keeps it.
 */
public final class StandingState<S> {
    private final Function<Journal, Optional<Entry>> newest;
    private final Function<Entry, S> state;
    private Journal journal;
    /** What the journal knew when it was last looked through; stands in for it while it is away. */
    private S known;

    /**
     * @param newest the newest entry of the kind
     * @param state as it stands after such an entry
     * @param stored the state as it was last stored; the journal has precedence
     */
    public StandingState(Function<Journal, Optional<Entry>> newest, Function<Entry, S> state, S stored) {
        this.newest = newest;
        this.state = state;
        this.known = stored;
    }

    /** The journal, or null while it is away. */
    public Journal journal() {
        return journal;
    }

    /** The state as it stands. */
    public S state() {
        return journal == null ? known : newest.apply(journal).map(state).orElse(known);
    }

    /** Takes up a journal. @return the state that it is to be told if it knows none */
    public S follow(Journal next) {
        known = state();
        journal = next;
        return known;
    }

    /** Stands for the state of a journal that knows none. */
    public void begin(S first) {
        known = first;
    }

    /** The journal goes, if it is the one that is followed. */
    public void gone(Journal old) {
        if (journal == old) {
            known = state();
            journal = null;
        }
    }
}
