package org.geometryos.compositor.api.journal;

/**
 * What a change was decided on, as numbers of entries: it counts only if they are still the newest of their kind where
 * it gets its number. So who appends needs no lock that holds until then.
 *
 * @param replaces the newest entry of what the change is about, 0 if there is none: of a change of control the entry
 *     that names the holder, of a view the camera's newest view, of a transaction the scene's newest entry, of presence
 *     and walls that of the display and the wall; of a removed camera its newest view
 * @param under for a change that moves or removes a camera: the entry that names its holder, 0 if it is free
 */
public record Fence(long replaces, long under) {
    /** In place of a number: whatever is there. */
    public static final long ANY = -1;

    /** It counts in any case. */
    public static final Fence NONE = new Fence(ANY, ANY);

    /** It counts while this entry is the newest of what the change is about. */
    public static Fence replacing(long entry) {
        return new Fence(entry, ANY);
    }

    /** It counts while this entry names the holder of the camera. */
    public static Fence under(long control) {
        return new Fence(ANY, control);
    }
}
