package org.geometryos.compositor.operate;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.geometryos.compositor.api.recording.Recorder;
import org.geometryos.compositor.api.recording.Recording;
import org.geometryos.compositor.api.recording.RecordingException;
import org.geometryos.compositor.io.http.api.ApiException;

/** What was recorded, the newest first. Any thread; one at a time looks, as that takes a second for a gigabyte. */
final class RecordingsResource implements Resource {
    private static final int MOST = 1_000;
    private static final int CAMERAS = 64;

    private final Part<Recorder> recorder;

    RecordingsResource(Part<Recorder> recorder) {
        this.recorder = recorder;
    }

    @Override
    public synchronized Map<String, Object> get(Map<String, String> query) throws ApiException {
        List<Recording> all = new ArrayList<>(recordings());
        Collections.reverse(all);
        return Map.of(
                "recordings",
                all.stream().limit(MOST).map(RecordingsResource::recording).toList());
    }

    /** The oldest first. */
    List<Recording> recordings() throws ApiException {
        try {
            return recorder.need().recordings();
        } catch (RecordingException e) {
            throw ApiException.unavailable(e.getMessage());
        }
    }

    private static Map<String, Object> recording(Recording recording) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("epoch", recording.epoch());
        map.put("started", recording.started());
        map.put("from", recording.from());
        map.put("to", recording.to());
        map.put("entries", recording.entries());
        map.put("cameras", recording.cameras().stream().limit(CAMERAS).toList());
        map.put("missing", recording.missing());
        return map;
    }
}
