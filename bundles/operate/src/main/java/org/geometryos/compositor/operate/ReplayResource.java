package org.geometryos.compositor.operate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.geometryos.compositor.api.recording.Recording;
import org.geometryos.compositor.io.http.api.ApiException;
import org.osgi.service.cm.Configuration;

/**
 * Plays a recording, by a configuration of {@code camera.replay} whose source is {@value #SOURCE}. Any thread; one at a
 * time.
 */
final class ReplayResource implements Resource {
    private static final String FACTORY = "org.geometryos.compositor.camera.replay";
    private static final String SOURCE = "operator";
    private static final String PID = FACTORY + "~" + SOURCE;
    private static final String NEWEST = "newest";
    private static final String RECORDING = "recording";

    private final Configurations configurations;
    private final ConfigurationResource configuration;
    private final RecordingsResource recordings;

    /** @param configuration checks and changes it */
    ReplayResource(Configurations configurations, ConfigurationResource configuration, RecordingsResource recordings) {
        this.configurations = configurations;
        this.configuration = configuration;
        this.recordings = recordings;
    }

    @Override
    public Map<String, Object> get(Map<String, String> query) throws ApiException {
        Map<String, Object> answer = new LinkedHashMap<>();
        Optional<Configuration> playing = configurations.ofPid(PID);
        answer.put("playing", playing.isPresent());
        if (playing.isPresent()) {
            answer.put("source", SOURCE);
            Map<String, Object> properties = Configurations.properties(playing.get());
            for (String key : List.of(RECORDING, "from", "to", "speed", "loop", "priority")) {
                if (properties.containsKey(key)) {
                    answer.put(key, properties.get(key));
                }
            }
        }
        return answer;
    }

    @Override
    public boolean writable() {
        return true;
    }

    @Override
    public synchronized Map<String, Object> post(Map<String, Object> body) throws ApiException {
        if (Body.word(body, "action", "start", "stop").equals("start")) {
            return start(body);
        }
        Optional<Configuration> playing = configurations.ofPid(PID);
        if (playing.isPresent()) {
            configurations.delete(playing.get());
        }
        return get(Map.of());
    }

    private Map<String, Object> start(Map<String, Object> body) throws ApiException {
        String recording = Body.text(body, RECORDING);
        List<Recording> all = recordings.recordings();
        if (all.stream()
                .noneMatch(each -> recording.equals(NEWEST) || each.epoch().equals(recording))) {
            throw ApiException.notFound(RECORDING, "there is no recording " + Body.shown(recording));
        }
        Map<String, Object> properties = new TreeMap<>();
        // what it played before does not count
        properties.put("file", null);
        properties.put("folder", null);
        properties.put("camera", null);
        properties.put(RECORDING, recording);
        properties.put("source", SOURCE);
        for (String key : List.of("from", "to", "speed", "loop", "priority")) {
            properties.put(key, body.get(key));
        }
        if (body.get("loop") == null) {
            properties.put("loop", false);
        }
        Map<String, Object> change = new LinkedHashMap<>();
        change.put("pid", PID);
        change.put("properties", properties);
        Map<String, Object> changed = configuration.post(change);
        Map<String, Object> answer = new LinkedHashMap<>(get(Map.of()));
        if (changed.containsKey("problem")) {
            answer.put("problem", changed.get("problem"));
        }
        return answer;
    }
}
