package org.geometryos.compositor.api.journal;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.geometryos.compositor.api.value.Answer;
import org.osgi.annotation.versioning.ProviderType;

/** The sequence. Any thread; no call blocks beyond a short lock that is never held across I/O or foreign code. */
@ProviderType
public interface Journal {

    /** Names this run of the sequence; a new journal has a new one. */
    String epoch();

    /** The number of the newest entry, 0 before the first. */
    long head();

    /**
     * Appends a change if its fence fits where it gets its number, and wakes the listeners. Changes of one thread get
     * their numbers in the order of the calls.
     *
     * @return known at once on a single host; with several hosts it comes when the change came back from what orders
     *     them, and until then nothing here shows it. A journal that goes answers {@link Verdict.Unknown} to all that
     *     is under way
     */
    Answer<Verdict> append(Change change, Fence fence);

    /**
     * Whether this host is the one to say that what an entry says is over, such as a lease: it appended it, or the host
     * that did is gone. Always so on a single host.
     */
    default boolean watches(Entry entry) {
        return true;
    }

    /**
     * Why no display should begin here now, fit to be shown to it: this host is cut off from the others. Empty if
     * nothing speaks against it, as always on a single host.
     */
    default Optional<String> away() {
        return Optional.empty();
    }

    /** Whether a change with this fence would count if it got its number now. */
    boolean fits(Change change, Fence fence);

    /** The entry with the newest view of a camera ({@link Change#view()}). */
    Optional<Entry> camera(String name);

    /** The entry that names the holder of a camera; empty if it is free. */
    Optional<Entry> control(String camera);

    /** The entries that name the holders of all cameras that are held, by camera. */
    Map<String, Entry> holders();

    /**
     * The newest entry of a display, by its session; empty if that session is not announced, or was announced to have
     * left.
     */
    Optional<Entry> display(String session);

    /** The newest entry that changed the scene; it holds the scene as it stands. Empty if none has. */
    Optional<Entry> scene();

    /** The newest entry that changed tiles; it holds all tilesets as they stand. Empty if none has. */
    Optional<Entry> tiles();

    /** The newest entry of a wall; it holds the wall as it stands. Empty if there is no such wall. */
    Optional<Entry> wall(String name);

    /** The newest entries of all walls, by their names. */
    Map<String, Entry> walls();

    /** How many cameras there are. */
    int cameras();

    /** Everything as it stands. */
    Snapshot snapshot();

    /**
     * Reads on from a position.
     *
     * @param after the number of the last entry known; what comes behind it is read
     * @param max at most so many entries
     */
    Page read(long after, int max);

    /** Like {@link #read}, without the views of cameras: only what every subscriber gets one by one. */
    Page readOrdered(long after, int max);

    /**
     * Whether everything after a position is still held.
     *
     * @param after a position
     * @param cameras of these cameras; empty means nothing but the ordered entries
     */
    boolean holds(long after, Collection<String> cameras);

    /** Like {@link #holds}, of all cameras there are or were. */
    boolean holdsAll(long after);
}
