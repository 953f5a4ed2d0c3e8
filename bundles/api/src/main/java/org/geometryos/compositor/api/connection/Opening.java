package org.geometryos.compositor.api.connection;

import java.util.Optional;

/**
 * How a client opens a session ({@code hello}).
 *
 * @param display the name asked for
 * @param user the user given
 * @param keepOpen the session outlives its socket by the resume window
 * @param resume where to continue
 */
public record Opening(
        Optional<String> display,
        Optional<String> user,
        boolean keepOpen,
        Optional<DisplaySettings> settings,
        Optional<Resume> resume) {

    /** @param seq the highest number that the client applied */
    public record Resume(String token, String epoch, long seq) {}
}
