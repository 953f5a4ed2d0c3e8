package org.geometryos.compositor.api.control;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.geometryos.compositor.api.camera.CameraSource;
import org.geometryos.compositor.api.camera.SourceHealth;

/**
 * A source as the bridge sees it. What is counted begins when the source is connected.
 *
 * @param health what it last said, a few tenths of a second ago at most; FAILED if it does not answer
 * @param accepted updates that went into the sequence
 * @param refused updates that did not
 * @param limited those of the refused that came faster than one source may push
 * @param ahead accepted updates whose sample time lay more than 1 s in the future
 * @param last when the newest accepted update came, microseconds since the Unix epoch; empty before the first
 * @param cameras names of the cameras that it holds, sorted
 * @param counters its own, see {@link CameraSource#counters()}; empty if it fails to tell them
 */
public record SourceState(
        String id,
        int priority,
        SourceHealth health,
        long accepted,
        long refused,
        long limited,
        long ahead,
        OptionalLong last,
        List<String> cameras,
        Map<String, Long> counters) {}
