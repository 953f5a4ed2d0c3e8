package org.geometryos.compositor.api.wall;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The walls that are declared: who is a member of which, and how they do. Their states are in the journal. Any thread;
 * no call blocks beyond a short lock.
 */
@ProviderType
public interface Walls {
    /** How often a member reports, unless it is asked for less, milliseconds. */
    int REPORT_MILLIS = 1_000;

    /** The wall that a display is a member of. */
    Optional<String> wallOf(String display);

    /**
     * Takes a member's report. One of a display that is no member of the wall that it names is counted and otherwise
     * ignored.
     *
     * @param display the name of the reporting session's display
     * @return after how many milliseconds the next one is wanted; {@link #REPORT_MILLIS} unless there are so many
     *     members that their reports would cost much
     */
    int report(String display, MemberReport report);

    /** All walls with their figures, by name. */
    List<WallFigures> walls();

    /** One wall with its figures. */
    Optional<WallFigures> wall(String name);

    /**
     * Shows a picture in place of a wall's camera, or the camera again. It is part of the wall's state, and of no
     * configuration.
     *
     * @return whether there is such a wall
     */
    boolean show(String wall, Optional<Picture> picture);

    /** How many reports were ignored, as their display was no member of the wall that they named. */
    default long ignoredReports() {
        return 0;
    }
}
