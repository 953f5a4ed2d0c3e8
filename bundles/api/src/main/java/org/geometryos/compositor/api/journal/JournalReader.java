package org.geometryos.compositor.api.journal;

import java.util.function.Consumer;

/**
 * A position in a journal, for who follows it by itself: gives what is new, or says that one has to begin anew with the
 * journal's state, as it is another journal or too much is new. One thread.
 */
public final class JournalReader {
    private static final int PAGE = 1_000;
    /** Pages in one go; who is further behind is better served by the state. */
    private static final int PAGES = 20;

    private Journal followed;
    private long position;

    /**
     * Reads on.
     *
     * @param entries gets what is new, the oldest first; also a part of it where one has to begin anew
     * @return false if one has to begin anew: read the state, and say with {@link #begin} what it holds
     */
    public boolean read(Journal journal, Consumer<Entry> entries) {
        if (journal != followed) {
            return false;
        }
        for (int i = 0; i < PAGES; i++) {
            if (journal.head() == position) {
                return true;
            }
            Page page = journal.read(position, PAGE);
            if (page.gone() > position) {
                return false;
            }
            page.entries().forEach(entries);
            position = Math.max(position, page.to());
        }
        return journal.head() == position;
    }

    /** @param seq the number of the last entry that is known */
    public void begin(Journal journal, long seq) {
        followed = journal;
        position = seq;
    }

    /** Follows nothing: the next {@link #read} is none. */
    public void forget() {
        followed = null;
    }

    /** Whether this journal is the one that is followed. */
    public boolean follows(Journal journal) {
        return journal == followed;
    }

    /** The number of the last entry that is known; 0 before the first. */
    public long position() {
        return position;
    }
}
