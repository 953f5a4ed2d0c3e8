package org.geometryos.compositor.api.journal;

/**
 * What a change was decided on, as numbers of entries: it counts only if they are still the newest of their kind where
 * it gets its number. So who appends needs no lock that holds until then.
 *
 * @param replaces the newest entry of what the change is about, 0 if there is none: of a change of control the entry
 *     that names the holder, of a view the camera's newest view, of a transaction the newest entry of the scene, or of
 *     tiles if it changes them, of presence and walls that of the display and the wall; of a removed camera its newest
 *     view
 * @param under for a change that moves or removes a camera: the entry that names its holder, 0 if it is free
 * @param scene for a transaction on tiles that changes the scene with them: the scene's newest entry, 0 if there is
 *     none
 */
public record Fence(long replaces, long under, long scene) {
    /** In place of a number: whatever is there. */
    public static final long ANY = -1;

    /** It counts in any case. */
    public static final Fence NONE = new Fence(ANY, ANY, ANY);

    /** It counts while this entry is the newest of what the change is about. */
    public static Fence replacing(long entry) {
        return new Fence(entry, ANY, ANY);
    }

    /** It counts while this entry names the holder of the camera. */
    public static Fence under(long control) {
        return new Fence(ANY, control, ANY);
    }

    /** The same, while this entry names the holder of the camera as well. */
    public Fence withUnder(long control) {
        return new Fence(replaces, control, scene);
    }

    /** The same, while this entry is the newest of the scene as well. */
    public Fence withScene(long entry) {
        return new Fence(replaces, under, entry);
    }
}
