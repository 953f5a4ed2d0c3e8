package org.geometryos.compositor.api.camera;

import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Something that moves cameras: register it as an OSGi service (whiteboard) with the property {@link #ID}.
 *
 * <p>The camera bridge calls {@link #connected} when it takes the source up and {@link #disconnected} when it leaves or
 * the source's service goes. Both come one after the other, never at the same time, and must return soon. When the
 * bridge is replaced, a source is connected to the new one and, for a moment, to both: {@code connected} may come a
 * second time before {@code disconnected}; then the sink given last is the one to use.
 *
 * <p>A source whose service is gone while its bundle runs, or whose bundle was uninstalled, is gone by somebody's will:
 * if none of its name is there again within 10 s, its cameras go, too. Those of a bundle that is stopped or being
 * replaced stay.
 */
@ConsumerType
public interface CameraSource {
    /**
     * Service property, String, required: the source's name, 1-64 of {@code A-Z a-z 0-9 . _ -}. Displays see it as
     * {@code source}.
     */
    String ID = "compositor.source.id";
    /**
     * Service property, Integer or (as configuration files have it) its text, default 0: against a holder of lower
     * priority the source wins a camera. Displays have 10 unless configured.
     */
    String PRIORITY = "compositor.source.priority";
    /**
     * Service property, a number or its text, milliseconds in [{@value #MIN_DELAY}, {@value #MAX_DELAY}], default 0: so
     * long before the time of an update lies the moment that it shows, such as that of exposure. The bridge takes it
     * off the time that the update has, or off that at which it came if it has none. Less than 0 is later. A change
     * takes effect while updates come, by at most a twentieth of the time that passes, so that time never goes back.
     */
    String DELAY = "compositor.source.delay";

    /** Milliseconds: what lies more than a second in the future is no time for displays. */
    int MIN_DELAY = -1_000;

    /** Milliseconds. */
    int MAX_DELAY = 10_000;

    /** Begin to push. */
    void connected(CameraSink sink);

    /**
     * The sink is of no use any more.
     *
     * @param sink the one of {@link #connected}
     */
    void disconnected(CameraSink sink);

    /**
     * How it is; asked several times a second by a thread of the bridge. Must not block: a source that takes longer
     * than 1 s counts as failed until it answers. When it is not {@link SourceHealth.Status#OK} any more, its cameras
     * are free at once.
     */
    default SourceHealth health() {
        return SourceHealth.OK;
    }

    /**
     * What it has counted since it was made, in the order in which an operator wants to read it; the names never
     * change. Called now and then by whoever looks. Must not block. The first 64 are shown.
     */
    default Map<String, Long> counters() {
        return Map.of();
    }
}
